"""Drivers and C functions that public programs use besides the usual ones (docs/reference/hardware.md)."""

from __future__ import annotations

import json
import math

import pytest

from sim.api.framebuffer import Tft
from sim.event import DeviceLogged, PeripheralCalled
from tests.world import World

LANGUAGES = pytest.mark.parametrize("main", ["init.js", "init.py"])


def said(world: World) -> list[str]:
    assert world.failures == []
    return [line.rstrip() for line in world.printed]


def numbers(world: World) -> list[float]:
    return [float(text) for line in said(world) for text in line.split()]


def let(main: str, source: str) -> str:
    """Return a source for both languages: `let` is of scripts."""
    return source if main == "init.js" else source.replace("let ", "")


# Sensors

BME680 = "let s = BME680.createI2C(0x77); let d = BME680Data.create();"
BME680 += "print(d.temp(), s.readAll(d), d.temp(), d.press(), d.humid(), d.gas());"


@LANGUAGES
def test_a_bme680_counts_in_small_units(main: str) -> None:
    world = World(let(main, BME680), main)
    assert numbers(world) == [0, 0, 2150, 101325, 45000, 50000]
    world.device.hardware.bme680().gas = 12_000
    world.device.hardware.bme680().set(-3.25, 80)
    world.device.reboot()
    assert numbers(world)[6:] == [0, 0, -325, 101325, 80000, 12000]


@LANGUAGES
def test_a_bme680_that_is_absent_measures_nothing(main: str) -> None:
    world = World(let(main, BME680), main, boot=False)
    world.device.hardware.bme680().is_present = False
    world.device.boot()
    assert numbers(world) == [0, -1, 0, 0, 0, 0]


@LANGUAGES
@pytest.mark.parametrize(("address", "wanted"), [("0x76", 1), ("0x77", 1), ("0x55", 0)])
def test_a_sensor_is_there_at_the_usual_addresses(main: str, address: str, wanted: int) -> None:
    source = f"let s = Adafruit_BME280.create(); print(s.begin({address}));"
    assert numbers(World(let(main, source), main)) == [wanted]


def test_the_oldest_driver_of_the_bme280_passes_its_handle() -> None:
    world = World(
        "load('api_arduino_bme280.js'); let bme = Adafruit_BME280.init(); print(Adafruit_BME280.begin(bme, 0x76),"
        "Adafruit_BME280.readTemperature(bme), Adafruit_BME280.readPressure(bme), Adafruit_BME280.readHumidity(bme),"
        "Math.round(Adafruit_BME280.readAltitude(bme, 1013.25)));",
        "init.js",
    )
    assert numbers(world) == [1, 21.5, 1013.25, 45, 0]


@LANGUAGES
def test_the_place_is_told_as_text_and_false_without_satellites(main: str) -> None:
    found = "JSON.stringify(GPS.getLocation())" if main == "init.js" else "__import__('json').dumps(GPS.getLocation())"
    world = World(f"print({found});", main, boot=False)
    world.device.hardware.gps.set(52.5, -13.25, 1)
    world.device.boot()
    world.device.hardware.gps.is_present = False
    world.device.reboot()
    first, second = map(json.loads, said(world))
    assert first == {"lat": "52.500000", "lon": "-13.250000", "sp": "1.000000"}
    assert second is False


def test_the_gas_sensor_works_on_the_voltage_of_its_pin() -> None:
    world = World(
        "load('api_mq135.js'); let m = MQ.MQ135; m.attach(34); print(m.getResistance(), m.getPPM(), m.getRZero(),"
        "m.getCorrectionFactor(20, 33), m.getCorrectedResistance(20, 33), m.getCorrectedPPM(20, 33));",
        "init.js",
        boot=False,
    )
    world.device.hardware.analog(34).raw = 465
    world.device.boot()
    factor = 0.00035 * 400 - 0.02718 * 20 + 1.39538
    corrected = round(100 / factor)
    ppm = lambda resistance: round(116.6020682 * (resistance / 76.63) ** -2.769034857)  # noqa: E731
    zero = 100 * (397.13 / 116.6020682) ** (1 / 2.769034857)
    wanted = [100, ppm(100), zero, factor, corrected, ppm(corrected)]
    assert numbers(world) == pytest.approx(wanted, rel=1e-5)


