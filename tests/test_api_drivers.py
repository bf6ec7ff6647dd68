"""Drivers and C functions that public programs use besides the usual ones (docs/reference/hardware.md)."""

from __future__ import annotations

import json
import math

import pytest

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
