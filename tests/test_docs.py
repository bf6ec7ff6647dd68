"""Everything that a user may name has its place in the reference."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import sim
import sim.export
from sim import bridge
from sim.__main__ import make_parser
from sim.api.analog import ADC, PWM
from sim.api.bitbang import BitBang
from sim.api.bme680 import BME680, BME680Data
from sim.api.bus import I2C, SPI
from sim.api.cfg import Cfg
from sim.api.cloud import AWS, GCP, Azure, Blynk, Dash, Shadow, Watson
from sim.api.cron import Cron
from sim.api.display import Adafruit_SSD1306, NeoPixel
from sim.api.events import Event
from sim.api.file import File
from sim.api.gpio import GPIO
from sim.api.gps import GPS
from sim.api.http import HTTP
from sim.api.lcd import LiquidCrystalI2C
from sim.api.log import Log
from sim.api.mathematics import Math
from sim.api.mqtt import MQTT
from sim.api.net import Net
from sim.api.onewire import DallasTemperature, OneWire
from sim.api.sensor import BME280, DHT, ESP32, ESP8266, Adafruit_BME280, BME280Data
from sim.api.system import Sys
from sim.api.tft import ILI9341
from sim.api.timer import Timer
from sim.api.uart import UART
from sim.api.wifi import Wifi
from sim.event import EVENT_TYPES, FIELDS

DOCS: Final = Path(__file__).parents[1] / "docs"


def text_of(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def names_of(kind: type) -> Iterator[str]:
    return (name for name in vars(kind) if not name.startswith("_"))


PAGES: Final = {  # the modules of the firmware by their pages
    "http": HTTP,
    "net": Net,
    "mqtt": MQTT,
    "timer": Timer,
    "system": Sys,
    "config": Cfg,
    "events": Event,
    "log": Log,
    "file": File,
    "math": Math,
    "gpio": GPIO,
}


HARDWARE: Final = (
    *(UART, ADC, PWM, I2C, SPI, OneWire, DallasTemperature, DHT, BME280, BME280Data, Adafruit_BME280),
    *(BME680, BME680Data, GPS, BitBang, LiquidCrystalI2C, ILI9341),
    *(Adafruit_SSD1306, NeoPixel, Wifi, ESP32, ESP8266, AWS, Shadow, Azure, GCP, Watson, Dash, Blynk),
)

MODULES: Final = (*PAGES.items(), ("timer", Cron), *(("hardware", kind) for kind in HARDWARE))


@pytest.mark.parametrize(
    ("page", "name"),
    [(f"reference/{page}.md", f"{kind.__name__}.{name}") for page, kind in MODULES for name in names_of(kind)],
)
def test_every_name_of_the_api_stands_in_its_page(page: str, name: str) -> None:
    assert re.search(rf"`{re.escape(name)}\b", text_of(page)), f"docs/{page} does not mention `{name}`"


def numbers_of(kind: type) -> Iterator[tuple[str, int]]:
    return ((name, value) for name, value in vars(kind).items() if isinstance(value, int) and value < 1000)


@pytest.mark.parametrize(
    ("page", "name", "value"),
    [
        (f"reference/{page}.md", f"{kind.__name__}.{name}", value)
        for page, kind in MODULES
        for name, value in numbers_of(kind)
    ],
)
def test_every_event_and_part_stands_beside_its_number(page: str, name: str, value: int) -> None:
    assert any(f"`{name}`" in line and str(value) in line for line in text_of(page).splitlines())


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_type_of_record_has_a_section_with_all_its_fields(name: str) -> None:
    match = re.search(rf"^## {re.escape(name)}$(.*?)(?=^## |\Z)", text_of("reference/trace.md"), re.M | re.S)
    assert match, f"docs/reference/trace.md has no section {name}"
    fields = [field for field in FIELDS[EVENT_TYPES[name]] if f"`{field}`" not in match[1]]
    assert fields == []


@pytest.mark.parametrize("name", [*bridge.PAGE_TO_WORKER, *bridge.WORKER_TO_PAGE])
def test_every_message_between_page_and_worker_stands_in_the_design(name: str) -> None:
    assert f"| `{name}` |" in text_of("design.md")


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in make_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (command, option)
        for command, parser in commands()
        for action in parser._actions
        for option in action.option_strings
        if option not in ("-h", "--help")
    ],
)
def test_every_option_of_the_command_line_stands_in_its_section(command: str, option: str) -> None:
    match = re.search(rf"^## {command}$(.*?)(?=^## |\Z)", text_of("reference/cli.md"), re.M | re.S)
    assert match, f"docs/reference/cli.md has no section {command}"
    assert f"`{option}" in match[1]


@pytest.mark.parametrize("name", sim.__all__)
def test_every_public_name_stands_in_the_page_on_python(name: str) -> None:
    assert re.search(rf"\b{name}\b", text_of("reference/python.md"))


@pytest.mark.parametrize("name", sim.export.__all__)
def test_every_name_of_the_exports_stands_in_their_page(name: str) -> None:
    assert re.search(rf"\b{name}\b", text_of("reference/export.md"))


@pytest.mark.parametrize(
    "name", ["RPC", "URL", "print", "load", *(kind.__name__ for kind in PAGES.values() if kind is not MQTT)]
)
def test_every_global_of_firmware_stands_in_the_page_on_it(name: str) -> None:
    assert re.search(rf"`{name}[`(]", text_of("reference/firmware.md"))


PAGES_IN_MARKDOWN: Final = [
    *sorted(DOCS.rglob("*.md")),
    *(DOCS.parent / name for name in ("README.md", "CONTRIBUTING.md")),
]


def headings(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as the documentation site and code hosts name them."""
    text = re.sub(r"^(`{3,}).*?^\1$", "", path.read_text("utf-8"), flags=re.M | re.S)
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", title).strip().lower()) for title in titles}


@pytest.mark.parametrize("path", PAGES_IN_MARKDOWN, ids=lambda path: path.relative_to(DOCS.parent).as_posix())
def test_every_link_of_a_page_leads_to_a_page_and_a_heading(path: Path) -> None:
    text = re.sub(r"^(`{3,}).*?^\1$|`[^`\n]+`", "", path.read_text("utf-8"), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        name, _, anchor = link.partition("#")
        if ":" in name or re.search(r"(^|/)(tutorials|reference/api)/", name):  # elsewhere, or made by tools/docs.py
            continue
        target = path.parent / name if name else path
        assert target.exists(), f"{link}: there is no such file"
        assert not anchor or anchor in headings(target), f"{link}: there is no such heading"
