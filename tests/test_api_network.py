"""Says what `HTTP`, `URL` and `Net` are for programs in mJS: both generations of the API at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from sim.event import DeviceNoted, EndpointAdded, HttpRequested, SegmentSent
from tests.world import World

VECTORS: Final = Path(__file__).parent / "vectors" / "mongoose"


def script(firmware: str, **options: Any) -> World:
    """Return a world whose device runs a script; what it says of the network is there already."""
    world = World(firmware, "init.js", **options)
    world.settle(50_000)
    return world


def error(firmware: str) -> str:
    """Return the message of the one error of a script."""
    [failure] = script(firmware).failures
    return failure.message


def cases(area: str) -> list[dict[str, Any]]:
    return json.loads((VECTORS / f"{area}.json").read_text("utf-8"))["cases"]


# URL


@pytest.mark.parametrize("case", cases("url-parse"), ids=lambda case: case["id"])
def test_url_is_taken_apart_as_observed(case: dict[str, Any]) -> None:
    world = script(f"print(JSON.stringify(URL.parse({json.dumps(case['input'])})));")
    assert json.loads(world.printed[0]) == case["observed"]["api_http.js"]


# What C functions want


PRELUDE: Final = """
let S = HTTP.bind('8000'), BAD = HTTP.bind('');
let cb = function(conn, ev, ev_data, ud) {};
"""
CALL: Final = "failed to call FFIed function: "


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("HTTP.add_endpoint(S, '/', cb)", "got 3 actuals, but function takes 4 args"),
        ("HTTP.add_endpoint(5, '/', cb, null)", "actual arg #0 is not a ptr"),
        ("HTTP.add_endpoint(S, 5, cb, null)", "actual arg #1 is not a string (the type idx is: number)"),
        ("HTTP.add_endpoint(S, '/', null, null)", "actual arg #2 is not a function, but undefined"),
        ("HTTP.bind(8000)", "actual arg #0 is not a string (the type idx is: number)"),
        ("HTTP.bind('8000', 1)", "got 2 actuals, but function takes 1 args"),
        ("HTTP.connect('a:1', cb)", "got 2 actuals, but function takes 3 args"),
        ("HTTP.connect_ssl('a:1', cb, null)", "got 3 actuals, but function takes 5 args"),
        ("HTTP.connect_ssl('a:1', cb, null, '', '', '', '')", "got 7 actuals, but function takes 6 args"),
        ("HTTP.param(S)", "got 1 actuals, but function takes 2 args"),
        ("HTTP.get_system_server(1)", "got 1 actuals, but function takes 0 args"),
        ("Net.bind('7', cb)", "got 2 actuals, but function takes 3 args"),
        ("Net.bind({addr: '7'}, cb, null)", "actual arg #0 is not a string (the type idx is: object)"),
        ("Net.connect()", "got 0 actuals, but function takes 3 args"),
        ("Net.connect('a:1', cb)", "got 2 actuals, but function takes 3 args"),
        ("Net.connect('a:1', cb, null, 1)", "got 4 actuals, but function takes 3 args"),
        ("Net.connect(5, cb, null)", "actual arg #0 is not a string (the type idx is: number)"),
        ("Net.connect({})", "actual arg #0 is not a string (the type idx is: undefined)"),
        ("Net.connect_ssl('a:1', cb)", "got 2 actuals, but function takes 5 args"),
        ("Net.serve({})", "actual arg #0 is not a string (the type idx is: undefined)"),
        ("Net.send(undefined, 'x')", "actual arg #0 is not a ptr"),
        ("Net.rsend(null, 'x')", "got 2 actuals, but function takes 3 args"),
        ("Net.rsend(null, {}, 1)", "actual arg #1 is not a string (the type idx is: object)"),
        ("Net.close()", "got 0 actuals, but function takes 1 args"),
        ("Net.disconnect(1)", "actual arg #0 is not a ptr"),
        ("Net.discard(null)", "got 1 actuals, but function takes 2 args"),
        ("Net.setStatusEventHandler(cb)", "got 1 actuals, but function takes 2 args"),
        ("RPC.addHandler(1, cb)", "actual arg #0 is not a string (the type idx is: number)"),
        ("RPC.call(1, 'a', null, cb)", "actual arg #0 is not a string (the type idx is: number)"),
    ],
)
def test_wrong_arguments_have_the_message_of_the_binding(call: str, message: str) -> None:
    assert error(f"{PRELUDE}{call};") == CALL + message


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("Net.send(null, 5)", "type error"),
        ("HTTP.param(S, 1)", "HTTP.param: the data of this event is no HTTP message"),
        ("HTTP.param(null, 1)", "HTTP.param: the data of this event is no HTTP message"),
        ("Net.serve(null)", "type error"),
        ("HTTP.query()", "type error"),
        ("HTTP.query({url: 5})", "type error"),
        ("URL.parse(5)", "type error"),
    ],
)
def test_other_mistakes_end_the_script_too(call: str, message: str) -> None:
    assert error(f"{PRELUDE}{call};") == message


@pytest.mark.parametrize(
    ("call", "printed"),
    [
        ("BAD === null", "true "),
        ("HTTP.add_endpoint(S, '/', cb, null)", "1 "),
        ("HTTP.add_endpoint(BAD, '/', cb, null)", "0 "),
        ("HTTP.add_endpoint(null, '/', cb, null)", "0 "),
        ("HTTP.add_endpoint(S, null, cb, null)", "0 "),
        ("HTTP.add_endpoint('no server', '/', cb, null)", "0 "),
        ("HTTP.add_endpoint(S + 1, '/', cb, null)", "0 "),
        ("Net.connect('no address', cb, null) === null", "true "),
        ("Net.connect({addr: 'no address'}) === null", "true "),
        ("HTTP.connect_ssl('no address', cb, null, '', '') === null", "true "),
        ("Net.send(null, 'x')", "0 "),
        ("Net.send(S, 'x')", "0 "),
        ("Net.send('x', 'x')", "0 "),
        ("Net.rsend(null, null, 1)", "0 "),
        ("Net.ctos(null, 1, 1, 1)", " "),
        ("Net.close('x')", "undefined "),
        ("Net.discard(null, -1)", "undefined "),
        ("HTTP.ws_send(S, 1, 'x')", "0 "),
        ("HTTP.ws_opcode(null)", "-1 "),
        ("HTTP.ws_fin('x')", "-1 "),
        ("HTTP.ws_connect('http://x', cb, null) === null", "true "),
        ("RPC.call('', 'a', null, cb)", "false "),
        ("RPC.addHandler('a', cb)", "undefined "),
        ("Net.STATUS_GOT_IP - Net.EVENT_GRP", "3 "),
    ],
)
def test_what_is_no_connection_or_server_changes_nothing(call: str, printed: str) -> None:
    assert script(f"{PRELUDE}print({call});").printed == [printed]


@pytest.mark.parametrize("case", cases("mjs-glue"), ids=lambda case: case["id"])
def test_expressions_give_what_was_observed(case: dict[str, Any]) -> None:
    if case["expression"].startswith("HTTP.param(S,"):  # which the library did on memory of another kind
        return
    prelude = "let S = HTTP.get_system_server(), BAD = HTTP.bind(''), cb = function(conn, ev, ev_data, ud) {};"
    world = script(f"{prelude}\nprint({case['expression']});")
    observed = case["observed"]["mjs"]
    assert [failure.message for failure in world.failures] == ([observed["error"]] if "error" in observed else [])
    if "printed" in observed:
        assert world.printed == [f"{observed['printed']} "]


# First generation


def test_the_documented_server_answers_with_parts_of_the_request() -> None:
    world = script(r"""