# Displays

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


# Bits and memory


@LANGUAGES
def test_bits_stand_in_the_trace_with_their_times(main: str) -> None:
    world = World("BitBang.write(5, BitBang.DELAY_100NSEC, 3, 8, 200, 6, 'abc', 2);", main)
    [call] = world.trace.of(PeripheralCalled)
    assert (call.module, call.function) == ("BitBang", "write")
    assert json.loads(call.arguments) == [5, 2, 3, 8, 200, 6, "ab"]


VIEW = """
load('api_dataview.js');
let v = DataView.create(ffi('void *calloc(int, int)')(4, 4), 4, 8);
v.setInt16(0, -2);
v.setUint32(2, 0x01020304, true);
v.setUint8(7, 511);
print(v.getInt16(0), v.getUint16(0), v.getUint16(0, true), v.getUint32(2), v.getInt32(2, true));
print(v.getInt8(7), v.getUint8(7));
v.getInt16(7);
"""


def test_numbers_stand_in_memory_high_byte_first_and_none_outside() -> None:
    world = World(VIEW, "init.js")
    [failure] = world.failures
    assert failure.message.endswith("Offset is outside of the bounds of the DataView")
    assert world.printed == ["-2 65534 65279 67305985 16909060 ", "-1 255 "]


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("StringUtils.trim('  a b ')", "a b"),
        ("StringUtils.ltrim('   ')", ""),
        ("StringUtils.rtrim('  a ')", "  a"),
        ("JSON.stringify(StringUtils.split(' a, b ,,c', ','))", '["a","b","c"]'),
        ("JSON.stringify(StringUtils.split(' a, b', ',', false))", '[" a"," b"]'),
        ("JSON.stringify(StringUtils.split('a  b'))", '["a","b"]'),
        ("JSON.stringify(StringUtils.split('', ','))", "[]"),
    ],
)
def test_strings_lose_their_spaces_and_are_split(call: str, wanted: str) -> None:
    assert said(World(f"load('api_string.js'); print({call});", "init.js")) == [wanted]


# C functions that programs bind themselves


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("tan(double)')(1)", math.tan(1)),
        ("asin(double)')(2)", math.nan),
        ("atan2(double, double)')(-1, -1)", math.atan2(-1, -1)),
        ("fmod(double, double)')(-7, 3)", -1),
        ("fmod(double, double)')(7, 0)", math.nan),
        ("log10(double)')(0)", -math.inf),
        ("log10(double)')(1000)", 3),
        ("log2(double)')(-1)", math.nan),
        ("log1p(double)')(-1)", -math.inf),
        ("exp2(double)')(0.5)", math.sqrt(2)),
        ("exp2(double)')(5000)", math.inf),
        ("cosh(double)')(9999)", math.inf),
        ("sinh(double)')(-9999)", -math.inf),
        ("hypot(double, double)')(3, 4)", 5),
        ("trunc(double)')(-2.7)", -2),
        ("rint(double)')(2.5)", 2),
        ("fdim(double, double)')(2, 5)", 0),
    ],
)
def test_a_function_of_c_without_a_module_can_be_bound(call: str, wanted: float) -> None:
    source = f"let y = ffi('double {call}; if (y > 1000000000000) {{ print('inf'); }}"
    source += "else { if (y < -1000000000000) { print('-inf'); } else { print(y); } }"
    [found] = numbers(World(source, "init.js"))
    assert found == pytest.approx(wanted, abs=1e-6, nan_ok=True)


def test_the_network_is_up() -> None:
    assert said(World("print(ffi('char *mgos_wifi_get_status_str()')());", "init.js")) == ["got ip"]


