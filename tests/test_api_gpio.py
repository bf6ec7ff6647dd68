"""Pins: what an input reads, what an output drives, who is told of an edge; the same for scripts and for Python."""

from __future__ import annotations

from typing import Any

import pytest

from sim.event import DeviceStopped, GpioChanged, GpioConfigured
from tests.world import World

LANGUAGES = ("init.js", "init.py")


def changes(world: World) -> list[tuple[int, int, str]]:
    return [(event.pin, event.level, event.source) for event in world.trace.of(GpioChanged)]


def numbers(world: World) -> list[float]:
    """What was printed, without the space that a script puts behind it."""
    return [float(text) for line in world.printed for text in line.split()]


@pytest.mark.parametrize("main", LANGUAGES)
@pytest.mark.parametrize(("pull", "level"), [("NONE", 0), ("UP", 1), ("DOWN", 0)])
def test_an_input_that_is_not_connected_reads_what_its_pull_gives(main: str, pull: str, level: int) -> None:
    world = World(f"GPIO.set_mode(4, GPIO.MODE_INPUT); GPIO.set_pull(4, GPIO.PULL_{pull}); print(GPIO.read(4));", main)
    assert numbers(world) == [level]


@pytest.mark.parametrize("main", LANGUAGES)
def test_an_input_reads_what_is_set_outside_before_and_after_the_boot(main: str) -> None:
    world = World("GPIO.setup_input(4, GPIO.PULL_UP); print(GPIO.read(4));", main, boot=False)
    world.device.hardware.pin(4).set(0)
    world.device.boot()
    assert numbers(world) == [0]
    world.device.hardware.pin(4).release()
    assert world.device.hardware.pin(4).level == 1


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_write_shows_at_the_pin_when_it_is_an_output(main: str) -> None:
    world = World("GPIO.write(2, 1); print(GPIO.read(2), GPIO.read_out(2)); GPIO.set_mode(2, GPIO.MODE_OUTPUT);", main)
    assert numbers(world) == [0, 1]
    assert changes(world) == [(2, 1, "firmware")]
    assert world.device.hardware.pin(2).is_driven


@pytest.mark.parametrize("main", LANGUAGES)
def test_setup_output_begins_at_its_level_and_toggle_gives_the_new_one(main: str) -> None:
    world = World("print(GPIO.setup_output(2, 1), GPIO.toggle(2), GPIO.toggle(2), GPIO.read(2));", main)
    assert numbers(world) == [1, 0, 1, 1]
    assert changes(world) == [(2, 1, "firmware"), (2, 0, "firmware"), (2, 1, "firmware")]


def test_a_boolean_is_a_level_in_a_script() -> None:
    world = World(
        "GPIO.set_mode(2, GPIO.MODE_OUTPUT); let on = true; GPIO.write(2, on); GPIO.write(2, !on);", "init.js"
    )
    assert changes(world) == [(2, 1, "firmware"), (2, 0, "firmware")]


def test_an_output_wins_over_the_world_until_it_is_an_input() -> None:
    world = World("GPIO.setup_output(2, 1)\nTimer.set(10, 0, lambda: GPIO.set_mode(2, GPIO.MODE_INPUT))")
    pin = world.device.hardware.pin(2)
    pin.set(0)
    assert pin.level == 1
    world.settle()
    assert pin.level == 0


def test_the_trace_tells_how_a_pin_is_configured_once_for_each_change() -> None:
    world = World("for _ in range(2): GPIO.set_mode(4, 0); GPIO.set_pull(4, 1); GPIO.set_int_handler(4, 2, print)")
    told = [(event.pin, event.mode, event.pull, event.interrupt) for event in world.trace.of(GpioConfigured)]
    assert told == [(4, "input", "none", "none"), (4, "input", "up", "none"), (4, "input", "up", "edge_neg")]


HANDLER = {
    "init.js": "GPIO.setup_input(4, GPIO.PULL_UP);"
    "print(GPIO.set_int_handler(4, GPIO.{mode}, function(pin, ud) {{ print(pin, ud); }}, 7)); {more}",
    "init.py": "GPIO.setup_input(4, GPIO.PULL_UP)\n"
    "print(GPIO.set_int_handler(4, GPIO.{mode}, lambda pin, ud: print(pin, ud), 7)); {more}",
}


