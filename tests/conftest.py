"""Adds the option that names another folder of vectors, and makes property tests the same in every run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.vector_case import VECTORS

settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--vectors", type=Path, default=VECTORS, metavar="DIR", help="folder of vectors to play instead")
