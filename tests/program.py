"""Finds the programs that tests run: a test that wants one fails where it is missing, and says what to do."""

from __future__ import annotations

import shutil

import pytest

from tools.programs import hint

__all__ = ["found"]


def found(name: str) -> str:
    """Return where a program is."""
    path = shutil.which(name)
    if path is None:
        pytest.fail(hint(name), pytrace=False)
    return path
