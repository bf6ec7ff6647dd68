"""Checks what an embedder relies on: calls, native functions, pointers, budgets."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from sim.mjs import Engine, Kind, MjsError, WatchdogError
from sim.mjs.value import NULL, TRUE, Pointer

HANDLER = "void (*)(void *, int, char *, bool, userdata)"


class Device:
    """An engine whose native functions remember what they got."""

    def __init__(self, **options: int) -> None:
        self.out: list[str] = []
        self.log: list[str] = []
        self.seen: list[object] = []
        self.handlers: list[tuple[Callable[..., object], object]] = []
        natives = {
            "on": lambda function, userdata: self.handlers.append((function, userdata)),
            "see": lambda *values: self.seen.append(values),
            "fire": lambda: [function(self, 7, b"\xff", True, userdata) for function, userdata in self.handlers],
            "memory": lambda: bytearray(b"hello"),
            "nothing": lambda: None,
            "same": lambda pointer: pointer,
        }
        self.engine = Engine(write=self.out.append, log=self.log.append, natives=natives, **options)
        self.engine.run(f"let on = ffi('void on({HANDLER}, userdata)'), fire = ffi('void fire()');\n", "library.js")

    def run(self, source: str) -> None:
        self.engine.run(source, "init.js")


def test_native_code_calls_functions_with_their_userdata() -> None:
    device = Device()
    device.run("on(function(conn, ev, data, flag, ud) { print(typeof conn, ev, data, flag, ud.a); }, {a: 4});")
    function, userdata = device.handlers[0]
    function(device, 7, b"\xff", True, userdata)
    assert device.out == ["foreign_ptr 7 \\xff true 4 \n"]


def test_arguments_reach_native_code_as_python_has_them() -> None:
    device = Device()
    device.run(
        "let see = ffi('void see(int, double, bool, char *, char *, void *)');"
        "see(-2.9, 'x', true, '\\xff', null, null);"
    )
    ((number, double, flag, string, none, pointer),) = device.seen
    assert (number, flag, string, none, pointer) == (-2, True, b"\xff", None, None)
    assert double != double


def test_an_error_of_a_callback_goes_to_the_log_and_the_device_goes_on() -> None:
    device = Device()
    device.run("let n = 0; on(function() {\n n++; missing(); }, null);\n")
    function, userdata = device.handlers[0]
    for _ in range(2):
        assert function(device, 1, b"", False, userdata) is None
    assert device.log == ["  at init.js:2\nMJS callback error: [missing] is not defined\n"] * 2
    assert device.engine.globals["n"] == 2


def test_an_error_of_a_callback_ends_the_script_that_waits_for_it() -> None:
    device = Device()
    device.run("on(function() { die('no'); }, null);\nfunction run() {\n  fire();\n  print('never');\n}\n")
    with pytest.raises(MjsError, match="no") as caught:
        device.engine.call(device.engine.globals["run"])
    assert caught.value.frames == [("init.js", 1), ("init.js", 3), ("init.js", 3)]
    assert device.out == []


def test_pointers_compare_by_what_they_point_to() -> None:
    device = Device()
    device.run("""
        let memory = ffi('void *memory()'), nothing = ffi('void *nothing()'), same = ffi('void *same(void *)');
        let p = memory();
        print(typeof p, p === p, same(p) === p, p === memory(), p === null);
        print(p[1], (p + 1)[0], mkstr(p, 1, 3), mkstr(p, 2));
        print(nothing() === null, nothing() ? 1 : 0, typeof nothing());
        p[0] = 72; print(mkstr(p, 5));
    """)
    assert device.out == [
        "foreign_ptr true true false false \n",
        "101 101 ell he \n",
        "true 1 foreign_ptr \n",
        "Hello \n",
    ]


def test_a_callback_record_is_released_once() -> None:
    device = Device()
    device.run("let f = function() {}; on(f, null); print(ffi_cb_free(f, null), ffi_cb_free(f, null));")
    assert device.out == ["1 0 \n"]


def test_values_go_in_and_out() -> None:
    engine = Engine()
    engine.define("flag", TRUE)
    engine.define("twice", engine.function(lambda engine, this, value: value * 2))
    assert engine.run("flag ? twice(21) : null;", "init.js") == 42
    assert engine.run("null;", "init.js") is NULL
    assert isinstance(engine.pointer(object()), Pointer)


@pytest.mark.parametrize(
    "source", ["while (true) {}", "let i = 0;\nfor (i = 0; i >= 0; i++) {}", "function f() { f(); f(); }\nf();"]
)
def test_the_watchdog_stops_a_run_and_says_where(source: str) -> None:
    engine = Engine(budget=500)
    with pytest.raises(WatchdogError) as caught:
        engine.run(source + "\n", "init.js")
    assert (caught.value.file, caught.value.kind) == ("init.js", Kind.WATCHDOG)
    assert caught.value.line >= 1


def test_each_run_and_callback_has_a_budget_of_its_own() -> None:
    engine = Engine(budget=1000)
    engine.run("function f() { for (let i = 0; i < 800; i++) {} return 1; }", "init.js")
    assert [engine.call(engine.globals["f"]) for _ in range(5)] == [1] * 5


def test_the_watchdog_passes_through_native_code() -> None:
    device = Device(budget=1000)
    device.run("on(function() { while (true) {} }, null);")
    with pytest.raises(WatchdogError):
        device.run("fire();")
    assert device.log == []


def test_the_recursion_limit_of_python_is_as_before() -> None:
    before = sys.getrecursionlimit()
    engine = Engine()
    with pytest.raises(MjsError, match="out of memory"):
        engine.run("function f() { f(); } f();", "init.js")
    assert sys.getrecursionlimit() == before


def test_variables_of_callers_are_gone_after_an_error() -> None:
    engine = Engine()
    engine.run("let v = 1; function get() { return v; } function f(v) { get(); die('x'); }", "init.js")
    with pytest.raises(MjsError):
        engine.run("f(5);", "init.js")
    assert engine.run("get();", "init.js") == 1


def test_two_engines_share_nothing() -> None:
    first, second = Engine(), Engine()
    first.run("let x = 1; JSON.mark = 1; [].push;", "init.js")
    with pytest.raises(MjsError):
        second.run("x;", "init.js")
    assert second.run("JSON.mark;", "init.js") is None


SIGNATURES = [  # (signature, what is wrong with it)
    ("", "1"),
    ("int f", "1"),
    ("int f(int", "2"),
    ("f(int)", 'failed to parse val type "f"'),
    ("int g(long)", "dlsym('g') failed"),
    ("int f(long)", 'failed to parse val type "long"'),
    ("int f(int, int, int, int, int, int, int)", "too many callback args"),
    ("int f(int, userdata)", "callback and userdata should be either both present or both absent"),
    ("int f(void (*)(int), userdata)", 'bad ffi signature: "void (*)(int)": no userdata arg'),
    (
        "int f(void(*)(userdata, userdata), userdata)",
        'bad ffi signature: "void(*)(userdata, userdata)": more than one userdata arg: #0 and #1',
    ),
]


@pytest.mark.parametrize(("signature", "message"), SIGNATURES)
def test_a_signature_that_is_none_fails_as_in_the_engine(signature: str, message: str) -> None:
    with pytest.raises(MjsError) as caught:
        Engine(natives={"f": abs}).run(f"ffi('{signature}');", "init.js")
    assert caught.value.message == f'bad ffi signature: "{signature}": {message}'


def test_a_native_function_can_be_a_callback() -> None:
    out: list[str] = []
    engine = Engine(write=out.append, natives={"f": lambda function, userdata: function(7, userdata)})
    engine.run("ffi('void f(void (*)(int, userdata), userdata)')(print, 'x');", "init.js")
    assert "".join(out) == "7 x \n"


def test_a_place_is_the_true_line_where_the_engine_tells_another() -> None:
    engine = Engine(natives={"f": lambda: places.append(engine.place())})
    places: list[object] = []
    engine.run("let f = ffi('void f()');\n\nf()", "init.js")
    assert places == [("init.js", 3)]


LONG = "let s = 'x'; for (let i = 0; i < 20; i++) s = s + s;"
LABOURS = [
    "let n = ''; while (true) { n = s + 'x'; }",
    "while (true) { s.slice(1); }",
    "while (true) { s.indexOf('y'); }",
    "while (true) { JSON.stringify(s); }",
    "let a = []; while (true) { a.splice(0, 0, 1); }",
]


@pytest.mark.parametrize("source", LABOURS)
def test_the_watchdog_counts_what_native_code_does_with_much(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.mjs.work.LIMIT", 1 << 28)
    engine = Engine(budget=5_000)
    engine.run(LONG, "init.js")
    with pytest.raises(WatchdogError):
        engine.run(source, "init.js")
    steps = list(engine.helpers["@ticks"])
    assert steps, "the steps were not used up"
