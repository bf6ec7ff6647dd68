"""Buses, sensors and displays: what the firmware is told of the world around it; for scripts and for Python."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import natives
from sim.api import make_modules
from sim.api.context import Context
from sim.api.onewire_bus import OneWireBus, crc8
from sim.event import DeviceBooted, DeviceStopped, PeripheralCalled
from sim.mjs.overwrite import overwrite
from sim.mjs.value import Arr, Obj
from sim.script import API_FILES
from tests.world import World

LANGUAGES = ("init.js", "init.py")


def numbers(world: World) -> list[float]:
    return [float(text) for line in world.printed for text in line.split()]


def said(world: World) -> list[str]:
    return [line.rstrip() for line in world.printed]


def calls(world: World) -> list[tuple[str, object, object]]:
    events = world.trace.of(PeripheralCalled)
    return [(f"{e.module}.{e.function}", json.loads(e.arguments), json.loads(e.result)) for e in events]


def boot(firmware: str, main: str) -> World:
    """A device that is off, to set the world up."""
    return World(firmware, main, boot=False)


# ADC, PWM


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_voltage_is_0_until_it_is_set(main: str) -> None:
    world = World("print(ADC.enable(34), ADC.read(34), ADC.enable(-1), ADC.read(-1));", main)
    assert numbers(world) == [1, 0, 0, 0]
    assert calls(world)[:2] == [("ADC.enable", [34], 1), ("ADC.read", [34], 0)]


@pytest.mark.parametrize("main", LANGUAGES)
@pytest.mark.parametrize(("millivolts", "raw"), [(3300, 4095), (1650, 2048), (9999, 4095), (-5, 0)])
def test_a_voltage_is_counted_up_to_the_full_scale(main: str, millivolts: int, raw: int) -> None:
    world = boot("print(ADC.read(34));", main)
    world.device.hardware.analog(34).mv = millivolts
    world.device.boot()
    assert numbers(world) == [raw]


def test_a_script_may_bind_the_voltage_itself() -> None:
    world = boot("let v = ffi('int mgos_adc_read_voltage(int)'); print(v(34));", "init.js")
    world.device.hardware.analog(34).raw = 2048
    world.device.boot()
    assert numbers(world) == [1650]


@pytest.mark.parametrize("main", LANGUAGES)
def test_pulses_show_at_the_pin(main: str) -> None:
    world = World("print(PWM.set(5, 50, 0.25), PWM.set(5, 50, 1.5), PWM.set(-1, 50, 0.5));", main)
    assert said(world) == ["true false false" if main == "init.js" else "True False False"]
    assert world.device.hardware.pin(5).pwm == (50, 0.25)
    world.device.stop()
    assert world.device.hardware.pin(5).pwm is None


# I2C, SPI

READ_I2C = (
    "let b = I2C.get(); print(I2C.readRegB(b, 24, 5), I2C.readRegW(b, 24, 5), I2C.writeRegB(b, 24, 1, 9),"
    " I2C.write(b, 24, '\\x01', 1, true));"
)


@pytest.mark.parametrize("main", LANGUAGES)
def test_an_address_where_nobody_answers_gives_the_failure_of_each_function(main: str) -> None:
    world = World(READ_I2C.replace("let ", "").replace("true", "True") if main == "init.py" else READ_I2C, main)
    assert said(world)[0].lower() == "-1 -1 false false"


@pytest.mark.parametrize("main", LANGUAGES)
def test_registers_are_read_and_written(main: str) -> None:
    script = (
        "let b = I2C.get_default(); print(I2C.readRegW(b, 24, 5), I2C.readRegB(b, 24, 6));"
        " I2C.writeRegW(b, 24, 1, 0x1234); print(I2C.readRegB(b, 24, 1), I2C.readRegW(b, 24, 1)); I2C.stop(b);"
    )
    world = boot(script if main == "init.js" else script.replace("let ", ""), main)
    device = world.device.hardware.i2c(24)
    device.set(5, b"\xc1\x40")
    device.set(6, 7)
    world.device.boot()
    assert numbers(world) == [0xC140, 7, 0x12, 0x1234]
    assert list(device.written)[2] == b"\x01\x12\x34"
    assert ("I2C.readRegW", [24, 5], 0xC140) in calls(world)


def test_a_script_reads_strings_and_null_from_i2c() -> None:
    world = boot(
        "let b = I2C.get(); I2C.write(b, 24, '\\x05rest', 1, false); let s = I2C.read(b, 24, 3, true);"
        "print(s.length, s.at(0), I2C.readRegN(b, 24, 5, 2).at(1), I2C.read(b, 25, 1, true) === null,"
        " I2C.readRegN(b, 25, 5, 2).length, I2C.writeRegN(b, 24, 8, 2, 'abc'));",
        "init.js",
    )
    world.device.hardware.i2c(24).set(5, b"\xff\xfe")
    world.device.boot()
    assert said(world) == ["3 255 254 true 0 1"]
    assert world.device.hardware.i2c(24).registers[8] == b"a"
    assert world.device.hardware.i2c(24).registers[9] == b"b"


BYTE_BY_BYTE = {
    "init.js": "let b = I2C.get_default(); print(I2C.start(b, 31, I2C.WRITE), I2C.write(b, '\\x05'),"
    " I2C.start(b, 31, I2C.READ), I2C.read(b, I2C.ACK), I2C.read(b, I2C.NAK)); I2C.stop(b);"
    "print(I2C.read(b, I2C.ACK), I2C.start(b, 32, I2C.WRITE), I2C.write(b, 'x'));",
    "init.py": "b = I2C.get_default(); print(I2C.start(b, 31, I2C.WRITE), I2C.send_bytes(b, b'\\x05'),"
    " I2C.start(b, 31, I2C.READ), I2C.read_byte(b, I2C.ACK), I2C.read_byte(b, I2C.NAK)); I2C.stop(b)\n"
    "print(I2C.read_byte(b, I2C.ACK), I2C.start(b, 32, I2C.WRITE), I2C.send_bytes(b, b'x'))",
}


@pytest.mark.parametrize("main", LANGUAGES)
def test_the_first_generation_goes_byte_by_byte(main: str) -> None:
    world = boot(BYTE_BY_BYTE[main], main)
    world.device.hardware.i2c(31).set(5, b"\xc1\x40")
    world.device.boot()
    assert numbers(world) == [0, 0, 0, 0xC1, 0x40, 255, 1, 2]


def test_a_device_that_is_taken_off_answers_no_more() -> None:
    world = World("Timer.set(1000, 1, lambda: print(I2C.readRegB(I2C.get(), 24, 0)))")
    world.device.hardware.i2c(24)
    world.settle(1_500_000)
    world.device.hardware.remove_i2c(24)
    world.settle()
    assert numbers(world) == [0, -1]


SPI = {
    "init.js": "let s = SPI.get(); print(SPI.runTransaction(s, {cs: 1, hd: {tx_data: 'ab', rx_len: 3}}),"
    " SPI.runTransaction(null, {fd: {tx_data: 'cd'}}).length, SPI.runTransaction(s, {hd: {tx_data: 'x'}}),"
    " SPI.runTransaction(s, {}), SPI.runTransaction(s, {fd: {tx_data: ''}}));",
    "init.py": "s = SPI.get(); print(SPI.runTransaction(s, {'cs': 1, 'hd': {'tx_data': 'ab', 'rx_len': 3}}).decode(),"
    " len(SPI.runTransaction(None, {'fd': {'tx_data': b'cd'}})), SPI.runTransaction(s, {'hd': {'tx_data': 'x'}}),"
    " SPI.runTransaction(s, {}), SPI.runTransaction(s, {'fd': {'tx_data': ''}}))",
}


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_transaction_gives_what_the_device_laid_out(main: str) -> None:
    world = boot(SPI[main], main)
    world.device.hardware.spi(1).replies.append(b"xyzzy")
    world.device.boot()
    assert said(world)[0].lower() == "xyz 2 true false false"
    assert list(world.device.hardware.spi(1).written) == [b"ab"]
    assert list(world.device.hardware.spi().written) == [b"cd", b"x"]


# 1-Wire


def test_the_checksum_is_that_of_the_data_sheet() -> None:
    assert crc8(bytes.fromhex("021cb801000000")) == 0xA2  # Maxim application note 27


SEARCH = """
let ow = OneWire.create(14);
let rom = ['01234567'];
let n = 0;
ow.target_search(0x28);
while (ow.search(rom[n], 0) === 1) {
  print('found', rom[n].at(0), ow.crc8(rom[n], 7) === rom[n].at(7));
  n = n + 1;
  rom[n] = '01234567';
}
let read = function(address) {
  ow.reset(); ow.select(address); ow.write(0x44); ow.delay(750);
  ow.reset(); ow.select(address); ow.write(0xbe);
  let low = ow.read(), high = ow.read();
  return ((high << 8) | low) / 16;
};
for (let i = 0; i < n; i++) { print(read(rom[i])); }
print(n, ow.reset());
"""


def test_a_script_finds_the_thermometers_and_reads_them_byte_by_byte() -> None:
    world = boot(SEARCH, "init.js")
    bus = world.device.hardware.onewire(14)
    bus.add(21.5)
    bus.add(19.25)
    world.device.boot()
    assert said(world) == ["found 40 true", "found 40 true", "21.500000", "19.250000", "2 1"]


def test_an_empty_bus_shows_no_presence_and_reads_ones() -> None:
    world = World(SEARCH + "print(ow.read());", "init.js")
    assert said(world) == ["0 0", "255"]


DALLAS = {
    "init.js": "let dt = DallasTemperature.create(OneWire.create(14)); dt.begin(); let n = dt.getDeviceCount();"
    "let a = '01234567'; print(n, dt.getAddress(a, 0), dt.validAddress(a)); dt.requestTemperatures();"
    "print(dt.getTempC(a), dt.getTempF(a), dt.getTempCByIndex(0), dt.toHexStr(a), dt.getTempCByIndex(5));",
    "init.py": "dt = DallasTemperature.create(OneWire.create(14)); dt.begin(); n = dt.getDeviceCount()\n"
    "a = bytearray(b'01234567'); print(n, dt.getAddress(a, 0), dt.validAddress(a)); dt.requestTemperatures()\n"
    "print(dt.getTempC(a), dt.getTempF(a), dt.getTempCByIndex(0), dt.toHexStr(a), dt.getTempCByIndex(5))",
}


@pytest.mark.parametrize("main", LANGUAGES)
def test_the_driver_reads_thermometers_by_address_and_by_order(main: str) -> None:
    world = boot(DALLAS[main], main)
    rom = world.device.hardware.onewire(14).add(-3.25).rom
    world.device.boot()
    first, second = (line.split() for line in world.printed)
    assert first == ["1", "1", "1"]
    assert [float(second[i]) for i in (0, 1, 2, 4)] == [-3.25, 26.15, -3.25, -127]
    assert second[3] == rom.hex()


def test_an_address_in_a_local_variable_stands_for_what_was_found() -> None:
    world = boot(
        "let dt = DallasTemperature.create(OneWire.create(14));"
        "let f = function() { let a = 'abcdefgh'; if (dt.getAddress(a, 0) === 1) { dt.requestTemperaturesByAddress(a);"
        " print(dt.getTempC(a)); } }; f();",
        "init.js",
    )
    world.device.hardware.onewire(14).add(30)
    world.device.boot()
    assert numbers(world) == [30]


def test_a_thermometer_measures_when_it_is_asked_to_in_its_steps() -> None:
    bus = OneWireBus()
    device = bus.add(21.9)
    assert device.celsius() == 85  # as after power on
    device.memory[4] = 0x1F  # nine bits
    device.convert()
    assert device.celsius() == 21.5
    assert crc8(device.scratchpad) == 0


def test_a_rom_code_must_have_its_checksum() -> None:
    with pytest.raises(ValueError, match="the last a checksum"):
        OneWireBus().add(rom=b"12345678")


def test_a_string_is_overwritten_wherever_the_program_holds_it_and_no_other_is() -> None:
    text, other = "".join(["01", "23"]), "".join(["01", "23"])
    inner, list_ = Obj(), Arr([text, other])
    inner["self"], inner["list"] = inner, list_
    variables = {"a": text, "b": other, "c": inner}
    overwrite(variables, text, "wxyz")
    assert (variables["a"], variables["b"], list_[0], list_[1]) == ("wxyz", "0123", "wxyz", "0123")


# Sensors and the chip

DHT = {
    "init.js": "let d = DHT.create(4, DHT.{kind}); print(d.getTemp(), d.getHumidity()); d.close();",
    "init.py": "d = DHT.create(4, DHT.{kind}); print(d.getTemp(), d.getHumidity()); d.close()",
}


@pytest.mark.parametrize("main", LANGUAGES)
@pytest.mark.parametrize(("kind", "values"), [("DHT22", [21.5, 45]), ("DHT11", [22, 45])])
def test_a_dht_measures_room_air_until_it_is_set(main: str, kind: str, values: list[float]) -> None:
    world = World(DHT[main].format(kind=kind), main)
    assert numbers(world) == values
    world.device.hardware.dht(4).set(-5.04, 99)
    world.device.reboot()
    assert numbers(world)[2:] == ([-5, 99])


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_dht_that_is_not_there_gives_no_number(main: str) -> None:
    nan = {
        "init.js": "print(isNaN(DHT.create(4, 22).getTemp()));",
        "init.py": "t = DHT.create(4, 22).getTemp(); print(t != t)",
    }
    world = boot(nan[main], main)
    world.device.hardware.dht(4).is_present = False
    world.device.boot()
    assert said(world)[0].lower() == "true"
    assert calls(world)[-1] == ("DHT.getTemp", [], None)


BME = {
    "init.js": "let s = BME280.createI2C(0x76); let d = BME280Data.create();"
    "print(s.readTemp(), s.readPress(), s.readHumid(), s.readAll(d), d.temp(), d.press(), d.humid());",
    "init.py": "s = BME280.createI2C(0x76); d = BME280Data.create()\n"
    "print(s.readTemp(), s.readPress(), s.readHumid(), s.readAll(d), d.temp(), d.press(), d.humid())",
}


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_bme280_measures_when_it_is_there(main: str) -> None:
    world = boot(BME[main], main)
    world.device.hardware.bme280().is_present = False
    world.device.boot()
    assert numbers(world) == [-128, -128, -128, -1, 0, 0, 0]
    world.device.hardware.bme280().set(20, 50)
    world.device.hardware.bme280().is_present = True
    world.device.reboot()
    assert numbers(world)[7:] == [20, 101325, 50, 0, 20, 101325, 50]


ADAFRUIT = {
    "init.js": "let s = Adafruit_BME280.createI2C(0x76); if (s === undefined) { print(-1); } else {"
    " print(s.readTemperature(), s.readPressure(), s.readHumidity(), Math.round(s.readAltitude(1013.25))); }",
    "init.py": "s = Adafruit_BME280.createI2C(0x76)\nif s is None: print(-1)\nelse:"
    " print(s.readTemperature(), s.readPressure(), s.readHumidity(), round(s.readAltitude(1013.25)))",
}


@pytest.mark.parametrize("main", LANGUAGES)
def test_the_other_driver_of_the_bme280_creates_none_that_is_not_there(main: str) -> None:
    world = boot(ADAFRUIT[main], main)
    world.device.hardware.bme280().is_present = False
    world.device.boot()
    assert numbers(world) == [-1]
    world.device.hardware.bme280().is_present = True
    world.device.hardware.bme280().pressure = 90_000
    world.device.reboot()
    assert numbers(world)[1:] == [21.5, 900, 45, 989]


FIRST_GENERATION = """
load('api_arduino_dht.js');
load('api_onewire.js');
let dht = DHT.init(13, DHT.DHT22);
DHT.begin(dht);
print(DHT.readTemperature(dht, 0, 0), DHT.readTemperature(dht, 1, 0), DHT.readHumidity(dht, 0));
print(DHT.create(13, 22).computeHeatIndex(35, 60, 0), DHT.convertCtoF(dht, 100), DHT.convertFtoC(dht, 32));
let bme = Adafruit_BME280.create();
print(bme.begin(0x77), bme.begin(0x76), bme.readTemperature());
let ow = OneWire.init(14), rom = ['01234567'];
OneWire.targetSetup(ow, 0x28);
print(OneWire.next(ow, rom[0], 0), rom[0].at(0), OneWire.next(ow, rom[0], 0));
let dt = DallasTemperature.init(OneWire.create(14).ow);
DallasTemperature.requestTemperatures(dt);
print(DallasTemperature.getDeviceCount(dt), DallasTemperature.getTempCByIndex(dt, 0));
print(ffi('int get_led_gpio_pin()')());
"""


def test_the_first_generation_of_the_drivers_passes_the_handle_as_an_argument() -> None:
    world = boot(FIRST_GENERATION, "init.js")
    world.device.hardware.onewire(14).add(20)
    world.device.hardware.bme280(0x77).is_present = False
    world.device.boot()
    assert world.failures == []
    assert numbers(world)[:3] == [21.5, 70.7, 45]
    assert numbers(world)[3] == pytest.approx(45.06, abs=0.3)  # the table of the Weather Service: 95 F as 113 F
    assert numbers(world)[4:] == [212, 0, 0, 1, 21.5, 1, 0x28, 0, 1, 20, 2]


@pytest.mark.parametrize("main", LANGUAGES)
def test_the_chip_tells_its_temperature_and_its_magnetic_field(main: str) -> None:
    world = boot("print(ESP32.temp(), ESP32.hall());", main)
    world.device.hardware.hall = -7
    world.device.boot()
    assert numbers(world) == [128, -7]


@pytest.mark.parametrize("main", LANGUAGES)
@pytest.mark.parametrize("chip", ["ESP32", "ESP8266"])
def test_deep_sleep_switches_off_and_boots_again(main: str, chip: str) -> None:
    world = World(f"print('up'); {chip}.deepSleep(5000000); print('end');", main)
    world.settle(1_000_000)
    assert not world.device.is_on
    assert said(world) == ["up", "end"]
    world.settle(5_000_000)
    assert world.trace.of(DeviceStopped)[0].reason == "deep sleep"
    assert len(world.trace.of(DeviceBooted)) == 2


def test_a_short_sleep_takes_the_time_of_a_boot() -> None:
    world = World("ESP32.deepSleep(5)")
    world.settle(1_100_000)
    assert world.device.boots == 3


def test_a_sleep_without_an_end_ends_with_a_boot_from_outside() -> None:
    world = World("ESP32.deepSleep(0)")
    world.settle(100_000_000)
    assert (world.device.is_on, world.device.boots) == (False, 1)
    world.device.boot()
    assert world.device.is_on


SCAN = {
    "init.js": "Wifi.scan(function(found) { for (let i = 0; i < found.length; i++) {"
    " print(found[i].ssid, found[i].rssi, found[i].authMode === Wifi.AUTH_MODE_WPA2_PSK); } });",
    "init.py": "Wifi.scan(lambda found: [print(n['ssid'], n['rssi'],"
    " str(n['authMode'] == Wifi.AUTH_MODE_WPA2_PSK).lower()) for n in found])",
}


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_scan_finds_the_networks_after_two_seconds(main: str) -> None:
    world = World(SCAN[main], main)
    world.settle(1_900_000)
    assert said(world) == []
    world.settle(200_000)
    assert said(world) == ["sim -50 true"]


# Lights and displays

STRIP = {
    "init.js": "let s = NeoPixel.create(5, 3, NeoPixel.GRB); s.setPixel(0, 255, 0, 0); s.setPixel(9, 1, 1, 1);"
    " s.show(); s.clear(); s.setPixel(2, 1, 2, 3); s.show();",
    "init.py": "s = NeoPixel.create(5, 3, NeoPixel.GRB); s.setPixel(0, 255, 0, 0); s.setPixel(9, 1, 1, 1); s.show()\n"
    "s.clear(); s.setPixel(2, 1, 2, 3); s.show()",
}


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_strip_shows_the_colours_that_were_sent(main: str) -> None:
    world = World(STRIP[main], main)
    assert world.device.hardware.pin(5).pixels == [(0, 0, 0), (0, 0, 0), (1, 2, 3)]
    assert calls(world)[1] == ("NeoPixel.show", [5, [[255, 0, 0], [0, 0, 0], [0, 0, 0]]], None)


SCREEN = (
    "d.begin(Adafruit_SSD1306.SWITCHCAPVCC, 0x3D, 1); d.clearDisplay(); d.setTextSize(2);"
    "d.setTextColor(Adafruit_SSD1306.WHITE); d.setCursor(0, 16); d.write('below'); d.setCursor(0, 0);"
    "d.write('above'); d.drawPixel(3, 4, 1); d.drawPixel(300, 4, 1); d.drawFastHLine(126, 0, 10, 1);"
    "d.drawCircle(50, 50, 0, 1); d.display(); print(d.width(), d.height(), d.getCursorX());"
)


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_display_shows_its_texts_and_pixels(main: str) -> None:
    create = "d = Adafruit_SSD1306.create_i2c(4, Adafruit_SSD1306.RES_128_64);"
    world = World(("let " if main == "init.js" else "") + create + SCREEN, main)
    screen = world.device.hardware.screen(0x3D)
    assert screen.text == "above\nbelow"
    assert sorted(screen.pixels) == [(3, 4), (50, 50), (126, 0), (127, 0)]
    assert numbers(world) == [128, 64, 60]


# Kits and clouds


def test_the_kit_works_on_pins_and_voltages() -> None:
    world = World(
        "Grove.Relay.close(5); print(Grove.Relay.isClosed(5), Grove.LightSensor.get(34));"
        "Grove.Button.attach(0, function(pin) { print(pin); });",
        "init.js",
    )
    world.device.hardware.pin(0).press(500_000)
    world.settle()
    assert numbers(world) == [1, 0, 0]
    assert world.device.hardware.pin(5).level == 1


@pytest.mark.parametrize("main", LANGUAGES)
@pytest.mark.parametrize("cloud", ["AWS", "Azure", "GCP", "Watson", "Dash", "Blynk"])
def test_no_cloud_is_ever_connected(main: str, cloud: str) -> None:
    world = World(f"print({cloud}.isConnected());", main)
    assert said(world)[0].lower() == "false"
    assert calls(world) == [(f"{cloud}.isConnected", [], False)]


CLOUDS = """
AWS.Shadow.setStateHandler(function(ud, ev, rep, des) { print('never'); }, null);
print(AWS.Shadow.update(0, {on: true}), AWS.Shadow.get(), AWS.Shadow.eventName(AWS.Shadow.UPDATE_DELTA));
Shadow.addHandler(function(ev, obj) { print('never'); });
Shadow.update(0, {on: true});
print(Azure.sendD2CMsg('', 'x'), GCP.sendEvent('x'), Watson.sendEventJSON('x', {a: 1}));
print(Azure.EV_CLOSE - Azure.EVENT_GRP);
Dash.notify('x', {a: 1});
Blynk.setHandler(function(conn, cmd, pin, val, id) { print('never'); }, null);
Blynk.virtualWrite(null, 1, 25.5, 0);
Blynk.send(null, Blynk.TYPE_HARDWARE, 'vw', 1);
"""


def test_what_is_sent_to_a_cloud_fails_and_stands_in_the_trace() -> None:
    world = World(CLOUDS, "init.js")
    world.settle()
    assert world.failures == []
    assert said(world) == ["false false UPDATE_DELTA", "false false false", "3"]
    assert ("AWS.Shadow.update", [0.0, {"on": True}], False) in calls(world)
    assert ("Blynk.virtualWrite", [1, 25.5, 0], None) in calls(world)


# Wrong use


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        ("OneWire.create(-1)", "ValueError", "OneWire.create: a pin is a number from 0 to 255, got -1"),
        ("DHT.create(999, 22)", "ValueError", "DHT.create: a pin is a number from 0 to 255, got 999"),
        (
            "I2C.readRegB(None, 1, 1)",
            "TypeError",
            "I2C.readRegB: the bus must be what I2C.get() returns, got NoneType",
        ),
        ("PWM.set(1, 1, 'x')", "TypeError", "PWM.set: duty must be a number, got str"),
        ("SPI.runTransaction(None, 5)", "TypeError", "SPI.runTransaction: the parameters must be a dict, got int"),
        ("Wifi.scan(5)", "TypeError", "Wifi.scan: the handler must be a function, got int"),
        ("NeoPixel.create(5, -1, 0)", "ValueError", "NeoPixel.create: a strip has up to 10000 lights, got -1"),
        (
            "DallasTemperature.create(5)",
            "TypeError",
            "DallasTemperature.create: the bus must come from OneWire.create, got int",
        ),
    ],
)
def test_wrong_use_in_python_is_an_error_that_names_the_function(call: str, error: str, message: str) -> None:
    [failure] = World(call).failures
    assert (failure.error, failure.message) == (error, message)


HARDWARE = [
    "BME680", "BME680Data", "GPS", "BitBang", "LiquidCrystalI2C", "ILI9341", "DataView", "MQ", "StringUtils",
    "GPIO", "UART", "ADC", "PWM", "I2C", "SPI", "OneWire", "DallasTemperature", "DHT", "BME280", "BME280Data",
    "Adafruit_BME280", "Adafruit_SSD1306", "NeoPixel", "ESP32", "Wifi", "Grove", "AWS", "Shadow", "Azure", "GCP",
    "Watson", "Dash", "Blynk",
]  # fmt: skip

ODD = ["null", "undefined", "0", "-1", "1e30", "3.7", "NaN", "'text'", "''", "true", "{}", "[]", "function() {}"]
ODD += [
    "I2C.get()",
    "SPI.get()",
    "OneWire.create(14)",
    "BME280.createI2C(1)",
    "mk",
    "LiquidCrystalI2C.create(39, 16, 2)",
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(HARDWARE), st.lists(st.sampled_from(ODD), max_size=6), st.sampled_from(ODD))
def test_no_odd_argument_of_a_script_breaks_out_of_the_device(module: str, arguments: list[str], this: str) -> None:
    listed = ", ".join(arguments)
    source = f"""