@pytest.mark.parametrize("main", LANGUAGES)
@pytest.mark.parametrize(("mode", "times"), [("INT_EDGE_POS", 2), ("INT_EDGE_NEG", 2), ("INT_EDGE_ANY", 4)])
def test_an_enabled_interrupt_calls_its_handler_for_its_edges(main: str, mode: str, times: int) -> None:
    world = World(HANDLER[main].format(mode=mode, more="GPIO.enable_int(4);"), main)
    for level in (0, 1, 1, 0, 1):
        world.device.hardware.pin(4).set(level)
        world.settle(1000)
    assert numbers(world) == [1] + [4, 7] * times


@pytest.mark.parametrize("main", LANGUAGES)
@pytest.mark.parametrize("more", ["", "GPIO.enable_int(4); GPIO.disable_int(4);"])
def test_an_interrupt_that_is_not_enabled_calls_nothing(main: str, more: str) -> None:
    world = World(HANDLER[main].format(mode="INT_EDGE_ANY", more=more), main)
    world.device.hardware.pin(4).set(0)
    world.settle()
    assert numbers(world) == [1]


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_level_that_lasts_calls_its_handler_again_and_time_goes_on(main: str) -> None:
    world = World(HANDLER[main].format(mode="INT_LEVEL_LO", more="GPIO.enable_int(4);"), main)
    world.settle(10_000)
    assert numbers(world) == [1]
    world.device.hardware.pin(4).press(4_500)
    world.settle(20_000)
    assert numbers(world) == [1] + [4, 7] * 5


def test_an_edge_that_the_firmware_makes_counts_too() -> None:
    world = World("GPIO.setup_output(4, 0)\nGPIO.set_int_handler(4, 1, print)\nGPIO.enable_int(4)\nGPIO.write(4, 1)")
    world.settle()
    assert world.printed == ["4 None"]


BUTTON = {
    "init.js": "let n = 0; print(GPIO.set_button_handler(0, GPIO.PULL_UP, GPIO.{mode}, 50,"
    " function(pin, ud) {{ n = n + 1; print(pin, n); }}, null));",
    "init.py": "n = 0\ndef pressed(pin):\n    global n\n    n += 1\n    print(pin, n)\n"
    "print(GPIO.set_button_handler(0, GPIO.PULL_UP, GPIO.{mode}, 50, pressed))",
}


@pytest.mark.parametrize("main", LANGUAGES)
@pytest.mark.parametrize(("mode", "times"), [("INT_EDGE_NEG", 1), ("INT_EDGE_POS", 1), ("INT_EDGE_ANY", 2)])
def test_a_button_is_told_once_however_much_it_bounces(main: str, mode: str, times: int) -> None:
    world = World(BUTTON[main].format(mode=mode), main)
    pin = world.device.hardware.pin(0)
    for level in (0, 1, 0, 1, 0):  # pressed, with bounces of 1 ms
        pin.set(level)
        world.settle(1000)
    world.settle(200_000)
    for level in (1, 0, 1):
        pin.set(level)
        world.settle(1000)
    world.settle(200_000)
    assert numbers(world) == [1] + [value for n in range(times) for value in (0, n + 1)]


def test_a_button_that_is_held_too_briefly_is_not_told() -> None:
    world = World(BUTTON["init.js"].format(mode="INT_EDGE_NEG"), "init.js")
    world.device.hardware.pin(0).press(20_000)
    world.settle()
    assert numbers(world) == [1]


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_button_has_no_levels(main: str) -> None:
    assert numbers(World(BUTTON[main].format(mode="INT_LEVEL_LO"), main)) == [0]


