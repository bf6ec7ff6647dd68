"""Says how long a run may be that is kept."""

from __future__ import annotations

from typing import Final

__all__ = ["MOST_INPUTS", "MOST_SIZE", "TOO_LONG"]

MOST_INPUTS: Final = 50_000
"""Inputs of a run; a request is one."""

MOST_SIZE: Final = 32 * 1024 * 1024
"""Characters of their JSON together."""

TOO_LONG: Final = (
    f"it is too long: more than {MOST_INPUTS:,} inputs, or {MOST_SIZE // 2**20} million characters of them"
)