def test_a_reset_of_the_configuration_forgets_the_files_of_a_level_and_above() -> None:
    files = {f"conf{n}.json": '{"debug": {"level": 3}}' for n in (0, 2, 5, 9)}
    world = World("ffi('void mgos_config_reset(int)')(5); print(Cfg.get('debug.level'));", "init.js", files=files)
    assert said(world) == ["3"]
    assert [name for name in world.device.files if name[:4] == "conf"] == ["conf0.json", "conf2.json"]


def test_a_time_is_written_into_a_string_that_a_global_holds() -> None:
    source = "let s = '          '; print(Timer._f(s, 4, '%H:%M', 3600));"
    source += "print(Timer._f(s, s.length, '%H:%M', 3600), s.slice(0, 5));"
    assert said(World(source, "init.js")) == ["0", "5 01:00"]


LOGGER = """
let Mine = {
  print: function(text) {
    let offset = this._off(getMJS(), 2) - 1;
    this._log(this._file(getMJS(), offset), this._line(getMJS(), offset), 1, text);
    print(this._file(getMJS(), offset), this._line(getMJS(), offset));
    print(this._off(getMJS(), 9), this._file(getMJS(), -2));
  },
  _log: ffi('void mgos_log(char *, int, int, char *)'),
  _file: ffi('char *mjs_get_bcode_filename_by_offset(void *, int)'),
  _line: ffi('int mjs_get_lineno_by_offset(void *, int)'),
  _off: ffi('int mjs_get_offset_by_call_frame_num(void *, int)')
};
"""


def test_a_logger_that_a_program_brings_along_learns_who_calls_it() -> None:
    world = World(
        "load('mine.js');\nfunction f() {\n  Mine.print('x');\n}\nf();\n\nf();", "init.js", files={"mine.js": LOGGER}
    )
    assert said(world) == ["init.js 3", "-1 null"] * 2
    assert [line.text for line in world.trace.of(DeviceLogged)] == ["x", "x"]


@LANGUAGES
def test_an_interrupt_handler_may_be_set_by_its_other_name(main: str) -> None:
    handler = "function(pin) { print(pin); }" if main == "init.js" else "lambda pin: print(pin)"
    world = World(
        f"GPIO.set_int_handler_isr(14, GPIO.INT_EDGE_POS, {handler}, None); GPIO.enable_int(14);".replace(
            "None", "null" if main == "init.js" else "None"
        ),
        main,
    )
    world.device.hardware.pin(14).set(1)
    world.settle()
    assert said(world) == ["14"]


def test_what_a_cloud_is_sent_raw_stands_in_the_trace() -> None:
    world = World("ffi('void blynk_send(void *, int, int, void *, int)')(null, 20, 7, 'vw more', 2);", "init.js")
    assert world.failures == []
    [call] = world.trace.of(PeripheralCalled)
    assert (call.function, json.loads(call.arguments)) == ("send", [20, "vw", 7])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        ("ILI9341.drawPixel('1', 2)", "TypeError", "ILI9341.drawPixel: x0 must be an int, got str"),
        ("ILI9341.print(1, 2, 3)", "TypeError", "ILI9341.print: the text must be a str, got int"),
        ("LiquidCrystalI2C.create(1, 2, '3')", "TypeError", "LiquidCrystalI2C.create: rows must be an int, got str"),
        ("LiquidCrystalI2C.create(1, 8, 2).print(3)", "TypeError",
         "LiquidCrystalI2C.print: the text must be a str, got int"),
        ("BitBang.write(999, 0, 1, 1, 1, 1, b'a', 1)", "ValueError",
         "BitBang.write: a pin is a number from 0 to 255, got 999"),
        ("BME680.createI2C('x')", "TypeError", "BME680.createI2C: address must be an int, got str"),
    ],
)  # fmt: skip
def test_wrong_use_in_python_names_the_function(call: str, error: str, message: str) -> None:
    [failure] = World(call).failures
    assert (failure.error, failure.message) == (error, message)