let ask = function(conn, ev, message, ud) {
  if (ev !== HTTP.EV_REQUEST) { return; }
  let parts = [HTTP.METHOD, HTTP.URI, HTTP.PROTOCOL, HTTP.BODY, HTTP.QUERY_STRING, 9];
  for (let i = 0; i < parts.length; i++) { parts[i] = HTTP.param(message, parts[i]); }
  Net.send(conn, 'HTTP/1.0 200 OK\r\n\r\n' + JSON.stringify({ud: ud, parts: parts}));
  Net.close(conn);
};
HTTP.add_endpoint(HTTP.get_system_server(), '/a', ask, {n: 1});
""")
    assert world.get("/a/b?c=d", "PUT", b"body").text == (
        '{"parts":["PUT","/a/b","HTTP/1.1","body","c=d",""],"ud":{"n":1}}'
    )
    [endpoint] = world.trace.of(EndpointAdded)
    assert (endpoint.handler, endpoint.file, endpoint.line) == ("function", "init.js", 2)


def test_raw_connections_see_the_numbers_of_their_events() -> None:
    world = script("""
let seen = '';
let note = function(conn, ev, ev_data, ud) {
  if (ev !== Net.EV_POLL) { seen = seen + JSON.stringify(ev) + ud; }
  if (ev === Net.EV_RECV) { Net.send(conn, 'pong'); Net.disconnect(conn); }
};
Net.bind('7', note, 's');
let conn = Net.connect('device:7', note, 'c');
Net.send(conn, 'ping');
""")
    world.settle()
    world.get("/")  # the client's connection ends when the server has closed
    assert world.failures == []
    assert script("print(Net.rsend(Net.connect('device:7', function() {}, null), 'abc', 2));").printed == ["2 "]


def test_first_generation_connection_lives_in_order() -> None:
    world = script("""
