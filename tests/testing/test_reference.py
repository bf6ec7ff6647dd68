"""The reference of the kits for tests names everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim import testing
from sim.testing import playwright, plugin

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "testing.md").read_text("utf-8")


@pytest.mark.parametrize("name", testing.__all__)
def test_every_name_stands_in_the_reference(name: str) -> None:
    assert re.search(rf"`[^`]*\b{name}\b", REFERENCE)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind in (
            "Clock",
            "Connection",
            "Device",
            "Network",
            "Peer",
            "Pin",
            "Response",
            "Rule",
            "Trace",
            "WebSocket",
        )
        for name in dir(getattr(testing, kind))
        if not name.startswith("_")
    ],
)
def test_every_attribute_stands_in_the_reference(kind: str, name: str) -> None:
    assert re.search(rf"`{name}\b", REFERENCE), f"{kind}.{name}"


@pytest.mark.parametrize("name", re.findall(r'addoption\(\s*"(--[a-z-]+)"', Path(plugin.__file__).read_text("utf-8")))
def test_every_option_stands_in_the_reference(name: str) -> None:
    assert f"| `{name}` |" in REFERENCE


@pytest.mark.parametrize("name", re.findall(r"(\w+)=None|(\w+)='", plugin.MARKER))
def test_every_argument_of_the_marker_stands_in_the_reference(name: tuple[str, str]) -> None:
    assert f"| `{''.join(name)}` |" in REFERENCE


@pytest.mark.parametrize(
    "name",
    [
        name
        for kind in (playwright.SimPage, playwright.SimPageAssertions, playwright.SimPin, playwright.SimSocket)
        for name in (kind.__name__, *dir(kind))
        if not name.startswith("_")
    ],
)
def test_every_attribute_of_the_kit_for_playwright_stands_in_its_reference(name: str) -> None:
    assert re.search(rf"\b{name}\b", (DOCS / "reference" / "playwright.md").read_text("utf-8")), name
