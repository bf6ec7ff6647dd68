"""Is the firmware's `Math`: functions of C on doubles, and numbers by chance."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Final

from sim.api.context import Context

__all__ = ["Math"]

RAND_MAX: Final = 0x7FFF_FFFF


def _or_nan(function: Callable[..., float], *numbers: float) -> float:
    """Return what a function of Python gives, not a number where C gives that."""
    try:
        return function(*numbers)
    except ValueError:
        return math.nan


class Math:
    """As in C: what has no result is not a number, what is too large is infinite; nothing of it is an error."""

    def __init__(self, context: Context) -> None:
        self._seed = f"{context.network.seed} {context.host.name} Math"
        self._random: Random | None = None

    def ceil(self, x: float) -> float:
        """Return the smallest whole number that is not below x."""
        return float(math.ceil(x)) if math.isfinite(x) else x

    def floor(self, x: float) -> float:
        """Return the largest whole number that is not above x."""
        return float(math.floor(x)) if math.isfinite(x) else x

    def round(self, x: float) -> float:
        """Return the nearest whole number; a half is rounded away from 0."""
        if not math.isfinite(x):
            return x
        whole = math.trunc(x)
        return math.copysign(abs(whole) + (abs(x - whole) >= 0.5), x)

    def max(self, x: float, y: float) -> float:
        """Return the larger number; if one is not a number, the other."""
        return y if x != x else x if y != y else max(x, y)

    def min(self, x: float, y: float) -> float:
        """Return the smaller number; if one is not a number, the other."""
        return y if x != x else x if y != y else min(x, y)

    def abs(self, x: float) -> float:
        """Return x without its sign."""
        return math.fabs(x)

    def sqrt(self, x: float) -> float:
        """Return the square root."""
        return _or_nan(math.sqrt, x)

    def exp(self, x: float) -> float:
        """Return e to the power x."""
        try:
            return math.exp(x)
        except OverflowError:
            return math.inf

    def log(self, x: float) -> float:
        """Return the natural logarithm."""
        return -math.inf if x == 0 else _or_nan(math.log, x)

    def pow(self, base: float, exponent: float) -> float:
        """Return the base to the power of the exponent."""
        is_odd = math.isfinite(exponent) and exponent % 2 == 1
        try:
            return math.pow(base, exponent)
        except OverflowError:
            return -math.inf if base < 0 and is_odd else math.inf
        except ValueError:  # of a negative base, or of 0 to a negative power
            return math.nan if base else math.copysign(math.inf, base) if is_odd else math.inf

    def sin(self, x: float) -> float:
        """Return the sine of an angle in radians."""
        return _or_nan(math.sin, x)

    def cos(self, x: float) -> float:
        """Return the cosine of an angle in radians."""
        return _or_nan(math.cos, x)

    def random(self) -> float:
        """Return a number from 0 to 1, the same ones after every boot with the same seed."""
        return self.rand() / RAND_MAX

    def rand(self) -> int:
        """Return a whole number from 0 to 2147483647, the same ones after every boot with the same seed."""
        if self._random is None:
            self._random = Random(self._seed)
        return self._random.getrandbits(31)