let note = function(conn, ev, ev_data, ud) { if (ev !== 0) { print(ud, ev); } };
Net.connect('peer:7', note, 'a');
""")
    assert world.printed == ["a 2 ", "a 5 "]


# Second generation


def test_data_grows_until_it_is_discarded() -> None:
    world = script("""
Net.serve({
  addr: 'tcp://7',
  onconnect: function(conn, edata, me) { print('connect', me.name, Net.ctos(conn, true, false, true)); },
  ondata: function(conn, data, me) {
    print(data);
    if (data.length > 4) { Net.discard(conn, 4); Net.send(conn, data.slice(0, 4)); }
  },
  onclose: function(conn, me) { print('close', me.name); },
  name: 'server'
});
""")
    stream = world.talk([b"ab", b"cde", b"\xff"], 7)
    assert world.printed == ["connect server 7 ", "ab ", "abcde ", "e\\xff "]
    assert stream.received == b"abcd"
    stream.close()
    world.settle()
    assert world.printed[-1] == "close server "


def test_failed_connect_is_told_and_then_the_close() -> None:
    world = script("""
Net.connect({
  addr: 'peer:9',
  onconnect: function(conn, edata, me) { print('connect', conn === me.conn); },
  onclose: function(conn, me) { print('close'); },
  onerror: function() { print('never'); }
});
""")
    assert world.printed == ["connect false ", "close "]
    assert world.failures == []


def test_handlers_that_are_not_there_are_not_missed() -> None:
    world = script("Net.serve({addr: '7'}); Net.connect({addr: 'device:7'});")
    world.talk([b"x"], 7)
    assert world.failures == []


def test_later_events_reach_onevent() -> None:
    world = script("""
let opts = {onevent: function(conn, data, ev, edata, me) { print(ev, data, HTTP.param(edata, HTTP.BODY)); }};
HTTP.connect('device:80', function(conn, ev, edata, ud) { Net._told(conn, ev, edata, ud); }, opts);
let c = HTTP.connect('device:80', Net._told, opts);
Net.send(c, 'GET /rpc/RPC.Ping HTTP/1.0\\r\\n\\r\\n');
""")
    assert len(world.printed) == 1
    assert world.printed[0].startswith("101 ")


def test_net_has_its_events_told() -> None:
    world = script("""
