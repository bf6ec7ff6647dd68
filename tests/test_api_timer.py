"""Says when timers call and what time it is for the firmware, in both languages (docs/reference/timer.md)."""

from __future__ import annotations

import pytest

from tests.world import World

BOTH = pytest.mark.parametrize("main", ["init.js", "init.py"])


def run(js: str, py: str, main: str, us: int = 1_000_000, **options: object) -> World:
    """Boot one of two programs that mean the same and let time pass."""
    world = World(js if main == "init.js" else py, main, **options)
    world.settle(us)
    return world


@BOTH
def test_a_timer_calls_once_with_its_userdata(main: str) -> None:
    world = run(
        "load('api_timer.js'); Timer.set(100, 0, function(ud) { print(ud, Sys.uptime()); }, 'u'); print('end');",
        "load('api_timer.js')\nTimer.set(100, 0, lambda ud: print(ud, Sys.uptime()), 'u')\nprint('end')",
        main,
    )
    assert [line.split() for line in world.printed] == [["end"], ["u", "0.100000" if main == "init.js" else "0.1"]]


@BOTH
@pytest.mark.parametrize(("js_flags", "py_flags"), [("Timer.REPEAT", "Timer.REPEAT"), ("true", "True"), ("1", "1")])
def test_a_repeating_timer_keeps_its_period_until_it_is_deleted(main: str, js_flags: str, py_flags: str) -> None:
    world = run(
        f"let n = 0; let id = Timer.set(100, {js_flags}, function() {{\n"
        "  n = n + 1; print(n, Sys.uptime() * 10); if (n === 3) { Timer.del(id); }\n}, null);",
        "n = 0\ndef tick():\n    global n\n    n += 1\n    print(n, round(Sys.uptime() * 10))\n"
        f"    if n == 3: getattr(Timer, 'del')(id)\nid = Timer.set(100, {py_flags}, tick)",
        main,
    )
    assert [line.strip() for line in world.printed] == ["1 1", "2 2", "3 3"]
    assert world.clock.next_deadline() is None


@BOTH
def test_run_now_calls_at_once_but_from_the_event_loop(main: str) -> None:
    world = run(
        "Timer.set(100, Timer.REPEAT | Timer.RUN_NOW, function() { print('now'); }, null); print('end');",
        "Timer.set(100, Timer.REPEAT | Timer.RUN_NOW, lambda: print('now'))\nprint('end')",
        main,
        us=250_000,
    )
    assert [line.strip() for line in world.printed] == ["end", "now", "now", "now"]


@BOTH
def test_a_repeating_timer_of_no_time_does_not_stop_time(main: str) -> None:
    world = run(
        "Timer.set(0, Timer.REPEAT, function() { print('x'); }, null);",
        "Timer.set(0, Timer.REPEAT, lambda: print('x'))",
        main,
        us=10_000,
    )
    assert len(world.printed) == 11


@BOTH
def test_numbers_of_timers_differ_and_are_not_small(main: str) -> None:
    world = run(
        "let a = Timer.set(1, 0, function() {}, null), b = Timer.set(-5, 0, function() {}, null);\n"
        "Timer.del(0); Timer.del(12345); print(typeof a, a !== b, a > 65536);",
        "a, b = Timer.set(1, 0, print), Timer.set(-5, 0, lambda: None)\nTimer.delete(a)\nTimer.delete(0)\n"
        "Timer.delete(12345)\nprint('number' if isinstance(a, int) else '', a != b and 'true', a > 65536 and 'true')",
        main,
    )
    assert [line.strip() for line in world.printed] == ["number true true"]


@BOTH
def test_an_error_in_a_timer_is_told_and_the_timer_goes_on(main: str) -> None:
    world = run(
        "Timer.set(100, 1, function() {\n  nothing();\n}, null);",
        "def f():\n    nothing()\nTimer.set(100, 1, f)",
        main,
        us=350_000,
    )
    assert [(failure.phase, failure.file, failure.line) for failure in world.failures] == [("handler", main, 2)] * 3


@BOTH
def test_time_begins_in_march_2017_and_is_written_in_utc(main: str) -> None:
    js = """let show = function() {
  print(Timer.now(), Timer.fmt('%Y-%m-%d %H:%M:%S %j %Q', 0), Timer.fmt('%T', 86399.5),
    Timer.fmt('', 1), Timer.fmt('%F'));
};
Timer.set(1500, 0, show, null);"""
    py = """def show():
    print(int(Timer.now() * 10) / 10, Timer.fmt('%Y-%m-%d %H:%M:%S %j %Q', 0), Timer.fmt('%T', 86399.5),
          Timer.fmt('', 1), Timer.fmt('%F'))
Timer.set(1500, 0, show)"""
    world = run(js, py, main, us=2_000_000)
    [line] = world.printed
    number, rest = line.strip().split(" ", 1)
    assert float(number) == 1488326401.5
    assert rest == "2017-03-01 00:00:02 060 %Q 00:00:00 invalid format 2017-03-01"


@pytest.mark.parametrize("time", ["1e12", "-1e300"])
@BOTH
def test_a_time_beyond_32_bits_is_invalid(main: str, time: str) -> None:
    world = run(f"print(Timer.fmt('%Y', {time}));", f"print(Timer.fmt('%Y', {time}))", main)
    assert world.printed[0].strip() == "invalid time"


