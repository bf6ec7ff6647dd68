"""Says what JavaScript has and mJS has not, and what to write instead."""

from __future__ import annotations

from typing import Final

__all__ = ["INSTEAD", "METHODS", "WORDS"]

WORDS: Final = {
    "const": "there is no `const`: write let",
    "class": "there are no classes: write a function that returns an object",
    "async": "there are no async functions: handlers are called later by themselves",
    "await": "nothing can wait: pass a function that is called later",
    "import": "write load('file.js');",
    "export": "there are no modules: files that are loaded share their globals",
    "require": "write load('file.js');, or load('polyfill.js'); first",
    "console": "write print(...), or load('polyfill.js'); first",
    "setTimeout": "write Timer.set(ms, 0, handler, null)",
    "setInterval": "write Timer.set(ms, Timer.REPEAT, handler, null)",
    "arguments": "a function has only the parameters that it names",
    "Infinity": "there is no such number",
    "Date": "write Timer.now()",
    "String": "write JSON.stringify(value) for a number, chr(code) for a byte",
    "Number": "write JSON.parse(text)",
    "parseInt": "write JSON.parse(text)",
    "parseFloat": "write JSON.parse(text)",
    "Array": "write [] and push",
    "module": "there are no modules: files that are loaded share their globals",
    "exports": "there are no modules: files that are loaded share their globals",
}
"""What programmers know from JavaScript, and what the language has instead."""

METHODS: Final = frozenset(
    [
        *("bind", "call", "charAt", "codePointAt", "concat", "endsWith", "entries", "every", "fill", "filter", "find"),
        *("findIndex", "findLast", "flat", "flatMap", "forEach", "hasOwnProperty", "includes", "join", "lastIndexOf"),
        *("localeCompare", "map", "match", "matchAll", "normalize", "padEnd", "padStart", "pop", "reduce"),
        *("reduceRight", "repeat", "replace", "replaceAll", "reverse", "search", "shift", "some", "sort", "split"),
        *("startsWith", "substr", "substring", "toFixed", "toLocaleString", "toLowerCase", "toPrecision", "toString"),
        *("toUpperCase", "trim", "trimEnd", "trimStart", "unshift", "valueOf"),
    ]
)
"""Methods that values have in JavaScript and not here."""

INSTEAD: Final = {
    "toString": "write JSON.stringify(x)",
    "substring": "write slice(from, to)",
    "substr": "write slice(from, to)",
    "charAt": "write text[i]",
    "forEach": "write for (let i = 0; i < list.length; i++) { ... }",
    "map": "write for (let i = 0; i < list.length; i++) { ... }",
    "pop": "write list.splice(list.length - 1)",
    "shift": "write list.splice(0, 1)",
    "includes": "write indexOf(x) !== -1",
    "startsWith": "write indexOf(x) === 0",
    "bind": "write f.apply(object, [...])",
    "call": "write f.apply(object, [...])",
    "hasOwnProperty": "compare object[key] with undefined",
    "toFixed": "bind a C function, or count in whole units",
}
"""How the language does without some of them."""