Net.setStatusEventHandler(function(ev, ud) { print(ev - Net.EVENT_GRP, ud); }, 'ud');
Event.addGroupHandler(Net.EVENT_GRP, function(ev, edata, ud) { print('group', ev === Net.STATUS_GOT_IP); }, null);
""")
    assert [line for line in world.printed if line.endswith("ud ")] == ["1 ud ", "2 ud ", "3 ud "]
    assert [line for line in world.printed if "group" in line] == ["group false ", "group false ", "group true "]


# HTTP.query


QUERY: Final = """
let note = function(body, message) { print('success', body, message.slice(0, 15)); };
let fail = function(nothing, text, opts) { print('error', nothing === '', text, opts.url); };
let conn = HTTP.query({url: 'URL', success: note, error: fail, more: 1 OPTIONS});
print(conn === null);
"""


def query(url: str = "http://peer:8000/a?b", options: str = "", answer: bytes | None = b"") -> tuple[World, bytes]:
    """Return a world whose device has sent a query, and what the peer received."""
    world = World(QUERY.replace("URL", url).replace("OPTIONS", options), "init.js", boot=False)
    streams = world.serve(8000)
    world.device.boot()
    world.settle(100_000)
    for stream in streams:
        if answer:
            stream.send(answer)
        stream.close()
    world.settle()
    return world, streams[0].received if streams else b""


@pytest.mark.parametrize(
    ("options", "head", "body"),
    [
        ("", "GET", ""),
        (", data: ''", "GET", ""),
        (", data: 'text'", "POST", "text"),
        (", data: {a: 1, b: [true, null]}", "POST", '{"b":[true,null],"a":1}'),
        (", headers: {x: 'y', z: 'w'}", "GET", ""),
    ],
)
def test_query_sends_one_request(options: str, head: str, body: str) -> None:
    _, received = query(options=options)
    fields = "z: w\r\nx: y\r\n" if "headers" in options else ""
    assert received.decode() == (
        f"{head} /a?b HTTP/1.0\r\nHost: peer:8000\r\nContent-Length: {len(body)}\r\n{fields}\r\n{body}"
    )


@pytest.mark.parametrize("status", ["200 OK", "404 Not Found"])
def test_query_gets_the_answer_whatever_its_status(status: str) -> None:
    world, _ = query(answer=f"HTTP/1.0 {status}\r\nContent-Length: 2\r\n\r\nhi".encode())
    assert world.printed == ["false ", f"success hi {f'HTTP/1.0 {status}'[:15]} "]


def test_query_without_an_answer_is_an_error() -> None:
    world, _ = query()
    assert world.printed == ["false ", "error true Request failed http://peer:8000/a?b "]


def test_query_that_finds_nobody_is_an_error() -> None:
    world, _ = query("http://peer:9")
    assert world.printed == ["false ", "error true Request failed http://peer:9 "]


def test_query_is_forgotten_when_it_is_over() -> None:
    world, _ = query()
    assert world.failures == []
    assert [event.method for event in world.trace.of(HttpRequested)] == ["GET"]


# TLS


TLS_CALLS: Final = [
    "HTTP.query({url: 'https://peer/', error: function(a, text) { print(text); }});",
    "Net.connect({addr: 'peer:443', ssl: 1, onconnect: function() { print(2); }, onclose: function() { print(5); }});",
    "Net.connect_ssl('peer:443', note, null, '', 'ca.pem');",
    "Net.connect_ssl('peer:443', note, null, 'cert.pem', 'key.pem', 'ca.pem');",
    "HTTP.connect_ssl('peer:443', note, null, '', 'ca.pem');",
]


@pytest.mark.parametrize("call", TLS_CALLS)
def test_tls_fails_as_it_does_on_a_device_and_the_trace_says_why_once(call: str) -> None:
    world = script(
        "let note = function(conn, ev) { if (ev !== 0) { print(ev); } };\n"
        f"let ask = function() {{\n{call}\n}};\nask(); ask();\n"
    )
    once = ["Request failed "] if "query" in call else ["2 ", "5 "]
    assert sorted(world.printed) == sorted(once * 2)
    assert [(note.file, note.line, note.text) for note in world.trace.of(DeviceNoted)] == [
        ("init.js", 3, "TLS is not simulated")
    ]
    assert world.trace.of(SegmentSent) == []
    assert world.failures == []


@pytest.mark.parametrize(
    "call",
    [
        "HTTP.query({'url': 'https://peer/', 'error': lambda a, text: print(text)})",
        "Net.connect({'addr': 'peer:443', 'ssl': True, 'onclose': lambda: print('closed')})",
        "Net.connect_ssl('peer:443', lambda conn, ev, status: print(ev, status))",
        "HTTP.connect_ssl('peer:443', lambda conn, ev, status: print(ev, status), None, '', 'ca.pem')",
    ],
)
def test_tls_fails_for_firmware_in_python_too(call: str) -> None:
    world = World(call)
    world.settle()
    expected = ["Request failed"] if "query" in call else ["closed"] if "ssl'" in call else ["2 -3", "5 None"]
    assert world.printed == expected
    assert [(note.file, note.line) for note in world.trace.of(DeviceNoted)] == [("init.py", 1)]