let mk = ffi('void *malloc(int)')(8);
let o = {module}, p = {module}._proto || {{}};
let odd = function() {{ return {this}; }};
for (let name in o) {{ Timer.set(1, 0, function(n) {{ let f = o[n]; f({listed}); }}, name); }}
for (let name in p) {{ Timer.set(1, 0, function(n) {{
  let h = {{ow: odd(), dt: odd(), dht: odd(), bme: odd(), data: odd(), ssd: odd(), _i: odd(), f: p[n]}};
  h.lcd = odd(); h._buf = odd();
  h.f({listed});
}}, name); }}
"""
    world = World(source, "init.js")
    world.settle(100_000)
    assert {failure.error for failure in world.failures} <= {"TYPE_ERROR", "REFERENCE_ERROR"}


def test_every_c_function_that_the_files_bind_is_there() -> None:
    world = World("\n".join(f"load('{file}');" for file in API_FILES), "init.js")
    assert world.failures == []


def test_no_c_function_is_there_twice() -> None:
    device = World(boot=False).device
    context = Context(device.host, device.profile, device.limits, device.files, device.hardware)
    modules = make_modules(context, lambda delay_us: None)
    parts = [
        make(modules) for name, make in vars(natives).items() if name.endswith("_natives") and name[:5] != "make_"
    ]
    assert sum(map(len, parts)) == len(natives.make_natives(modules))
