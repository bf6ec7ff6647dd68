"""Serial ports: what the firmware writes and reads, when, and how much finds room; for scripts and for Python."""

from __future__ import annotations

import pytest

from sim.event import PeripheralCalled, UartReceived, UartSent
from tests.world import World

LANGUAGES = ("init.js", "init.py")

SETUP = {
    "init.js": "UART.setConfig({n}, {{baudRate: 9600, rxBufSize: 100}});"
    "UART.setDispatcher({n}, function(n, ud) {{ print(n, ud, UART.readAvail(n), UART.read(n)); }}, 'ud');"
    "UART.setRxEnabled({n}, 1);",
    "init.py": "UART.setConfig({n}, {{'baudRate': 9600, 'rxBufSize': 100}})\n"
    "UART.setDispatcher({n}, lambda n, ud: print(n, ud, UART.readAvail(n), UART.read(n).decode()), 'ud')\n"
    "UART.setRxEnabled({n}, 1)",
}


def said(world: World) -> list[str]:
    return [line.rstrip() for line in world.printed]


@pytest.mark.parametrize("main", LANGUAGES)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_comes_in_is_told_to_the_dispatcher_and_read(main: str, number: int) -> None:
    world = World(SETUP[main].format(n=number), main)
    world.settle()
    world.device.hardware.uart(number).send("hello")
    world.settle()
    assert said(world) == [f"{number} ud 0", f"{number} ud 5 hello"]  # the first call: there is room to write
    assert [(e.uart, e.data, e.lost) for e in world.trace.of(UartReceived)] == [(number, b"hello", 0)]


@pytest.mark.parametrize("main", LANGUAGES)
def test_what_is_written_goes_out_whole(main: str) -> None:
    world = World("UART.setConfig(1, {}); UART.write(1, 'abc\\n');", main)
    assert [(e.uart, e.data) for e in world.trace.of(UartSent)] == [(1, b"abc\n")]
    assert bytes(world.device.hardware.uart(1).sent) == b"abc\n"


def test_all_bytes_pass_in_both_directions_of_a_script() -> None:
    world = World(
        "UART.setConfig(1, {}); UART.setRxEnabled(1, 1);"
        "UART.setDispatcher(1, function(n) { UART.write(n, UART.read(n)); }, null);",
        "init.js",
    )
    data = bytes(range(256))
    world.device.hardware.uart(1).send(data)
    world.settle()
    assert bytes(world.device.hardware.uart(1).sent) == data


def test_bytes_take_their_time_at_the_speed_of_the_port() -> None:
    world = World(SETUP["init.py"].format(n=1))
    world.settle()
    begin_us = world.clock.now_us
    world.device.hardware.uart(1).send(b"x" * 96)  # 10 bits each at 9600 baud: 100 ms, told after 64 and 96 bytes
    world.settle()
    arrivals = [record.at_us - begin_us for record in world.trace if isinstance(record.event, UartReceived)]
    assert arrivals == [66_667, 100_001]


@pytest.mark.parametrize("main", LANGUAGES)
def test_there_is_less_room_until_what_was_written_has_left(main: str) -> None:
    later = {
        "init.js": "Timer.set(1000, 0, function() { print(UART.writeAvail(1)); }, null);",
        "init.py": "Timer.set(1000, 0, lambda: print(UART.writeAvail(1)))",
    }
    setup = "UART.setConfig(1, {'baudRate': 9600});" if main == "init.py" else "UART.setConfig(1, {baudRate: 9600});"
    world = World(f"{setup} UART.write(1, 'abcdef'); print(UART.writeAvail(1)); {later[main]}", main)
    world.settle(2_000_000)
    assert said(world) == ["250", "256"]