def test_c_writes_a_time_into_memory_alone() -> None:
    world = World(
        "let f = ffi('int mgos_strftime(void *, int, char *, int)'); let p = Sys.malloc(9);\n"
        "print(f(p, 9, '%H:%M:%S', 3661), mkstr(p, 8), f(p, 8, '%H:%M:%S', 1), f(p, 9, '%S', 0), mkstr(p, 2));\n"
        "f('text', 4, '%S', 0);",
        "init.js",
    )
    assert world.printed == ["8 01:01:01 0 2 00 "]
    assert world.failures[0].message == "mgos_strftime: the buffer must be memory of Sys.malloc"


@BOTH
def test_no_timer_calls_while_the_firmware_sleeps(main: str) -> None:
    world = run(
        "Timer.set(10, 0, function() { print('due', Sys.uptime()); }, null);\n"
        "Timer.set(5, 0, function() {\n"
        "  Sys.usleep(100000); Timer.set(20, 0, function() { print(Sys.uptime()); }, null);\n}, null);",
        "Timer.set(10, 0, lambda: print('due', Sys.uptime()))\n"
        "def f():\n    Sys.usleep(100000)\n    Timer.set(20, 0, lambda: print(Sys.uptime()))\nTimer.set(5, 0, f)",
        main,
    )
    assert [float(line.split()[-1]) for line in world.printed] == [0.105, 0.125]


def test_a_repeating_timer_that_is_late_begins_its_period_anew() -> None:
    world = World(
        "Timer.set(100, 1, lambda: print(round(Sys.uptime() * 1000)))\nTimer.set(250, 0, lambda: Sys.usleep(333_000))"
    )
    world.settle(900_000)
    assert world.printed == ["100", "200", "583", "683", "783", "883"]


@BOTH
def test_no_timer_outlives_a_reboot(main: str) -> None:
    world = World(
        "let n = 0; Timer.set(1000, Timer.REPEAT, function() { print('x'); }, null);"
        if main == "init.js"
        else "Timer.set(1000, Timer.REPEAT, lambda: print('x'))",
        main,
    )
    world.settle(500_000)
    world.device.reboot()
    world.settle(1_200_000)
    assert len(world.printed) == 1
    world.device.stop()
    assert world.clock.next_deadline() is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("Timer.set('1', 0, print)", "Timer: ms must be a number, got '1'"),
        ("Timer.set(float('inf'), 0, print)", "Timer: ms must be a number, got inf"),
        ("Timer.set(1, None, print)", "Timer: flags must be a number, got None"),
        ("Timer.set(1, 0, 5)", "Timer.set: the handler must be a function, got int"),
        ("Timer.delete(None)", "Timer: id must be a number, got None"),
        ("Timer.fmt(5)", "Timer.fmt: fmt must be a str, got int"),
        ("Timer.fmt('%Y', 'now')", "Timer.fmt: time must be a number, got str"),
    ],
)
def test_wrong_use_is_an_error_at_its_line(call: str, message: str) -> None:
    [failure] = World(f"\n{call}").failures
    assert (failure.error, failure.message, failure.line) == ("TypeError", message, 2)


def test_a_script_has_to_give_all_arguments() -> None:
    [failure] = World("\nTimer.set(10, 0, function() {});", "init.js").failures
    assert failure.message == "failed to call FFIed function: got 3 actuals, but function takes 4 args"


@BOTH
def test_names_of_browsers_set_timers(main: str) -> None:
    world = run(
        "load('polyfill.js'); let n = 0;\n"
        "let id = setInterval(function() { \n"
        "  n = n + 1; console.log('tick', n); if (n > 1) { clearInterval(id); }\n}, 10);\n"
        "clearTimeout(setTimeout(function() { print('never'); }, 5)); setTimeout(function() { print('later'); }, 50);",
        "load('polyfill.js')\nn = 0\ndef tick():\n    global n\n    n += 1\n    console.log('tick', n)\n"
        "    if n > 1: clearInterval(id)\nid = setInterval(tick, 10)\n"
        "clearTimeout(setTimeout(lambda: print('never'), 5))\nsetTimeout(lambda: print('later'), 50)",
        main,
    )
    assert [line.strip() for line in world.printed] == ["tick 1", "tick 2", "later"]


def test_a_module_is_required_once_and_gives_its_exports() -> None:
    world = World(
        "let a = require('my'), b = require('my.js'); print(a.one, a === b, module.exports);",
        "init.js",
        files={"my.js": "print('loaded'); module.exports = {one: 1};"},
    )
    assert world.printed == ["loaded ", "1 true null "]


@BOTH
def test_what_a_timer_sends_leaves_at_once(main: str) -> None:
    world = run(
        "let conn = null; Net.bind('9', function(c, ev) { if (ev === Net.EV_ACCEPT) { conn = c; } }, null);\n"
        "Timer.set(500, 0, function() { Net.send(conn, 'tick'); }, null);",
        "conns = []\nNet.bind('9', lambda c, ev: conns.append(c) if ev == Net.EV_ACCEPT else None)\n"
        "Timer.set(500, 0, lambda: Net.send(conns[0], 'tick'))",
        main,
        us=0,
    )
    stream = world.peer.connect("device", 9)
    world.settle(501_000)
    assert stream.received == b"tick"
