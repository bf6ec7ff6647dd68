"""Says what `Sys` tells of the device and does to it, in both languages (docs/reference/system.md)."""

from __future__ import annotations

import pytest

from sim.event import DeviceBooted, DeviceStopped
from tests.world import World

BOTH = pytest.mark.parametrize("main", ["init.js", "init.py"])


def boot(js: str, py: str, main: str, **options: object) -> World:
    """Boot one of two programs that mean the same."""
    return World(js if main == "init.js" else py, main, **options)


@BOTH
def test_memory_falls_by_what_is_taken_and_comes_back(main: str) -> None:
    world = boot(
        "let all = Sys.free_ram(); let p = Sys.malloc(1000); let less = all - Sys.free_ram(); Sys.free(p);\n"
        "Sys.free(p);\n"
        "print(Sys.total_ram() > all, less, Sys.free_ram() === all, Sys.malloc(all + 1) === null);",
        "all = Sys.free_ram()\np = Sys.malloc(1000)\nless = all - Sys.free_ram()\nSys.free(p)\nSys.free(p)\n"
        "print('true' if Sys.total_ram() > all else 0, less, 'true' if Sys.free_ram() == all else 0,"
        " 'true' if Sys.malloc(all + 1) is None else 0)",
        main,
    )
    assert world.printed[0].strip() == "true 1000 true true"


def test_memory_is_read_and_written_by_pointers() -> None:
    world = World(
        "let p = Sys.malloc(4); p[0] = 104; p[1] = 105; let q = p + 1; q[1] = 33;\n"
        "print(mkstr(p, 3), p[3], q[0], Sys.peek(p, 1), Sys.peek(q, 1), Sys.peek(p, 9)); p[4] = 1;",
        "init.js",
    )
    assert world.printed == ["hi! 0 105 105 33 0 "]
    assert world.failures[0].message == "type error"


@BOTH
def test_uptime_counts_from_boot(main: str) -> None:
    world = boot(
        "Timer.set(2500, 0, function() { print(Sys.uptime()); }, null);",
        "Timer.set(2500, 0, lambda: print(Sys.uptime()))",
        main,
    )
    world.settle(1_000_000)
    world.device.reboot()
    world.settle(3_000_000)
    assert [float(line) for line in world.printed] == [2.5]


@BOTH
def test_sleep_passes_for_the_firmware_alone(main: str) -> None:
    world = boot(
        "let a = Sys.uptime(), t = Timer.now(); Sys.usleep(250000); Sys.usleep(-7);\n"
        "print(Sys.uptime() - a, Timer.now() - t);",
        "import time\na, t = Sys.uptime(), time.time()\nSys.usleep(250000)\nSys.usleep(-7)\n"
        "print(Sys.uptime() - a, time.time() - t)",
        main,
    )
    assert [float(word) for word in world.printed[0].split()] == [0.25, 0.25]
    assert world.clock.now_us == 0


@pytest.mark.parametrize(
    ("main", "call"),
    [
        ("init.js", "Sys.reboot(500);"),
        ("init.py", "Sys.reboot(500)"),
        ("init.js", "ffi('void mgos_system_restart_after(int)')(500);"),
    ],
)
def test_a_reboot_comes_after_its_delay_and_is_told_before(main: str, call: str) -> None:
    tell = {
        "init.js": "Event.addHandler(Event.REBOOT, function() { print('bye', Sys.uptime()); }, null);\n",
        "init.py": "Event.addHandler(Event.REBOOT, lambda: print('bye', Sys.uptime()))\n",
    }[main]
    world = World(tell + call + "\nprint('still here')" + ";" * (main == "init.js"), main)
    world.settle(600_000)
    assert [line.split()[0] for line in world.printed] == ["still", "bye", "still"]
    assert float(world.printed[1].split()[1]) == 0.5
    assert [event.reason for event in world.trace.of(DeviceStopped)] == ["reboot"]


@pytest.mark.parametrize("call", ["Sys.reboot();", "Sys.reboot(0);", "ffi('void mgos_system_restart(int)')(0);"])
def test_a_reboot_takes_one_argument_or_none(call: str) -> None:
    world = World(f"if (Cfg.get('debug.level') === 2) {{ Cfg.set({{debug: {{level: 3}}}}); {call} }}", "init.js")
    world.settle()
    assert [event.boot for event in world.trace.of(DeviceBooted)] == [1, 2]
    assert world.failures == []


@BOTH
def test_a_device_that_always_restarts_does_not_stop_time(main: str) -> None:
    world = World("Sys.reboot(0);", main)
    world.settle(350_000)
    assert [event.boot for event in world.trace.of(DeviceBooted)] == [1, 2, 3, 4]


def test_of_two_reboots_one_happens() -> None:
    world = World(
        "if Cfg.get('debug.level') == 2:\n    Cfg.set({'debug': {'level': 3}})\n    Sys.reboot(5)\n    Sys.reboot(9)"
    )
    world.settle()
    assert len(world.trace.of(DeviceBooted)) == 2


LOOP = "let i = 0; while (i < {steps}) {{ i = i + 1; if (i % 500 === 0) {{ {feed} }} }} print('done', i);"


def test_feeding_the_watchdog_lets_a_loop_go_on() -> None:
    world = World(LOOP.format(steps=5000, feed="Sys.wdt_feed();"), "init.js", budget=1000)
    assert (world.printed, world.failures) == (["done 5000 "], [])


@pytest.mark.parametrize(("steps", "feed"), [(5000, "i = i;"), (1_000_000, "Sys.wdt_feed();")])
def test_a_loop_that_does_not_feed_it_or_never_ends_is_bitten(steps: int, feed: str) -> None:
    [failure] = World(LOOP.format(steps=steps, feed=feed), "init.js", budget=1000).failures
    assert failure.error == "WATCHDOG"


def test_feeding_the_watchdog_is_nothing_to_python() -> None:
    assert World("Sys.wdt_feed()").failures == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("Sys.usleep('1')", "Sys.usleep: us must be a number, got '1'"),
        ("Sys.reboot(None)", "Sys.reboot: ms must be a number, got None"),
        ("Sys.malloc(float('nan'))", "Sys.malloc: size must be a number, got nan"),
    ],
)
def test_wrong_use_is_an_error(call: str, message: str) -> None:
    [failure] = World(call).failures
    assert (failure.error, failure.message) == ("TypeError", message)


def test_what_c_would_crash_on_does_nothing_or_fails_in_order() -> None:
    world = World(
        "Sys.free(null); Sys.free('text'); Sys.free(HTTP.get_system_server()); Sys.peek(null, 1);", "init.js"
    )
    [failure] = world.failures
    assert failure.message == "mgos_peek: the buffer must be memory of Sys.malloc"
