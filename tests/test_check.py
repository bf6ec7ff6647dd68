"""The checker finds what will fail in a program, says how to write it, and is quiet about programs that run well."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.catalog import Catalog, make_catalog
from sim.check import Finding, Level, check
from sim.cli import read_project
from sim.mjs import Engine, MjsError
from tests.mjs_player import LIBRARY, Player
from tests.test_mjs_vectors import VECTORS, load_cases

ROOT = Path(__file__).parents[1]


def found(source: str, **files: str) -> list[Finding]:
    named = {name.replace("__", "."): text.encode() for name, text in files.items()}
    return [finding for finding in check({"init.js": source.encode(), **named}) if finding.file == "init.js"]


def told(source: str, **files: str) -> list[str]:
    return [f"{one.line}:{one.column} {one.level} {one.message}" for one in found(source, **files)]


# What does not parse

PARSE = [
    ("let f = (x) => x;", "1:14", "arrow functions are not part of mJS: write function(x) { ... }"),
    ("on(x => x);", "1:7", "arrow functions are not part of mJS"),
    ("list.push((a, b) => a);", "1:13", "arrow functions are not part of mJS"),
    ("let f = () => 1;", "1:10", "arrow functions are not part of mJS"),
    ("let x = new Date();", "1:9", "there is no `new`: call a function that returns an object"),
    ("new Foo();", "1:1", "[new] is not implemented: there is no `new`"),
    ("try { f(); } catch (e) { }", "1:1", "[try] is not implemented: errors cannot be caught"),
    ("throw 'x';", "1:1", "end with die('text')"),
    ("var x = 1;", "1:1", "[var] is not implemented: write `let`"),
    ("switch (x) { }", "1:1", "write if (x === 1)"),
    ("do { } while (1);", "1:1", "write while (true)"),
    ("delete o.x;", "1:1", "set them to undefined"),
    ("print(k in o);", "1:9", "there is no `in`"),
    ("print(o instanceof F);", "1:9", "there is no `instanceof`"),
    ("let a = 1\nlet b = 2;", "2:1", "the `let` of line 1 must end with `;`"),
    ("let a = 1\nprint(a);", "2:6", "the `let` of line 1 must end with `;`"),
    ("function f() { let a = 1 }", "1:26", "the `let` of line 1 must end with `;`"),
    ("let {a} = o;", "1:5", "values cannot be taken apart"),
    ("for (let x of y) { }", "1:16", "there is no for..of"),
    ("for (const x of y) { }", "1:12", "there is no for..of"),
    ("for (;;) { }", "1:6", "all three parts of for (start; test; step) are needed"),
    ("for (let i = 0; i < 3;) { }", "1:23", "all three parts of for (start; test; step) are needed"),
    ("for (let i = 0; i < 3; i++, j++) { }", "1:27", "each part of for (start; test; step) is one expression"),
    ("if (1) f(); else g();", "1:13", "no `;` before else"),
    ("if (1) return {a: 1};", "1:17", "write if (x) { return {...}; }"),
    ("function f(x) {\n  if (x) return {};\n}\n", "4:1", "write if (x) { return {...}; }"),
    ("function f(a = 1) { }", "1:14", "parameters have no default values"),
    ("function f(...rest) { }", "1:12", "there is no `...`"),
    ("let s = `x`;", "1:9", "there are no template strings: join with +"),
    ("let r = /x/;", "1:9", "there are no regular expressions"),
    ("let o = {a, b};", "1:11", "a key needs its value: write {a: a}"),
    ("let o = {f() { }};", "1:11", "a method is written {name: function() { ... }}"),
    ("let o = {[k]: 1};", "1:10", "a key cannot be computed"),
    ("let o = {1: 2};", "1:10", "a key must be a name or a string"),
    ("let o = {\n  a: 1\n  b: 2\n};", "3:3", "there is no `,` before this entry of the object"),
    ("let y = a?.b;", "1:11", "there is no `?.`"),
    ("let y = a ?? b;", "1:12", "there is no `??`"),
    ("let y = 2 ** 3;", "1:12", "there is no `**`"),
    ("let y = .5;", "1:9", "write 0.5"),
    ("{a: 1}", "1:3", "a statement cannot begin with an object"),
    ("function f() { return (a, b); }", "1:25", "a `,` does not join expressions"),
    ("function f() {\n  print(1);\n", "3:1", "parse error at the end of the file: the `{` of line 1 is not closed"),
    ("let x = 1; é", "1:12", "parse error at `é`: this character is only allowed in strings and comments"),
    ("print(1);\nprint('abc);\n", "3:1", "the string of line 2 has no end"),
    ("'é' )", "1:5", "parse error at `)`"),
]


@pytest.mark.parametrize(("source", "place", "text"), PARSE, ids=[case[0] for case in PARSE])
def test_parse_error_says_where_it_is_and_how_it_is_written_here(source: str, place: str, text: str) -> None:
    [finding] = found(source)
    assert (finding.level, finding.rule) == (Level.ERROR, "parse")
    assert f"{finding.line}:{finding.column}" == place
    assert text in finding.message
    with pytest.raises(MjsError, match=r"parse error|is not implemented"):
        Engine().compile(source, "init.js")


# What fails when it is reached: all of these programs do fail

TIMER = "let set = ffi('int mgos_set_timer(int, int, void (*)(userdata), userdata)');\n"

FAILS = [
    ("print(undeclared);", "1:7 error `undeclared` is not defined"),
    ("let counter = 1;\nprint(conter);", "2:7 error `conter` is not defined; did you mean counter?"),
    ("undeclared = 1;", "1:1 error `undeclared` is not defined"),
    ("const x = 1;", "1:1 error `const` is not defined: there is no `const`: write let"),
    ("print(typeof undeclared);", "1:14 error `undeclared` is not defined"),
    ("print(x); let x = 1;", "1:7 error `x` is used before it is declared"),
    (
        "f(); function f() { }",
        "1:1 error `f` is used before it is declared; functions are not there before their line",
    ),
    ("function f() { print(x); let x = 1; } f();", "1:22 error `x` is used before it is declared"),
    ("{ let inner = 1; }\nprint(inner);", "2:7 error `inner` is not defined"),
    ("print(1 == 1);", "1:9 error write `===`: `==` always fails"),
    ("print(1 != 1);", "1:9 error write `!==`: `!=` always fails"),
    ("break;", "1:1 error `break` outside of a loop"),
    ("while (true) { let f = function() { continue; }; f(); }", "1:37 error `continue` outside of a loop"),
    ("return 1;", "1:1 error `return` outside of a function"),
    ("print('a' + 1);", "1:11 error `+` does not take string and number: implicit type conversion is prohibited"),
    ("let n = 1; print('n: ' + n);", "1:24 error `+` does not take string and number"),
    ("let s = 'x'; s = s + 'y'; print(s * 2);", "1:35 error `*` does not take string and number"),
    ("let s = 'a';\ns += 1;", "2:3 error `+` does not take string and number"),
    ("let a = true; print(a + 1);", "1:23 error `+` does not take boolean and number"),
    ("print('a,b'.split(','));", "1:13 error there is no `.split`"),
    ("let s = 'abc'; print(s.substring(1));", "1:24 error there is no `.substring`"),
    ("let list = [1]; list.map(print);", "1:22 error there is no `.map`"),
    ("let list = [1]; list.forEach(print);", "1:22 error there is no `.forEach`"),
    ("let n = 5; print(n.toString());", "1:20 error there is no `.toString`"),
    ("let o = {n: 5}; print(o.n.toFixed(2));", "1:27 error there is no `.toFixed`"),
    ("print(JSON.parze('1'));", "1:12 error JSON has no `parze`; did you mean parse?"),
    ("for (let k in Object.keys({a: 1})) { }", "1:22 error Object has no `keys`"),
    ("let a = [1]; a[0]++;", "1:14 error `++` does not work on elements: write a[i] = a[i] + ..."),
    ("let a = [1]; let i = 0; a[i] += 1;", "1:25 error `+=` does not work on elements"),
    ("let o = {x: 1}; ++o.x;", "1:17 error `++` before it works on variables only"),
    ("let n = 3; n();", "1:12 error a value of type number cannot be called"),
    ("let n = 3; n.x = 1;", "1:12 error a value of type number has no properties to set"),
    ("for (let c in 'abc') { }", "1:15 error only objects and arrays have keys to go through"),
    ("load('lib.js');", '1:6 error there is no file "lib.js" to load'),
    ("let f = ffi('int no_such_function(int)');", "1:13 error the C function no_such_function is not simulated"),
    ("let f = ffi('int f(unknown)');", '1:13 error bad ffi signature "int f(unknown)": failed to parse val type'),
    ("let f = ffi('void *mgos_bind_http(char *)'); f();", "1:47 error mgos_bind_http takes 1 argument, got 0"),
    ("let f = ffi('void *mgos_bind_http(char *)'); f(80);", "1:48 error this argument must be string or null"),
    ("load('api_http.js');\nHTTP.add_endpont(1);", "2:6 error HTTP has no `add_endpont`; did you mean add_endpoint?"),
    (
        "load('api_http.js');\nHTTP.add_endpoint(HTTP.get_system_server(), '/', function(c, ev, d, ud) { });",
        "2:18 error HTTP.add_endpoint(listener, uri, handler, userdata) takes 4 arguments, got 3: the userdata is"
        " missing, pass null",
    ),
    ("HTTP.bind(80);", "1:11 error this argument must be string or null, got number"),
]


@pytest.mark.parametrize(("source", "text"), FAILS, ids=[case[0] for case in FAILS])
def test_what_fails_when_it_is_reached_is_an_error(source: str, text: str) -> None:
    assert any(one.startswith(text) for one in told(source)), told(source)
    device = booted(source)
    assert device == "failed"


def booted(source: str) -> str:
    """Return what a device makes of a script."""
    from tests.world import World

    return "ran" if World(source, "init.js").device.started_well else "failed"


CLOSURE = """
function serve(path) {
  let hits = 0;
  HTTP.add_endpoint(HTTP.get_system_server(), path, function(conn, ev, data, ud) {
    hits = hits + 1;
    print(path);
  }, null);
}
"""


def test_handler_that_uses_a_local_of_the_function_around_it_is_an_error_with_the_way_out() -> None:
    messages = told(CLOSURE)
    assert [message.partition(" is not there")[0] for message in messages] == [
        "5:5 error `hits`",
        "5:12 error `hits`",
        "6:11 error `path`",
    ]
    assert "there are no closures); pass the value as userdata" in messages[0]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "for (let i = 0; i < 2; i++) { HTTP.connect('x:80', function(c, e) { print(i); }, null); }",
            "1:75 error `i`",
        ),
        (
            "function f() { let n = 1; let h = function(c, e) { n = 2; }; HTTP.connect('x:80', h, n); }",
            "1:52 error `n`",
        ),
        ("function f() { let n = 1; return function() { return n; }; }", "1:54 warning `n`"),
        ("let o = {}; function f(n) { o.get = function() { return n; }; }", "1:57 warning `n`"),
        ("function f() { let n = 1; g(); } function g() { print(n); }", "1:55 warning `n`"),
    ],
)
def test_variable_of_another_function_is_found_only_while_that_runs(source: str, text: str) -> None:
    [message] = told(source)
    assert message.startswith(text)


WARNINGS = [
    ("let a = 1; let b = (a += 2); print(b);", "1:23 warning the value of `+=` is the one before the assignment"),
    ("function f() { return 1; print(2); }", "1:26 warning this is never reached"),
    ("if (true) { print(1); } else { print(2); }", "1:30 warning this else is never reached"),
    ("let a = 1; if (a === 1) print(1) else if (a === 1) print(2)", "1:43 warning this is never reached"),
    ("print('a' < 'b');", "1:11 warning `<` compares numbers only: this is always false"),
    ("print(HTTP.EV_REQEST);", "1:12 warning HTTP has no `EV_REQEST`; did you mean EV_REQUEST? (it is undefined)"),
    ("let n = 1_000;", "1:9 warning `1_000` is read as the number 1 and the name _000"),
    ("let s = 'abc;\n", "1:9 warning this string has no end"),
    ("Net.send(HTTP.bind('x'));", "1:9 warning Net.send(conn, data) needs 2 arguments, got 1"),
    (
        "HTTP.connect('x:80', function(conn, ev, data, ud, more) { }, null);",
        "1:51 warning the handler gets 4 arguments: `more` is always undefined",
    ),
    ("let file = 'x.js'; load(file); print(from_x);", "1:38 warning `from_x` is not defined"),
]


@pytest.mark.parametrize(("source", "text"), WARNINGS, ids=[case[0] for case in WARNINGS])
def test_what_is_probably_not_meant_is_a_warning(source: str, text: str) -> None:
    assert [one for one in told(source) if one.startswith(text)], told(source)
    assert {one.level for one in found(source)} == {Level.WARNING}


QUIET = [
    "let s = ''; for (let i = 0; i < 3; i++) { s = s + JSON.stringify(i); } print(s.slice(1).length);",
    "let o = {map: function(f) { return f; }}; o.map(print);",
    "let o = {x: 1}; o.x++; o['x'] += 2; print(o.x);",
    "function even(n) { return n === 0 || odd(n - 1); } function odd(n) { return n !== 0 && even(n - 1); } even(4);",
    "if (false) { print(undeclared); }",
    "let x = true || undeclared;",
    "let go = function(n) { let twice = function(m) { return m + n; }; return twice(n); }; go(2);",
    "global.late = 1; print(late);",
    "let x; x = 'a'; x = 1; print(x + 1);",
    "let handlers = {}; handlers['split'] = print; handlers.split(1);",
    "HTTP.add_endpoint(HTTP.get_system_server(), '/', function(c, ev, d, n) { print(n); }, 5);",
    "let n = 0; HTTP.connect('x:80', function(conn, ev, data, ud) { n = n + ev; }, null);",
    "while (true) { let n = 1; if (n) break; }",
    "for (let k in {a: 1}) { print(k + '!'); }",
    "let HTTP = {mine: function() { }}; HTTP.mine();",
    "let b = 1; for (let i = 0; i < 2; i++) { if (i > 0) print(late); let late = i; }",
    "print(-'a');",
    "let bus = I2C.get_default(); I2C.start(bus, 31, I2C.WRITE); I2C.write(bus, 'x'); I2C.read(bus, I2C.ACK);",
    "load('api_events.js'); Event.addHandler(7, function() { return 1; }, null);",
    "let wire = OneWire.create(14); wire.search('12345678', 0);",
]


@pytest.mark.parametrize("source", QUIET)
def test_program_that_runs_well_gives_nothing(source: str) -> None:
    assert told(source) == []
    assert booted(source) == "ran"


# Programs of others


def with_natives(names: Iterable[str]) -> Catalog:
    catalog = make_catalog()
    return replace(catalog, natives=catalog.natives | frozenset(names))


CASES = load_cases(VECTORS)
RUN_WELL = [case for case in CASES if case["error"] is None and not case.get("log")]
FAIL = [case for case in CASES if case["error"] is not None]


def errors_of(case: dict[str, Any]) -> list[str]:
    """Return the errors in a case of the language, with the files and C functions that it finds."""
    files = {**LIBRARY, **case.get("files", {}), "init.js": case["source"]}
    natives = Player({}).natives()
    findings = check({name: text.encode() for name, text in files.items()}, with_natives(natives))
    return [str(finding) for finding in findings if finding.level is Level.ERROR]


@pytest.mark.parametrize("case", RUN_WELL, ids=[case["name"] for case in RUN_WELL])
def test_no_error_is_found_in_a_program_that_ends_without_one(case: dict[str, Any]) -> None:
    assert errors_of(case) == []


def test_most_of_the_programs_that_fail_are_known_before() -> None:
    assert sum(bool(errors_of(case)) for case in FAIL) >= 0.65 * len(FAIL)


@pytest.mark.parametrize("case", [case for case in FAIL if not case["trace"]], ids=lambda case: str(case["name"]))
def test_every_parse_error_is_found(case: dict[str, Any]) -> None:
    assert errors_of(case)


EXAMPLES = sorted((ROOT / "examples").iterdir())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_are_clean(path: Path) -> None:
    files, _ = read_project(str(path))
    assert check(files) == []


# Projects


def test_files_of_a_project_share_their_globals() -> None:
    files = {"init.js": b"load('lib.js'); print(double(2));", "app.js": b"double(3);"}
    lib = b"function double(n) { return n + n; }"
    assert check({**files, "lib.js": lib}) == []
    assert [str(one) for one in check(files)] == [
        "app.js:1:1: warning: `double` is not defined",
        'init.js:1:6: there is no file "lib.js" to load',
        "init.js:1:23: warning: `double` is not defined",
    ]


def test_other_hosts_of_a_project_have_their_own_files_and_globals() -> None:
    files = {
        "init.js": b"let mine = 1;",
        "hosts/a.js": b"print(mine);",
        "hosts/b/init.js": b"load('lib.js'); print(other);",
        "hosts/b/lib.js": b"let other = 1;",
        "hosts/c/init.py": b"Net.bnd()",
    }
    assert [str(one) for one in check(files)] == [
        "hosts/a.js:1:7: `mine` is not defined",
        "hosts/c/init.py:1:5: Net has no `bnd`; did you mean bind?",
    ]


def test_scripts_of_pages_are_not_checked() -> None:
    page = b"<html><SCRIPT defer src='js/page.js?v=1'></script>"
    files = {"init.js": b"print(1);", "index.html": page, "js/page.js": b"const x = () => 1;", "a.min.js": b"var x;"}
    assert check(files) == []
    assert [one.file for one in check({**files, "index.html": b""})] == ["js/page.js"]


def test_file_that_does_not_parse_keeps_the_others_from_errors_about_its_names() -> None:
    findings = check({"init.js": b"load('lib.js'); print(LIMIT);", "lib.js": b"let LIMIT = 1"})
    assert findings == []
    findings = check({"init.js": b"load('lib.js'); print(LIMIT);", "lib.js": b"let LIMIT = ;"})
    assert [(one.file, one.level) for one in findings] == [("init.js", "warning"), ("lib.js", "error")]


# Python

PYTHON = [
    ("def f(:\n  pass\n", "1:7 error invalid syntax"),
    ("HTTP.add_endpont()", "1:6 error HTTP has no `add_endpont`; did you mean add_endpoint?"),
    ("x = 'é', Net.EV_RECEIVE", "1:14 error Net has no `EV_RECEIVE`"),
    ("HTTP.bind()", "1:1 error HTTP.bind(portStr: str) -> HttpListener | None lacks the argument `portStr`"),
    (
        "HTTP.bind('80', 1)",
        "1:1 error HTTP.bind(portStr: str) -> HttpListener | None takes 1 argument at most, got 2",
    ),
    ("HTTP.bind(port='80')", "1:1 error HTTP.bind(portStr: str) -> HttpListener | None has no parameter `port`"),
    ("import time\ndef f(): time.sleep(1)", "2:10 error time.sleep stops the whole device"),
    ("import time as t\nt.sleep(1)", "2:1 error time.sleep stops the whole device"),
    ("from time import sleep\nsleep(1)", "2:1 error time.sleep stops the whole device"),
    ("load('lib.py')", '1:6 error there is no file "lib.py" to load'),
    ("print('\\d')", "1:1 warning "),
    ("print(1)\0", "1:1 error "),
    ("x = " + "(" * 300 + ")" * 300, "1:"),
]


@pytest.mark.parametrize(("source", "text"), PYTHON, ids=[case[0][:30] for case in PYTHON])
def test_mistake_in_python_is_found(source: str, text: str) -> None:
    messages = [f"{one.line}:{one.column} {one.level} {one.message}" for one in check({"init.py": source.encode()})]
    assert any(message.startswith(text) for message in messages), messages


@pytest.mark.parametrize(
    "source",
    [
        "HTTP.add_endpoint(HTTP.get_system_server(), '/', lambda conn, ev: None)",
        "HTTP.bind(*['80'])",
        "HTTP.bind(**{'portStr': '80'})",
        "HTTP = None\nHTTP.anything()",
        "def f(Net): return Net.anything(1, 2, 3)",
        "import asyncio\nasync def f(): await asyncio.sleep(1)",
        "load('api_http.js')",
        "print('a', 'b', sep='', end='')",
    ],
)
def test_python_that_runs_well_gives_nothing(source: str) -> None:
    assert check({"init.py": source.encode()}) == []


def test_python_that_is_no_utf8_is_an_error_with_its_line() -> None:
    [finding] = check({"init.py": b"x = 1\ny = '\xff'\n"})
    assert str(finding) == "init.py:2:1: this is no UTF-8: byte 0xff"


# The reference

PAGE = (ROOT / "docs" / "reference" / "check.md").read_text("utf-8")


def test_reference_lists_the_rules_that_there_are() -> None:
    scripts = [source for source, *_ in (*PARSE, *FAILS, *WARNINGS)]
    rules = {one.rule for source in [CLOSURE, *scripts] for one in check({"init.js": source.encode()})}
    rules |= {one.rule for source, _ in PYTHON for one in check({"init.py": source.encode()})}
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert {rule for row in rows for rule in re.findall(r"`([a-z-]+)`", row)} == rules


def test_example_of_the_reference_runs() -> None:
    [example] = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)
    exec(compile(example, "check.md", "exec"), {})


# The checker itself


@pytest.mark.parametrize(
    "source",
    [
        "[" * 40 + "]" * 40,
        "x" + "()" * 400,
        "let x = " + "1 + " * 480 + "1;",
        "let x = 1;" + "{" * 500 + "}" * 500,
        "(" * 5000,
        "f(" * 590 + ")" * 590,
        "if (1) " * 590 + "x",
        "\0",
        "/* no end",
        "let a = b, b = c, c = a; print(a + 1 + b);",
    ],
    ids=lambda source: source[:12],
)
def test_strange_programs_are_checked_all_the_same(source: str) -> None:
    for finding in check({"init.js": source.encode()}):
        json.dumps(finding.to_json())


def test_findings_stand_in_the_order_of_files_and_lines() -> None:
    findings = check({"b.js": b"x;\ny;", "a.js": b"z;"})
    assert [(one.file, one.line) for one in findings] == [("a.js", 1), ("b.js", 1), ("b.js", 2)]
