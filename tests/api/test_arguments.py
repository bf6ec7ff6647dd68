"""Wrong arguments are errors of the firmware with a clear text, and handlers may declare fewer parameters."""

from __future__ import annotations

import json

import pytest

from tests.world import World

WRONG = [  # (call, error, text)
    ("HTTP.bind(8000)", "TypeError", "HTTP.bind: portStr must be a str, got int"),
    ("HTTP.add_endpoint(S, '/', 5)", "TypeError", "HTTP.add_endpoint: the handler must be a function, got int"),
    (
        "HTTP.add_endpoint(S, '/', None)",
        "TypeError",
        "HTTP.add_endpoint: the handler must be a function, got NoneType",
    ),
    ("HTTP.add_endpoint(S, 5, H)", "TypeError", "HTTP.add_endpoint: uri must be a str, got int"),
    ("HTTP.add_endpoint('80', '/', H)", "TypeError", "HTTP.add_endpoint: listener must be one of HTTP's, got str"),
    ("HTTP.add_endpoint(RAW, '/', H)", "TypeError", "HTTP.add_endpoint: listener must be one of HTTP's, got Listener"),
    (
        "HTTP.add_endpoint(S, '/', lambda a, b, c, d, e: None)",
        "TypeError",
        "HTTP.add_endpoint: the handler takes 5 arguments, but is called with 4",
    ),
    ("HTTP.connect(80, H)", "TypeError", "HTTP.connect: addr must be a str, got int"),
    ("HTTP.connect('peer:80', 'h')", "TypeError", "HTTP.connect: the handler must be a function, got str"),
    ("HTTP.param(None, HTTP.BODY)", "TypeError", "HTTP.param: event_data must be that of an HTTP event, got NoneType"),
    ("HTTP.param(5, HTTP.BODY)", "TypeError", "HTTP.param: event_data must be that of an HTTP event, got int"),
    ("Net.bind(80, H)", "TypeError", "Net.bind: addr must be a str, got int"),
    ("Net.bind('80', None)", "TypeError", "Net.bind: the handler must be a function, got NoneType"),
    ("Net.connect(80, H)", "TypeError", "Net.connect: addr must be a str, got int"),
    ("Net.connect('peer:80', 1)", "TypeError", "Net.connect: the handler must be a function, got int"),
    ("Net.send('conn', 'x')", "TypeError", "Net.send: conn must be a connection, got str"),
    ("Net.send(S, b'x')", "TypeError", "Net.send: conn must be a connection, got HttpListener"),
    ("Net.send(C, 5)", "TypeError", "Net.send: data must be bytes or str, got int"),
    ("Net.send(C, None)", "TypeError", "Net.send: data must be bytes or str, got NoneType"),
    ("Net.disconnect(5)", "TypeError", "Net.disconnect: conn must be a connection, got int"),
    (
        "load('api_x.js')",
        "FileNotFoundError",
        'load: failed to read file "api_x.js"',
    ),
]

SETUP = """
S = HTTP.get_system_server()
H = lambda: None
RAW = Net.bind('7', H)
C = Net.connect('nobody:1', H)
"""


