"""Holds the C functions behind `Math`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.modules import Modules

__all__ = ["math_natives"]


def math_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `Math`, and `abs` for whole numbers."""
    maths = modules.Math
    return {
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
