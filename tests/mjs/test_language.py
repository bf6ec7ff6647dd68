"""Runs small programs: each line of a table is a source and what it prints, or its error."""

from __future__ import annotations

import pytest

from sim.mjs import Engine, MjsError
from sim.mjs.lexer import byte_string

PRINTED = [  # (source, what it prints)
    ("let i = 1; function f() { i = 5; return 10; } print(i + f(), i);", "11 5"),
    ("let i = 1, a = [1, 2, 3]; print(a[i++] + a[i], i);", "5 2"),
    ("let o = {a: 5}; print(o.a += 2, o.a, o['a'] -= 1, o.a);", "5 7 7 6"),
    ("print(1 / 0, 5 % 0, -6 % 3 === 0, 0 * -1 === 0);", "-nan -nan false false"),
    ("print(9007199254740991 + 2, 9007199254740992 + 1);", "9007199254740992 9007199254740992"),
    (
        "let a = 1, b = 1; for (let i = 0; i < 90; i++) { let t = a + b; a = b; b = t; } print(b);",
        "7540113804746346496",
    ),
    ("print(1 << 31, 1 << 40, 1 << 64, -8 >>> 1, -3.7 | 0);", "2147483648 1099511627776 1 2147483644 -3"),
    ("let t = 1 < 2; print(t, t === true, [t, !t].length, (1 < 2) && 3);", "true true 2 3"),
    ("let a = []; a[2] = 1; a[0] = 2; for (let k in a) print(k);", "0 \n2"),
    ("let a = [5]; a['x'] = 1; a[0.5] = 2; print(JSON.stringify(a), a['0.500000'], a['0'], a.length);", "[5] 2 5 1"),
    ("let o = {}; o[1] = 2; o[true] = 1; o[null] = 3; print(JSON.stringify(o));", '{"null":3,"true":1,"1":2}'),
    ("let a = 2; { print(a); let a = 3; print(a); } print(a);", "2 \n3 \n2"),
    ("let z = 9; function f(x) { if (x) let z = 1; print(z); z = 7; } f(1); f(0); print(z);", "1 \n9 \n7"),
    ("for (let i = 0; i < 3; i++) { if (i > 0) print(x); let x = i; }", "0 \n1"),
    ("function g() { i = i + 1; } for (let i = 0; i < 6; i++) { g(); print(i); }", "1 \n3 \n5"),
    ("let c = 0; function inc() { c++; } function f(c) { inc(); inc(); return c; } print(f(10), c);", "12 0"),
    ("function a(x) { { let x = 7; print(b()); } return b(); } function b() { return x; } print(a(5));", "7 \n5"),
    ("let o = {f: function() { return this.v; }, v: 4}; let k = 'f'; print(o.f(), (o.f)(), o[k]());", "4 4 4"),
    ("function f(a, a) { return a; } print(f(1, 2), f(1));", "2 undefined"),
    ("function f() { return 1; } function g() { return f; } print(g() === f, g()());", "true 1"),
    ("function mk() { return function() {}; } print(mk() === mk());", "true"),
    ("let None = 1, True = 2, lambda = 3, __builtins__ = 4; print(None, True, lambda, __builtins__);", "1 2 3 4"),
    ("print(global.print === print); global.foo = 3; print(foo);", "true \n3"),
    ("print('é'.length, 'é'.at(0), 'é');", "2 195 \\xc3\\xa9"),
    ("if (1) ; else print(1); print('end')", "end"),
    ("for (let i = 0; i < 4; i++) { { let i = 9; if (i === 9) continue; } } print('end');", "end"),
    ("let o = Object.create({x: 1}); o.x = 2; print(o.x, o.__p.x); o.__p = o; print(o.y);", "2 1 \nundefined"),
    ("let f = 'abc'.slice; print(f.apply('hello', [1, 3]));", "el"),
    ("print(typeof NaN, NaN === NaN, !NaN, NaN < 1, isNaN(NaN + 1));", "number false true false true"),
    ("let x = {a: 1}; let y = load('m.js', x); print(y, x.a, x.b);", "7 2 3"),
    ("load('m2.js'); load('m2.js'); print(v);", "once \n1"),
    ("let a = [1]; a.splice(0, 0, 2, 3); for (let k in a) print(k, a[k]);", "1 3 \n0 2 \n2 1"),
    ("let a = []; a['05'] = 1; print(a.length, a[5]);", "6 undefined"),
    ("print('abc'.at(4294967296), 'abc'.slice(4294967297), chr(4294967361));", "97 bc A"),
    ("print('abc'['1'], 'abc'['00'], 'abc'[' 2'], 'abc'['-1']);", "b a c undefined"),
    (r"let o = {'a\n': 1}; for (let k in o) print(k, k.length);", r"a\n 3"),
    ("let o = {}; o[print] = 1; print(JSON.stringify(o));", '{"TODO_foreign":1}'),
    ("print(JSON.stringify(global));", '{"NaN":-nan,"Object":{},"JSON":{},"global":[Circular]}'),
    ("for (let k in global) { print(k); break; } print(s2o(1, 2), load(5));", "isNaN \nundefined undefined"),
    (r"""print(JSON.stringify(JSON.parse('{\"\":1,\"a\":2}')), chr(NaN) === '\x00', '\c');""", r'{"a":2} true \x03'),
    ("function f() { return let x = 1; } print(f());", "undefined"),
    ("function f() 'anything' return 5; } print(f());", "5"),
    ("for (let i = 0; i < 2; i++) { print(i);", "0 \n1"),
    ("function depth(n) { return n === 0 ? 0 : 1 + depth(n - 1); } print(depth(9000));", "9000"),
]
FAILING = [  # (source, error, lines)
    ("zz.x = 1;\n", "[zz] is not defined", [1]),
    ("let o = {};\no.x = zz;\n", "[zz] is not defined", [2]),
    ("let t = true;\nprint(t + 1);\n", "implicit type conversion is prohibited", [2]),
    ("let t = 'a';\nprint(t * 2);\n", "implicit type conversion is prohibited", [2]),
    ("let n = null;\nprint(n - n);\n", "implicit type conversion is prohibited", [2]),
    ("let a = [1];\na[0]++;\n", "invalid operand for ++", [2]),
    ("let a = [1];\na[0] += 1;\n", "invalid operand", [2]),
    ("let o = {};\n++o.x;\n", "invalid operand for ++", [2]),
    ("5 = 6;\n", "unsupported object type: stack underflow", [1]),
    ("let a = [1];\n!a['2'] = 6;\n", "unsupported object type", [2]),
    ("({}) = 6;\n", "stack underflow", [1]),
    ("function f() { 5 = 6; }\nf();\n", "unsupported object type", [1, 2]),
    ("print.x = 1;\n", "index must be a number", [1]),
    ("print / 3;\n", "invalid operands", [1]),
    ("'abc'[{}];\n", "type error: conversion from object to string is not supported", [1]),
    ("({apply: print}).apply();\n", "calling non-callable", [1]),
    ("function f() {\n  die('x');\n}\nprint(1);\nf.apply(null, []);\nprint(2);\n", "x", [2, 5, 5]),
    ("die('');\n", "TYPE_ERROR", [1]),
    ("mkstr('a', 1);\n", "ptr should be a foreign pointer", [1]),
    ("mkstr(print, 'a');\n", "len should be a number", [1]),
    ("ffi_cb_free(5, 5);\n", "missing argument 'func'", [1]),
    ("let s = 'x';\ns();\n", "failed to call FFIed function: non-ffi-callable value", [2]),
    ("print.x;\n", "index must be a number", [1]),
    ("let o = {};\nprint(o[[]]);\n", "conversion from object to string is not supported", [2]),
    ("load('nofile.js');\n", 'failed to exec file "nofile.js": failed to read file "nofile.js"', [1]),
    ("function f() { break; }\nfor (let i = 0; i < 1; i++) f();\n", "misplaced 'break'", [1, 2]),
    ("function f(n) { return f(n + 1); }\nf(0);\n", "out of memory", None),
    ("let s = 'ab';\nwhile (true) { s = s + s; }\n", "out of memory", [2]),
    ("let a = missing\n;\n", "[missing] is not defined", [1]),
    ("print(1);\nmissing", "[missing] is not defined", [1]),
    ("let o = {\n  a: 1,\n  b: missing\n};\n", "[missing] is not defined", [3]),
    ("if (missing\n) {\n}\nprint(1);\n", "[missing] is not defined", [1]),
    ("let x = 1\n  + 'a'\n  ;\n", "implicit type conversion is prohibited", [2]),
    ("let o = null;\no.a = 1\nprint(2);\n", "unsupported object type", [2]),
    ("missing = 1\nprint(2);\n", "[missing] is not defined", [1]),
    ("for (let i = 0;\n  null + 1;\n  i++) {\n}\n", "implicit type conversion is prohibited", [3]),
    ("function f() {\n  g(\n   );\n}\nfunction g() {\n  die(\n    'x'\n  );\n}\nf();\n", "x", [7, 3, 10]),
    (f"function f() {{\n  if (1) {{\n    print('{'x' * 130}');\n    die('x');\n  }}\n}}\nf();\n", "x", [4, 7]),
    ("if (1) return {a: 1};\n", "parse error at line 1: [: 1};\n]", []),
    ("let o = {a: [1; 2], b: 2};\n", "parse error at line 1: [; 2], b: 2]", []),
    ("({a: 1; 2});\n", "parse error at line 1: [2});\n]", []),
    ("{ [ }\n", "parse error at line 2: []", []),
    ("function f() { return {a: 1, 5}; }\n", "parse error at line 1: [: 1, 5}; }]", []),
    ("for (let k in ) print(k);\n", "can't iterate over non-object value", [1]),
    ("let i = 0; i++\nprint(i);\n", "calling non-callable", [2]),
    ("(function() { var x; })();", "parse error at line 1: [var x; })(]", []),
    ('let a = 1 "x";\n', 'parse error at line 1: [x";\n]', []),
]
FILES = {"m.js": "a = a + 1;\nlet b = 3;\n7;\n", "m2.js": "print('once'); let v = 1;\n"}


