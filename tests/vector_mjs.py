"""Plays the cases of tests/vectors about the glue between mJS programs and C functions that only answer."""

from __future__ import annotations

from typing import Any

from sim.mjs import Engine, MjsError
from tests.vector_case import Case

__all__ = ["play_expression"]

HANDLER = "void (*)(void *, int, void *, userdata)"
LIBRARY = f"""
let HTTP = {{
  add_endpoint: ffi('int add_endpoint(void *, char *, {HANDLER}, userdata)'),
  bind: ffi('void *bind(char *)'),
  param: ffi('char *param(void *, int)')
}};
let Net = {{
  rsend: ffi('void send(void *, char *, int)'),
  disconnect: ffi('void disconnect(void *)'),
  send: function(conn, text) {{ return Net.rsend(conn, text, text.length); }}
}};
let S = HTTP.bind('80'), BAD = HTTP.bind('');
let cb = function(conn, ev, data, ud) {{}};
"""


def natives() -> dict[str, Any]:
    """Return C functions that do nothing but answer."""
    return {
        "add_endpoint": lambda server, uri, handler, userdata: int(server is not None and uri is not None),
        "bind": lambda address: object() if address else None,
        "param": lambda message, number: b"",
        "send": lambda conn, data, length: None,
        "disconnect": lambda conn: None,
    }


def play_expression(case: Case) -> dict[str, Any]:
    """Run the expression of a case; what it printed, or its error."""
    out: list[str] = []
    engine = Engine(write=out.append, natives=natives())
    engine.run(LIBRARY, "library.js")
    try:
        engine.run(f"print({case['expression']});", "init.js")
    except MjsError as error:
        return {"error": error.message}
    return {"printed": out[0].removesuffix(" \n"), "no_error": True}
