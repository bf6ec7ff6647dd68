"""Holds the C functions behind `Math`, and the others of C's `math.h`, which programs bind themselves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from sim.api.modules import Modules

__all__ = ["math_natives"]

OF_C: Final[dict[str, Callable[..., float]]] = {
    **{name: getattr(math, name) for name in ("tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh")},
    **{name: getattr(math, name) for name in ("log10", "log2", "fmod", "hypot", "cbrt", "expm1", "log1p", "copysign")},
    "exp2": lambda x: math.pow(2, x),
    "fdim": lambda x, y: max(x - y, 0.0),
    "rint": lambda x: float(round(x)),
    "trunc": lambda x: math.copysign(float(math.trunc(x)), x),
}
"""Functions of `math.h` that no module has, by name."""

POLES: Final[dict[Callable[..., float], float]] = {math.log10: 0, math.log2: 0, math.log1p: -1}
"""Where a function goes down to minus infinity."""


def as_c(function: Callable[..., float]) -> Callable[..., float]:
    """Return a function that raises nothing: without a result it is not a number, and too large is infinite."""

    def called(*numbers: float) -> float:
        try:
            return function(*numbers)
        except OverflowError:  # also of what is infinite already, which these give back
            is_odd = math.isinf(numbers[0]) or function is math.sinh
            return math.copysign(math.inf, numbers[0]) if is_odd else math.inf
        except ValueError:  # logarithms are those that have a limit
            return -math.inf if POLES.get(function) == numbers[0] else math.nan

    return called


def math_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions on numbers."""
    maths = modules.Math
    return {
        **{name: as_c(function) for name, function in OF_C.items()},
        "ceil": maths.ceil,
        "floor": maths.floor,
        "round": maths.round,
        "fmax": maths.max,
        "fmin": maths.min,
        "fabs": maths.abs,
        "sqrt": maths.sqrt,
        "exp": maths.exp,
        "log": maths.log,
        "pow": maths.pow,
        "sin": maths.sin,
        "cos": maths.cos,
        "rand": maths.rand,
        "sim_random": maths.random,
        "abs": abs,
    }