@pytest.mark.parametrize(("call", "error", "text"), WRONG, ids=[call for call, _, _ in WRONG])
def test_wrong_argument_is_an_error_that_says_what_was_expected_and_what_came(
    call: str, error: str, text: str
) -> None:
    [failure] = World(SETUP + call).failures
    assert failure.error == error
    assert failure.message.startswith(text)
    assert (failure.file, failure.line) == ("init.py", 6)


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("HTTP.add_endpoint(S, '/', H, None)", "1"),
        ("HTTP.add_endpoint(S, '/', H)", "1"),
        ("HTTP.add_endpoint(None, '/', H)", "0"),
        ("HTTP.add_endpoint(S, None, H)", "0"),
        ("HTTP.add_endpoint(HTTP.bind('80'), '/', H)", "0"),
        ("HTTP.bind('80')", "None"),
        ("HTTP.bind('bad')", "None"),
        ("HTTP.bind('udp://9000')", "None"),
        ("HTTP.ws_connect('ws://h/a\\nb', H)", "None"),
        ("HTTP.ws_connect('ws://h:99999/', H)", "None"),
        ("hasattr(HTTP, 'serve_rpc')", "False"),
        ("HTTP.bind('name:80')", "None"),
        ("HTTP.bind('10.9.8.7:81')", "None"),
        ("Net.bind('tcp://:80', H)", "None"),
        ("Net.bind('udp://:7', H) is None", "False"),
        ("Net.connect('bad', H)", "None"),
        ("HTTP.connect('bad', H)", "None"),
        ("Net.send(None, 'x')", "0"),
        ("Net.send(C, 'é')", "2"),
        ("Net.send(C, b'abc')", "3"),
        ("Net.send(C, bytearray(4))", "4"),
        ("Net.rsend(C, 'abc', 2)", "2"),
        ("Net.rsend(C, 'abc', 9)", "3"),
        ("Net.rsend(C, 'abc', -1)", "0"),
        ("Net.disconnect(None)", "None"),
        ("Net.close(None)", "None"),
        ("load('api_http.js')", "None"),
        ("load('api_net.js')", "None"),
        ("HTTP.get_system_server()", "<listener 1>"),
        ("C", "<connection 0>"),
    ],
)
def test_call_returns_what_the_documentation_says(call: str, value: str) -> None:
    world = World(f"{SETUP}print({call})")
    assert world.failures == []
    assert world.printed == [value]


HANDLERS = [
    "def handler(): seen.append(())",
    "def handler(conn): seen.append((conn,))",
    "def handler(conn, ev): seen.append((conn, ev))",
    "def handler(conn, ev, ev_data): seen.append((conn, ev, ev_data))",
    "def handler(conn, ev, ev_data, userdata): seen.append((conn, ev, ev_data, userdata))",
    "def handler(conn, ev, *rest): seen.append((conn, ev, *rest))",
    "def handler(conn, ev, *, key=1): seen.append((conn, ev))",
    "def handler(conn, ev, ev_data, userdata=5): seen.append((conn, ev, ev_data, userdata))",
    "handler = lambda *args: seen.append(args)",
    "from functools import partial\n"
    "def four(conn, ev, ev_data, userdata): seen.append((conn, ev, ev_data, userdata))\n"
    "handler = partial(four)",
    "class Box:\n    def handle(self, conn, ev): seen.append((conn, ev))\nhandler = Box().handle",
    "class Box:\n    def __call__(self, conn, ev): seen.append((conn, ev))\nhandler = Box()",
]


@pytest.mark.parametrize("definition", HANDLERS)
def test_handler_gets_as_many_arguments_as_it_declares(definition: str) -> None:
    world = World(
        f"seen = []\n{definition}\n"
        "HTTP.add_endpoint(HTTP.get_system_server(), '/', handler, 'mine')\n"
        "def show(conn, ev):\n"
        "    if ev == HTTP.EV_REQUEST:\n"
        "        print(seen[0][1:2], seen[0][3:])\n"
        "        Net.disconnect(conn)\n"
        "HTTP.add_endpoint(HTTP.get_system_server(), '/show', show)\n"
    )
    world.talk([b"GET / HTTP/1.1\r\n\r\n"])
    world.talk([b"GET /show HTTP/1.1\r\n\r\n"])
    assert world.failures == []
    [line] = world.printed
    assert line in ("() ()", "(100,) ()", "(100,) ('mine',)")
    assert line.startswith("()") == ("()" in definition.partition(":")[0] or "(conn)" in definition.partition(":")[0])
    assert ("mine" in line) == any(text in definition for text in ("userdata", "*rest", "*args"))


def test_everything_has_the_number_of_the_documentation() -> None:
    world = World(
        "print([HTTP.EV_REQUEST, HTTP.EV_RESPONSE, HTTP.EV_CHUNK, HTTP.EV_WS_HANDSHAKE, HTTP.EV_WS_HANDSHAKE_DONE,"
        " HTTP.EV_WS_FRAME, HTTP.EV_WS_CONTROL_FRAME])\n"
        "print([HTTP.METHOD, HTTP.URI, HTTP.PROTOCOL, HTTP.BODY, HTTP.MESSAGE, HTTP.QUERY_STRING])\n"
        "print([Net.EV_POLL, Net.EV_ACCEPT, Net.EV_CONNECT, Net.EV_RECV, Net.EV_SEND, Net.EV_CLOSE, Net.EV_TIMER])\n"
    )
    assert world.notes == [[100, 101, 102, 111, 112, 113, 114], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5, 6]]


