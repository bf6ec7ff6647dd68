"""Displays of letters and of colours (docs/reference/hardware.md)."""

from __future__ import annotations

import math

import pytest

from sim.api.framebuffer import Tft
from tests.test_api_drivers import LANGUAGES, let, numbers
from tests.world import World

LETTERS = (
    "let d = LiquidCrystalI2C.create(39, 8, 2); d.init(); d.backlight();"
    "print(d.print('warm'), d.write(33), d.getAddr()); d.setCursor(2, 1); d.print('too long for it');"
)


@LANGUAGES
def test_a_display_of_letters_shows_what_fits_into_its_lines(main: str) -> None:
    world = World(let(main, LETTERS), main)
    assert numbers(world) == [4, 1, 39]
    assert world.device.hardware.screen(39).text == "warm!\n  too lo"


@LANGUAGES
@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("d.clear(); d.print('x');", "x"),
        ("d.home(); d.print('W');", "Warm!\n  too lo"),
        ("d.noDisplay();", ""),
        ("d.noDisplay(); d.display();", "warm!\n  too lo"),
        ("d.scrollDisplayLeft();", "arm!\n too lo"),
        ("d.scrollDisplayRight();", " warm!\n   too l"),
        ("d.setCursor(7, 0); d.rightToLeft(); d.print('ab');", "warm! ba\n  too lo"),
        ("d.setCursor(0, 9); d.print('x');", "warm!\nx too lo"),
        ("d.command(1); d.command(2);", ""),
    ],
)
def test_commands_change_what_the_display_of_letters_shows(main: str, more: str, wanted: str) -> None:
    world = World(let(main, LETTERS + more), main)
    assert world.failures == []
    assert world.device.hardware.screen(39).text == wanted


def lit(world: World, color: int) -> set[tuple[int, int]]:
    tft = world.device.hardware.tft
    return {(x, y) for x in range(40) for y in range(40) if tft.color(x, y) == color}


def disc(x0: int, y0: int, r: int) -> set[tuple[int, int]]:
    """Points whose row reaches that far from the middle."""
    return {
        (x0 + dx, y0 + dy)
        for dy in range(-r, r + 1)
        for dx in range(-r, r + 1)
        if abs(dx) <= math.isqrt(r * r - dy * dy)
    }


BOX = {(x, y) for x in range(3, 8) for y in range(4, 8)}
CORNER = {(x, y) for x in range(1, 6) for y in range(1, 6) if x + y <= 6}
SHAPES = [
    ("drawPixel(3, 4)", {(3, 4)}),
    ("drawLine(3, 4, 7, 4)", {(x, 4) for x in range(3, 8)}),
    ("drawLine(3, 8, 3, 4)", {(3, y) for y in range(4, 9)}),
    ("drawLine(1, 1, 4, 4)", {(n, n) for n in range(1, 5)}),
    ("fillRect(3, 4, 5, 4)", BOX),
    ("drawRect(3, 4, 5, 4)", BOX - {(x, y) for x in range(4, 7) for y in range(5, 7)}),
    ("fillRoundRect(3, 4, 5, 4, 1)", BOX - {(3, 4), (7, 4), (3, 7), (7, 7)}),
    ("fillCircle(10, 10, 5)", disc(10, 10, 5)),
    ("fillTriangle(1, 1, 5, 1, 1, 5)", CORNER),
    (
        "drawTriangle(1, 1, 5, 1, 1, 5)",
        {(x, y) for x in range(1, 6) for y in range(1, 6) if x + y == 6 or 1 in (x, y)},
    ),
]


@LANGUAGES
@pytest.mark.parametrize(("call", "wanted"), SHAPES, ids=[call for call, _ in SHAPES])
def test_a_shape_lights_its_pixels(main: str, call: str, wanted: set[tuple[int, int]]) -> None:
    world = World(f"ILI9341.setFgColor565(ILI9341.RED); ILI9341.{call};", main)
    assert world.failures == []
    assert lit(world, 0xF800) == wanted


@pytest.mark.parametrize(
    "call",
    ["drawLine({0}, 5, {1}, 9)", "drawLine(5, {1}, 9, {0})", "fillTriangle({0}, 5, {1}, 9, 1, {1})",
     "fillCircle(0, 0, {1})", "drawRoundRect({0}, {0}, {1}, {1}, {1})"],
)  # fmt: skip
def test_a_shape_that_is_far_too_large_costs_no_more_than_what_is_seen_of_it(call: str) -> None:
    drawn = 0

    class Counting(Tft):
        def fill(self, x0: int, y0: int, x1: int, y1: int, color: int) -> None:
            nonlocal drawn
            drawn += 1
            super().fill(x0, y0, x1, y1, color)

    world = World("ILI9341." + call.format(-(2**31), 2**31 - 1), "init.js", boot=False)
    world.device.hardware.tft = Counting()
    world.device.boot()
    assert world.failures == []
    assert drawn <= 2 * 320