@pytest.mark.parametrize("main", LANGUAGES)
def test_a_blinking_pin_follows_the_clock_until_it_is_stopped(main: str) -> None:
    stop = {
        "init.js": "Timer.set(1000, 0, function() { GPIO.blink(2, 0, 0); }, null);",
        "init.py": "Timer.set(1000, 0, lambda: GPIO.blink(2, 0, 0), None)",
    }
    world = World(f"GPIO.set_mode(2, GPIO.MODE_OUTPUT); print(GPIO.blink(2, 100, 300)); {stop[main]}", main)
    start_us = world.clock.now_us
    world.settle(3_000_000)
    times = [record.at_us - start_us for record in world.trace if isinstance(record.event, GpioChanged)]
    assert times == [0, 100_000, 400_000, 500_000, 800_000, 900_000]


@pytest.mark.parametrize(
    "call",
    [
        *("set_mode(-1, 0)", "set_mode(2, 2)", "set_pull(2, 3)", "setup_output(256, 1)", "enable_int(-1)"),
        *("read(-1)", "read_out(999)", "blink(2, -1, 5)", "blink(2, 65536, 5)"),
    ],
)
@pytest.mark.parametrize("main", LANGUAGES)
def test_what_is_no_pin_or_setting_gives_0_and_harms_nothing(main: str, call: str) -> None:
    world = World(f"GPIO.write(-1, 1); print(GPIO.{call});", main)
    assert numbers(world) == [0]
    assert changes(world) == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("GPIO.write('2', 1)", "GPIO.write: pin must be an int, got str"),
        ("GPIO.set_int_handler(4, 1, None)", "GPIO.set_int_handler: the handler must be a function, got NoneType"),
        ("GPIO.blink(2, 0.5, 1)", "GPIO.blink: on_ms must be an int, got float"),
    ],
)
def test_wrong_use_in_python_is_an_error_that_names_the_function(call: str, message: str) -> None:
    [failure] = World(call).failures
    assert (failure.error, failure.message) == ("TypeError", message)


def test_wrong_use_in_a_script_is_the_error_of_the_binding() -> None:
    world = World("GPIO.set_int_handler(4, 1, function() {});", "init.js")
    assert world.failures[0].message == "failed to call FFIed function: got 3 actuals, but function takes 4 args"


def test_an_error_in_a_handler_does_not_stop_the_pin() -> None:
    world = World(HANDLER["init.py"].format(mode="INT_EDGE_NEG", more="GPIO.enable_int(4)").replace("ud)", "1 / 0)"))
    for _ in range(2):
        world.device.hardware.pin(4).press(1000)
        world.settle()
    assert [failure.error for failure in world.failures] == ["ZeroDivisionError"] * 2


def test_a_restart_lets_outputs_go_and_leaves_the_world_as_it_is() -> None:
    world = World("GPIO.setup_output(2, 1)\nGPIO.blink(5, 10, 10)\nGPIO.setup_output(5, 1)")
    world.device.hardware.pin(4).set(1)
    world.device.stop()
    assert changes(world)[-3:] == [(4, 1, "outside"), (2, 0, "reset"), (5, 0, "reset")]
    count = len(changes(world))
    world.settle()
    assert len(changes(world)) == count
    assert [pin.level for pin in map(world.device.hardware.pin, (2, 4, 5))] == [0, 1, 0]
    world.device.boot()
    assert world.device.hardware.pin(2).level == 1


def test_the_old_handlers_are_gone_after_a_restart() -> None:
    world = World(HANDLER["init.py"].format(mode="INT_EDGE_ANY", more="GPIO.enable_int(4)"))
    world.device.load({"init.py": "print('new')"})
    world.device.reboot()
    world.device.hardware.pin(4).set(1)
    world.settle()
    assert world.printed == ["1", "new"]
    assert len(world.trace.of(DeviceStopped)) == 1


def test_rpc_and_firmware_work_on_the_same_pins() -> None:
    world = World("GPIO.setup_output(2, 1)")
    assert world.get("/rpc/GPIO.Read?pin=2").body == b'{"value":1}\r\n'
    assert world.get("/rpc/GPIO.Toggle?pin=2").body == b'{"value":0}\r\n'
    assert changes(world) == [(2, 1, "firmware"), (2, 0, "rpc")]


@pytest.mark.parametrize("number", [-1, 256, "2", None])
def test_the_world_has_no_such_pin(number: Any) -> None:
    with pytest.raises(ValueError, match="a pin is a number from 0 to 255"):
        World().device.hardware.pin(number)