FEWER = """
from functools import partial

class Thing:
    def none(self): print('none')
    def one(self, first): print('one', first is None)
    def rest(self, *all): print('rest', len(all))
    def __call__(self, first, second): print('two')

thing = Thing()
FUNCTIONS = [
    thing.none, thing.one, thing.rest, thing, partial(thing.rest, 0), partial(thing.one, None),
    lambda: print('lambda'), lambda *all: print('all', len(all)), lambda *, key=1: print('keyword'),
    lambda a=1, b=2, c=3, d=4, e=5: print('default', e),
]
"""


@pytest.mark.parametrize(
    ("register", "count"),
    [
        ("Net.connect('nobody:1', {})", 4),
        ("RPC.call(RPC.LOCAL, 'Sys.GetInfo', None, {})", 4),
        ("(RPC.addHandler('A', {0}), RPC.call(RPC.LOCAL, 'A', None, None))", 3),
        ("Net.connect({{'addr': 'nobody:1', 'onclose': {}}})", 2),
        ("Net.connect({{'addr': 'nobody:1', 'onconnect': {}}})", 3),
        ("Net.setStatusEventHandler({})", 2),
    ],
)
def test_every_kind_of_function_may_declare_fewer_parameters_wherever_one_is_called(register: str, count: int) -> None:
    for number in range(10):
        world = World(FEWER + register.format(f"FUNCTIONS[{number}]"))
        world.settle()
        assert world.failures == []
        lines = {line for line in world.printed if line[-1:].isdigit() and "default" not in line}
        assert lines <= {f"rest {count}", f"all {count}", f"rest {count + 1}"}
        assert world.printed != []


@pytest.mark.parametrize(
    "call", ["RPC.addHandler('A', {})", "RPC.call(RPC.LOCAL, 'A', None, {})", "Net.bind('9', {})"]
)
def test_function_that_wants_more_than_there_is_is_refused_at_once(call: str) -> None:
    [failure] = World(call.format("lambda a, b, c, d, e: None")).failures
    assert "the handler takes 5 arguments, but is called with" in failure.message


def test_print_takes_what_pythons_takes() -> None:
    world = World("print('a', 'b', sep=None, end=None, flush=True)\nprint('c', 'd', sep='-', end='!\\n')")
    assert world.printed == ["a b", "c-d!"]


@pytest.mark.parametrize("profile", ["documented", "mongoose-6.18"])
def test_event_data_is_printed_as_what_it_is(profile: str) -> None:
    world = World(
        "def web(conn, ev, data):\n    if ev in (HTTP.EV_REQUEST, HTTP.EV_RESPONSE, HTTP.EV_WS_FRAME): print(data)\n"
        "    if ev == HTTP.EV_REQUEST: Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n')\n"
        "HTTP.add_endpoint(HTTP.get_system_server(), '/my', web)\n"
        "c = HTTP.connect('127.0.0.1:80', web)\nNet.send(c, 'GET /my/api HTTP/1.1\\r\\n\\r\\n')\n",
        profile=profile,
    )
    client = world.peer.websocket("device", "/my")
    world.settle()
    client.send("hello")
    world.settle()
    assert {"<request GET /my/api>", "<response 200>", "<frame 1>"} <= set(world.printed)


def test_rpc_never_answers_what_is_no_json() -> None:
    world = World("RPC.addHandler('A', lambda args: {'x': float(args)})")
    for params in ("1", '"nan"', '"inf"'):
        frame = f'{{"id": 007, "method": "A", "args": {params}}}'
        body = world.peer.request("POST", "/rpc", body=frame).text
        answer = json.loads(body, parse_constant=pytest.fail)
        assert answer["id"] == "007"
        assert ("result" in answer) == (params == "1")
