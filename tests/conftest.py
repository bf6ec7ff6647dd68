"""Adds the option that names another folder of vectors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vector_case import VECTORS


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--vectors", type=Path, default=VECTORS, metavar="DIR", help="folder of vectors to play instead")
