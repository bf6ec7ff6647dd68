"""Says what `RPC` is for programs in mJS: methods that others call, and calls of their own."""

from __future__ import annotations

import json
from typing import Final

import pytest

from sim.event import RpcAdded, RpcReplied
from tests.world import World


def script(firmware: str) -> World:
    """Return a world whose device runs a script, some time after its start."""
    world = World(firmware, "init.js")
    world.settle(50_000)
    return world


HANDLERS: Final = """
RPC.addHandler('Sum', function(args, src, ud) { return {sum: args.a + args.b, ud: ud, src: src}; }, [1]);
RPC.addHandler('Refuse', function() { return {error: 403, message: 'not you'}; });
RPC.addHandler('Fail', function() { return {error: 1}; });
RPC.addHandler('Nothing', function(args) { print(args === null); });
RPC.addHandler('Broken', function(args) { return args.no.thing; });
RPC.addHandler('Odd', function() { return {error: 5, message: 6}; });
RPC.addHandler('Text', function() { return 'a "b"'; });
"""


@pytest.mark.parametrize(
    ("target", "body", "status", "text"),
    [
        ("Sum", '{"a": 1, "b": 2}', 200, '{"src":"","ud":[1],"sum":3}\r\n'),
        ("Sum?a=3&b=4", "", 200, '{"src":"","ud":[1],"sum":7}\r\n'),
        ("sUM", '{"a": "x", "b": "\\u0079"}', 200, '{"src":"","ud":[1],"sum":"xy"}\r\n'),
        ("Refuse", "", 403, '{"code":403,"message":"not you"}\r\n'),
        ("Fail", "", 500, '{"code":1}\r\n'),
        ("Nothing", "", 200, "null\r\n"),
        ("Text", "", 200, 'a \\"b\\"\r\n'),
        ("Nobody", "", 404, '{"code":404,"message":"No handler for Nobody"}\r\n'),
    ],
)
def test_methods_are_answered_over_http(target: str, body: str, status: int, text: str) -> None:
    world = script(HANDLERS)
    answer = world.get(f"/rpc/{target}", "POST" if body else "GET", body.encode())
    assert (answer.status, answer.text) == (status, text)


def test_methods_are_answered_in_frames() -> None:
    answer = script(HANDLERS).get(
        "/rpc", "POST", b'{"id": 7, "src": "me", "method": "Sum", "params": {"a": 1, "b": 1}}'
    )
    frame = json.loads(answer.text)
    assert (frame["id"], frame["dst"], frame["result"]) == (7, "me", {"sum": 2, "ud": [1], "src": "me"})


@pytest.mark.parametrize("method", ["Broken", "Odd", "Sum"])
def test_method_that_fails_sends_nothing(method: str) -> None:
    world = script(HANDLERS)
    stream = world.talk([f"GET /rpc/{method} HTTP/1.0\r\n\r\n".encode()])
    assert stream.received == b""
    assert not stream.got_eof
    assert len(world.failures) == 1
    assert world.trace.of(RpcReplied) == []
    assert world.get("/rpc/Nothing").text == "null\r\n"


def test_methods_stand_in_the_trace_with_their_line() -> None:
    own = [event for event in script(HANDLERS).trace.of(RpcAdded) if event.file]
    assert [(event.method, event.file, event.line) for event in own][:2] == [
        ("Sum", "init.js", 2),
        ("Refuse", "init.js", 3),
    ]


@pytest.mark.parametrize(
    ("call", "printed"),
    [
        ("'Sum', {a: 1, b: 2}", '{"sum":3,"ud":[1],"src":"RPC.LOCAL"} 0  u '),
        ("'Nothing', null", "null 0  u "),
        ("'Fail', 'any'", "null 1  u "),
        ("'Refuse', undefined", "null 403 not you u "),
        ("'Nobody', null", "null 404 No handler for Nobody u "),
    ],
)
def test_calls_of_the_device_itself_are_answered(call: str, printed: str) -> None:
    show = "function(result, code, message, ud) { print(JSON.stringify(result), code, message, ud); }"
    world = script(f"{HANDLERS}print(RPC.call(RPC.LOCAL, {call}, {show}, 'u'));")
    assert [line for line in world.printed if line != "true "] == [printed]
    assert world.failures == []


def test_answers_of_the_program_that_it_gives_by_hand() -> None:
    world = script("""
let add = ffi('void *mgos_rpc_add_handler(char *, void (*)(void *, char *, char *, userdata), userdata)');
let reply = ffi('bool mgos_rpc_send_response(void *, char *)');
add('Own', function(request, args, src, ud) { print(args, reply(request, '[1]'), reply(request, '[2]')); }, null);
print(reply(null, ''));
""")
    assert world.get("/rpc/Own", "POST", b"{}").text == "[1]\r\n"
    assert world.printed == ["false ", "{} true false "]