def test_a_line_is_the_same_from_both_ends_where_it_leaves_the_window() -> None:
    worlds = [World(f"ILI9341.drawLine({ends})") for ends in ("-10, -5, 30, 15", "30, 15, -10, -5")]
    first, second = (lit(world, 0xFFFF) for world in worlds)
    assert first == second == {(x, (x + 1) // 2) for x in range(31)}


def test_a_circle_is_the_border_of_its_disc() -> None:
    world = World("ILI9341.drawCircle(10, 10, 6)")
    circle, whole = lit(world, 0xFFFF), disc(10, 10, 6)
    assert circle < whole
    beside = ((1, 0), (-1, 0), (0, 1), (0, -1))
    assert circle == {(x, y) for x, y in whole if any((x + dx, y + dy) not in whole for dx, dy in beside)}


@LANGUAGES
def test_what_lies_outside_of_the_window_is_not_drawn(main: str) -> None:
    world = World(
        "ILI9341.setWindow(10, 10, 14, 14); ILI9341.fillRect(-2, 3, 100, 100); ILI9341.fillCircle(0, 0, 1);", main
    )
    wanted = {(x, y) for x in range(10, 15) for y in (13, 14)} | {(10, 10), (11, 10), (10, 11)}
    assert world.failures == []
    assert lit(world, 0xFFFF) == wanted


@LANGUAGES
def test_texts_stand_on_their_ground(main: str) -> None:
    source = (
        "ILI9341.setBgColor(0, 0, 255); ILI9341.print(20, 30, 'below'); ILI9341.print(4, 2, 'above');"
        "print(ILI9341.getStringWidth('above'), ILI9341.getMaxFontHeight(), ILI9341.color565(255, 255, 255));"
    )
    world = World(source, main)
    tft = world.device.hardware.tft
    assert numbers(world) == [55, 18, 0xFFFF]
    assert tft.text == "above\nbelow"
    assert (tft.color(4, 2), tft.color(58, 19), tft.color(59, 19)) == (0x001F, 0x001F, 0)


@LANGUAGES
def test_a_text_is_gone_when_something_covers_its_beginning(main: str) -> None:
    world = World("ILI9341.print(20, 30, 'a'); ILI9341.print(20, 60, 'b'); ILI9341.fillRect(0, 0, 40, 40);", main)
    assert world.failures == []
    assert world.device.hardware.tft.text == "b"


@LANGUAGES
@pytest.mark.parametrize(("rotation", "size"), [("PORTRAIT", [240, 320]), ("LANDSCAPE_FLIP", [320, 240])])
def test_the_display_can_be_turned(main: str, rotation: str, size: list[int]) -> None:
    source = f"ILI9341.setRotation(ILI9341.{rotation}); print(ILI9341.getScreenWidth(), ILI9341.getScreenHeight());"
    assert numbers(World(source, main)) == size


@LANGUAGES
def test_a_picture_is_drawn_out_of_a_file_as_far_as_the_window_reaches(main: str) -> None:
    picture = b"DIF\x01" + bytes([0, 0, 0, 3, 0, 0, 0, 2]) + bytes(4) + b"\0\1\0\2\0\3\0\4\0\5\0\6"
    source = "ILI9341.setWindow(5, 5, 7, 9); ILI9341.drawDIF(-1, 1, '/a.dif'); ILI9341.drawDIF(0, 0, 'none.dif');"
    world = World(source, main, files={"a.dif": picture, "none.dif": b"DIF\x01"})
    assert world.failures == []
    tft = world.device.hardware.tft
    assert [tft.color(x, y) for y in (6, 7) for x in (4, 5, 6, 7)] == [0, 2, 3, 0, 0, 5, 6, 0]


def test_a_picture_has_a_largest_size_and_nothing_is_outside_of_it() -> None:
    tft = Tft()
    tft.resize(10**9, 0)
    assert (tft.width, tft.height) == (1024, 1)
    tft.fill(-5, -5, 10**9, 10**9, 7)
    assert (tft.color(1023, 0), tft.color(1024, 0), tft.color(0, -1)) == (7, 0, 0)