def test_the_dispatcher_hears_when_there_is_room_again() -> None:
    world = World(
        "UART.setConfig(1, {'baudRate': 9600})\nUART.write(1, b'x' * 960)\n"
        "UART.setDispatcher(1, lambda n: print(round(Sys.uptime(), 2), UART.writeAvail(n)))"
    )
    world.settle(2_000_000)
    assert said(world) == ["0.0 0", "1.0 256"]


def test_what_finds_no_room_is_lost_and_the_trace_says_how_much() -> None:
    world = World("UART.setConfig(1, {'rxBufSize': 100})\nUART.setRxEnabled(1, 1)")
    world.device.hardware.uart(1).send(b"x" * 192)
    world.settle()
    assert [event.lost for event in world.trace.of(UartReceived)] == [0, 28, 64]


def test_a_port_that_does_not_receive_keeps_what_its_hardware_holds() -> None:
    world = World(
        "UART.setConfig(1, {})\nprint(UART.isRxEnabled(1), UART.setRxEnabled(1, 0))\n"
        "def on():\n    print(UART.readAvail(1), UART.read(1))\n    UART.setRxEnabled(1, True)\n"
        "    print(UART.isRxEnabled(1), UART.readAvail(1))\n"
        "Timer.set(500, 0, on)"
    )
    world.device.hardware.uart(1).send(b"x" * 200)
    world.settle()
    assert said(world) == ["0 None", "0 b''", "1 128"]


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_port_that_is_not_set_up_sends_nothing_and_the_trace_says_so(main: str) -> None:
    world = World("UART.write(2, 'lost'); UART.flush(2); print(UART.writeAvail(2), UART.readAvail(2));", main)
    world.device.hardware.uart(2).send("also lost")
    world.settle()
    assert said(world) == ["0 0"]
    assert (world.trace.of(UartSent), world.trace.of(UartReceived)) == ([], [])
    [call] = world.trace.of(PeripheralCalled)
    assert (call.module, call.function, call.arguments, call.result) == ("UART", "write", '[2,"lost"]', "0")


@pytest.mark.parametrize("main", LANGUAGES)
@pytest.mark.parametrize("config", ["{}", "{'baudRate': -1}", "{'numDataBits': 9}", "{'baudRate': 99999999}"])
def test_a_port_that_does_not_exist_or_a_bad_setting_is_refused(main: str, config: str) -> None:
    config = config.replace("'", "") if main == "init.js" else config
    number = 3 if config == "{}" else 1
    assert said(World(f"print(UART.setConfig({number}, {config}));", main)) == ["0"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("UART.setConfig(1, None)", "UART.setConfig: the configuration must be a dict, got NoneType"),
        ("UART.write(1, 5)", "UART.write: the data must be bytes or a str, got int"),
        ("UART.setDispatcher(1, 5)", "UART.setDispatcher: the handler must be a function, got int"),
        ("UART.read('1')", "UART.read: uart must be an int, got str"),
    ],
)
def test_wrong_use_in_python_is_an_error_that_names_the_function(call: str, message: str) -> None:
    [failure] = World(call).failures
    assert (failure.error, failure.message) == ("TypeError", message)


@pytest.mark.parametrize("config", ["null", "5", "undefined", "function() {}", "'text'", "[1]"])
def test_a_script_that_gives_no_configuration_gets_0_or_an_error_of_its_own(config: str) -> None:
    world = World(f"print(UART.setConfig(1, {config}));", "init.js")
    assert said(world) in (["0"], ["1"])


def test_after_a_restart_the_line_leads_to_the_new_firmware_alone() -> None:
    world = World(SETUP["init.py"].format(n=1))
    world.device.hardware.uart(1).send("old")
    world.device.reboot()
    world.settle()
    assert "old" not in "".join(world.printed)
    world.device.hardware.uart(1).send("new")
    world.settle()
    assert said(world)[-1] == "1 ud 3 new"
    world.device.stop()
    world.device.hardware.uart(1).send("nobody hears")
    world.settle()
    assert said(world)[-1] == "1 ud 3 new"
