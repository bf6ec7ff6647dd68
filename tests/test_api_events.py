"""Says which handlers run for an event, and which events the device triggers itself (docs/reference/events.md)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.test_mjs_vectors import VECTORS, load_cases
from tests.world import World

BOTH = pytest.mark.parametrize("main", ["init.js", "init.py"])

CASES = [case for case in load_cases(VECTORS) if case["area"] in ("events", "callbacks")]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_library_does_what_the_real_one_did(case: dict[str, Any]) -> None:
    world = World(case["source"], "init.js")
    world.settle(case.get("run_ms", 0) * 1000)
    assert "".join(line + "\n" for line in world.printed) == case["stdout"]
    if case.get("host_dependent"):
        return
    started = [failure for failure in world.failures if failure.phase == "start"]
    assert [failure.message for failure in started] == ([case["error"]] if case["error"] else [])
    later = "".join(failure.trace for failure in world.failures if failure.phase == "handler")
    assert later == case.get("log", "")


def boot(js: str, py: str, main: str) -> list[str]:
    """Boot one of two programs that mean the same, let everything happen; what it printed."""
    world = World(js if main == "init.js" else py, main)
    world.settle()
    assert world.failures == []
    return [line.strip() for line in world.printed]


@BOTH
def test_handlers_run_at_once_the_newest_first(main: str) -> None:
    lines = boot(
        "let f = function(ev, data, ud) { print(ud, ev); };\n"
        "Event.on(7, f, 'a').on(7, f, 'b').on(8, f, 'c'); print(Event.trigger(7, null), Event.trigger(9, null));",
        "f = lambda ev, data, ud: print(ud, ev)\nEvent.on(7, f, 'a').on(7, f, 'b').on(8, f, 'c')\n"
        "print(Event.trigger(7), Event.trigger(9))",
        main,
    )
    assert lines == ["b 7", "a 7", "2 0"]


@BOTH
def test_a_group_is_256_events(main: str) -> None:
    lines = boot(
        "let b = Event.baseNumber('ABC'); \n"
        "print(b, Event.regBase(b, 'x'), Event.regBase(b, 'y'), Event.regBase(Event.SYS, 'z'));\n"
        "Event.addGroupHandler(b, function(ev) {}, null);\n"
        "print(Event.trigger(b - 1, null), Event.trigger(b, null), Event.trigger(b + 255, null),\n"
        "  Event.trigger(b + 256, null));",
        "b = Event.baseNumber('ABC')\n"
        "print(b, *(str(Event.regBase(n, 'x')).lower() for n in (b, b, Event.SYS)))\n"
        "Event.addGroupHandler(b, lambda: None)\nprint(*(Event.trigger(b + n) for n in (-1, 0, 255, 256)))",
        main,
    )
    assert lines == ["1094861568 true false false", "0 1 1 0"]


def test_event_data_of_scripts_is_a_pointer() -> None:
    lines = boot(
        "Event.on(7, function(ev, d) { print(mkstr(d, 5)); }, null); Event.trigger(7, 'hello');", "", "init.js"
    )
    assert lines == ["hello"]


def test_event_data_of_python_is_any_object() -> None:
    assert boot("", "Event.on(7, lambda ev, d: print(d))\nEvent.trigger(7, {'a': 1})", "init.py") == ["{'a': 1}"]


def test_an_error_in_one_handler_does_not_keep_the_others_from_running() -> None:
    world = World(
        "Event.on(7, lambda: print('other'))\ndef f():\n    nothing()\nEvent.on(7, f)\nprint(Event.trigger(7))"
    )
    assert world.printed == ["other", "2"]
    assert [(failure.phase, failure.line) for failure in world.failures] == [("handler", 3)]


@BOTH
def test_the_network_comes_up_after_the_main_file(main: str) -> None:
    lines = boot(
        "let net = 1313166336;\n"
        "Event.addGroupHandler(net, function(ev, d, ud) { print(ev - net, ud); }, 'net');\n"
        "Event.addHandler(1313166339, function(ev, d) { print('ip', d === null); }, null); print('end');",
        "Event.addGroupHandler(Net.EVENT_GRP, lambda ev, d, ud: print(ev - Net.EVENT_GRP, ud), 'net')\n"
        "Event.addHandler(Net.STATUS_GOT_IP, lambda ev, d: print('ip', 'true' if d is None else 0))\nprint('end')",
        main,
    )
    assert lines == ["end", "1 net", "2 net", "ip true", "3 net"]


def test_the_older_handler_hears_the_same() -> None:
    lines = boot("", "Net.setStatusEventHandler(lambda ev, ud: print(ev - Net.EVENT_GRP, ud), 'u')", "init.py")
    assert lines == ["1 u", "2 u", "3 u"]


@BOTH
def test_a_line_of_the_log_is_an_event_but_not_for_its_own_handler(main: str) -> None:
    lines = boot(
        "Event.on(Event.LOG, function(ev, d) { print(Event.evdataLogStr(d)); Log.error('again'); }, null);\n"
        "Log.info('one');\n"
        "Log.debug('dropped'); Log.warn('two');",
        "def f(ev, d):\n    print(Event.evdataLogStr(d))\n    Log.error('again')\nEvent.on(Event.LOG, f)\n"
        "Log.info('one')\nLog.debug('dropped')\nLog.warn('two')",
        main,
    )
    assert lines == ["one", "two"]


@BOTH
def test_event_data_that_is_no_line_of_the_log_has_no_text(main: str) -> None:
    lines = boot("print('[' + Event.evdataLogStr(null) + ']');", "print('[' + Event.evdataLogStr(None) + ']')", main)
    assert lines == ["[]"]


@pytest.mark.parametrize(
    ("main", "call", "message"),
    [
        ("init.py", "Event.on('x', print)", "Event: the event must be an int, got str"),
        ("init.py", "Event.trigger(True)", "Event: the event must be an int, got bool"),
        ("init.py", "Event.addHandler(1, None)", "Event.addHandler: the handler must be a function, got NoneType"),
        ("init.py", "Event.baseNumber('AB')", "Event.baseNumber: Base event id should have exactly 3 chars, got 'AB'"),
        ("init.js", "Event.baseNumber('AB');", "Base event id should have exactly 3 chars"),
    ],
)
def test_wrong_use_is_an_error(main: str, call: str, message: str) -> None:
    assert World(call, main).failures[0].message == message


def test_numbers_are_the_same_in_both_languages() -> None:
    names = ("SYS", "LOG", "REBOOT", "OTA_TIME_CHANGED", "CLOUD_CONNECTED", "CLOUD_DISCONNECTED")
    text = ", ".join(f"Event.{name}" for name in names)
    assert World(f"print({text});", "init.js").printed[0].split() == World(f"print({text})").printed[0].split()
