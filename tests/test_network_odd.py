"""Calls the network modules of mJS with whatever arguments there are: the device goes on."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import World

FUNCTIONS: Final = [
    *(f"HTTP.{name}" for name in ("get_system_server", "bind", "add_endpoint", "connect", "connect_ssl", "param")),
    *(f"HTTP.{name}" for name in ("query", "ws_connect", "ws_send", "ws_opcode", "ws_fin")),
    *(f"Net.{name}" for name in ("bind", "connect", "connect_ssl", "serve", "send", "rsend", "disconnect", "close")),
    *(f"Net.{name}" for name in ("discard", "ctos", "setStatusEventHandler")),
    *("URL.parse", "RPC.addHandler", "RPC.call"),
]
VALUES: Final = [
    *("undefined", "null", "true", "0", "1", "-1", "2.5", "NaN", "1e300", "100", "''", "'x'", "'80'", "'8001'"),
    *("'udp://9'", "'peer:7'", "'http://peer/'", "'ws://peer/'", "'\\xff\\x00'", "RPC.LOCAL", "'Odd'", "[]", "{}"),
    *("server", "listener", "conn", "closed", "server + 1", "conn + 8", "nothing", "print", "loud", "broken"),
    *("{addr: '8002'}", "{addr: 'peer:7', ssl: 1}", "{addr: 5}", "{addr: '8003', ondata: 5, onconnect: 'x'}"),
    *("{url: 'http://peer'}", "{url: '//', data: print}", "{url: 'http://peer:7', headers: {a: 1}}", "{error: 5}"),
]
ODD: Final = """
let loud = function(a, b, c, d) { let text = JSON.stringify([a, b, c, d]); return {error: 1, a: a}; };
let broken = function(a) { return a.b.c; };
let server = HTTP.get_system_server(), listener = Net.bind('7', loud, null), nothing = HTTP.bind('');
let conn = Net.connect('peer:7', loud, null), closed = Net.connect('peer:9', loud, null);
"""


@given(
    st.lists(
        st.tuples(st.sampled_from(FUNCTIONS), st.lists(st.sampled_from(VALUES), max_size=7)), min_size=1, max_size=3
    )
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_arguments_bring_the_device_down(calls: list[tuple[str, list[str]]]) -> None:
    program = "\n".join(
        [
            ODD,
            "RPC.addHandler('Odd', loud);",
            "let act = function() {",
            *(f"  {name}({', '.join(arguments)});" for name, arguments in calls),
            "};",
            "HTTP.add_endpoint(server, '/act', function(conn, ev, data, ud) {",
            "  if (ev !== 100) { return; }",
            "  Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\nyes');",
            "  Net.disconnect(conn);",
            "  act();",
            "}, null);",
            "act();",
        ]
    )
    world = World(program, "init.js")
    world.serve(7)
    world.settle()
    world.talk([b"GET /act HTTP/1.0\r\n\r\n"])
    world.talk([b"GET /rpc/Odd HTTP/1.0\r\n\r\n"])
    world.talk([b"hello"], 7)
    faults = [failure for failure in world.failures if failure.error == "INTERNAL_ERROR" or "sim" in failure.phase]
    assert faults == []
    assert world.device.is_on
