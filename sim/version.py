"""Knows which version of mos-sim this is."""

from __future__ import annotations

__all__ = ["version"]


def version() -> str:
    """Return the version of the installed package, or `unknown` where none is."""
    from importlib import metadata  # here: seldom wanted, and slow to load

    try:
        return metadata.version("mos-sim")
    except metadata.PackageNotFoundError:
        return "unknown"