@pytest.mark.parametrize(("source", "printed"), PRINTED)
def test_a_program_prints(source: str, printed: str) -> None:
    out: list[str] = []
    Engine(read=FILES.get, write=out.append).run(source, "init.js")
    assert "".join(out) == printed + " \n"


@pytest.mark.parametrize(("source", "message", "lines"), FAILING)
def test_a_program_fails(source: str, message: str, lines: list[int] | None) -> None:
    with pytest.raises(MjsError) as caught:
        Engine(read=FILES.get).run(source, "init.js")
    assert caught.value.message == message
    if lines is not None:
        assert caught.value.frames == [("init.js", line) for line in lines]


def test_a_parse_error_shows_the_place() -> None:
    with pytest.raises(MjsError) as caught:
        Engine().run("let é = 1;\nlet s = 'é' + ;\n", "init.js")
    assert caught.value.render()[0].startswith("MJS error: parse error at line 1")
    with pytest.raises(MjsError) as caught:
        Engine().run("print(1);\nlet s = 'é' + ;\n", "init.js")
    assert caught.value.render() == [
        "MJS error: parse error at line 2: [;\n]",
        "init.js:2:15",
        "  let s = 'é' + ;",
        "                ^",
    ]


def test_a_source_is_a_byte_string() -> None:
    assert byte_string("é") == byte_string("é".encode()) == "\xc3\xa9"
    assert byte_string("a\0b") == "a"
