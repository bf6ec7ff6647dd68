"""Plays what was observed of the glue between programs and C (tests/vectors/mongoose/mjs-glue.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.mjs import Engine, MjsError

VECTORS = Path(__file__).parent.parent / "vectors" / "mongoose" / "mjs-glue.json"

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


def load_cases() -> list[dict[str, Any]]:
    """Return the cases."""
    cases: list[dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))["cases"]
    return cases


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case["expression"])
def test_an_expression_gives_what_was_observed(case: dict[str, Any]) -> None:
    out: list[str] = []
    engine = Engine(write=out.append, natives=natives())
    engine.run(LIBRARY, "library.js")
    seen: dict[str, Any] = {}
    try:
        engine.run(f"print({case['expression']});", "init.js")
        seen["printed"] = out[0].removesuffix(" \n")
    except MjsError as error:
        seen["error"] = error.message
    wanted = dict(case["observed"]["mjs"])
    if wanted.pop("no_error", False):
        assert "error" not in seen
    assert seen.items() >= wanted.items()
