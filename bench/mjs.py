"""Measures programs in mJS beside plain Python that does the same.

Run as a program it measures in CPython and, by way of bench/mjs.mjs, in Pyodide under Node.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from time import perf_counter

from figure import figure

from sim.device import Device
from sim.mjs import Engine
from sim.network.network import Network
from sim.peer import Peer

ROUNDS = 11
CALLS = 5000
REQUESTS = 300

PROGRAM = """
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
function run() {
  let s = 0;
  for (let i = 0; i < 100000; i++) { s = s + i % 7; }
  return fib(20) + s;
}
"""
TOP_LEVEL = """
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
let s = 0;
for (let i = 0; i < 100000; i++) { s = s + i % 7; }
s = s + fib(20);
"""
HANDLER = """
let seen = 0;
let send = ffi('void send(void *, char *)');
function handler(conn, ev, data, ud) {
  if (ev === 100) {
    seen++;
    send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\nhello');
  }
}
let register = ffi('void register(void (*)(void *, int, void *, userdata), userdata)');
register(handler, null);
"""
STATEMENTS = """
function on_request(conn, ev, ev_data, ud) {
  let count = 0, body = '';
  if (ev === HTTP.EV_REQUEST) {
    for (let i = 0; i < ud.items.length; i++) {
      count += ud.items[i].value & 255;
      body = body + ud.items[i].name + '=' + JSON.stringify(count) + ';';
    }
    Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\n' + body);
  }
}
"""

STATE = {  # the same firmware in both languages
    "init.js": r"""
HTTP.add_endpoint(HTTP.get_system_server(), '/state', function(conn, ev, ev_data, ud) {
  if (ev === HTTP.EV_REQUEST) {
    let uri = HTTP.param(ev_data, HTTP.URI);
    let query = HTTP.param(ev_data, HTTP.QUERY_STRING);
    let body = JSON.stringify({uri: uri, led: query.slice(4), on: true, pins: [1, 2, 3]});
    let length = JSON.stringify(body.length);
    Net.send(conn, 'HTTP/1.1 200 OK\r\nContent-Length: ' + length + '\r\n\r\n' + body);
  }
}, null);
""",
    "init.py": r"""
import json

def state(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        uri = HTTP.param(ev_data, HTTP.URI)
        query = HTTP.param(ev_data, HTTP.QUERY_STRING)
        body = json.dumps({'uri': uri, 'led': query[4:], 'on': True, 'pins': [1, 2, 3]})
        length = str(len(body))
        Net.send(conn, 'HTTP/1.1 200 OK\r\nContent-Length: ' + length + '\r\n\r\n' + body)

HTTP.add_endpoint(HTTP.get_system_server(), '/state', state)
""",
}


def fib(n: int) -> int:
    """Return a Fibonacci number the slow way."""
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def plain() -> int:
    """Do what the program does."""
    s = 0
    for i in range(100000):
        s = s + i % 7
    return fib(20) + s


def program() -> Callable[[], object]:
    """Return the program's function."""
    engine = Engine()
    engine.run(PROGRAM, "init.js")
    return lambda: engine.call(engine.globals["run"])


def top_level() -> Callable[[], object]:
    """Return the run of a whole file, compilation included."""
    numbers = count()
    return lambda: Engine().run(f"{TOP_LEVEL}// {next(numbers)}\n", "init.js")


def handlers() -> tuple[Callable[[], None], Callable[[], None]]:
    """Return many calls of a handler in mJS, and of the same in Python."""
    registered: list[Callable[..., object]] = []
    sent: list[object] = []
    connection = object()

    def register(function: Callable[..., object], userdata: object) -> None:
        registered.append(lambda *arguments: function(*arguments, userdata))

    def send(conn: object, data: bytes) -> None:
        sent.append(data)

    engine = Engine(natives={"register": register, "send": send})
    engine.run(HANDLER, "init.js")
    seen = 0

    def handler(conn: object, ev: int, data: object) -> None:
        nonlocal seen
        if ev == 100:
            seen += 1
            send(conn, b"HTTP/1.0 200 OK\r\n\r\nhello")

    def many(function: Callable[..., object]) -> None:
        sent.clear()
        for _ in range(CALLS):
            function(connection, 100, None)

    return lambda: many(registered[0]), lambda: many(handler)


def requests(main: str) -> Callable[[], None]:
    """Return many requests over one connection to a device with the firmware of that file."""
    network = Network()
    assert Device(network, {main: STATE[main]}).boot()
    session = Peer(network).session("device")

    def many() -> None:
        for _ in range(REQUESTS):
            answer = session.request("GET", "/state?led=7")
            assert json.loads(answer.body)["led"] == "7"

    return many


def compiling() -> Callable[[], object]:
    """Return the compilation of 200 lines."""
    source = STATEMENTS * 20
    assert source.count("\n") - 20 >= 200
    numbers = count()
    # Another source each time: of the same one the engine keeps what it has made
    return lambda: Engine().compile(f"{source}// {next(numbers)}\n", "init.js")


def median(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """Return the median times of two functions that take turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for function, into in zip((first, second), times, strict=True):
            started = perf_counter()
            function()
            into.append(perf_counter() - started)
    return statistics.median(times[0]), statistics.median(times[1])


def measure(runtime: str) -> list[dict[str, object]]:
    """Return all figures of one runtime."""
    ours, theirs = median(program(), plain)
    whole, _ = median(top_level(), plain)
    called, handled = (seconds / CALLS * 1e6 for seconds in median(*handlers()))
    answered, asked = (seconds / REQUESTS * 1e6 for seconds in median(requests("init.js"), requests("init.py")))
    compiled, _ = median(compiling(), plain)
    compile_goal = 30.0 if runtime == "CPython" else None
    name = f"fib(20) and 100000 rounds, {runtime}"
    return [
        figure(name, ours * 1e3, "ms", "plain Python", theirs * 1e3, 3.0),
        figure(f"{name}, as a file", whole * 1e3, "ms", "plain Python", theirs * 1e3, 3.0),
        figure(f"callback, {runtime}", called, "us", "Python function", handled, None),
        figure(f"request, {runtime}", answered, "us", "the same in Python firmware", asked, 1.5),
        figure(f"compile 200 lines, {runtime}", compiled * 1e3, "ms", "", None, compile_goal),
    ]


def main() -> int:
    """Measure in CPython, then in Pyodide, and print a line of JSON for each figure."""
    for line in measure("CPython"):
        print(json.dumps(line), flush=True)
    return subprocess.run(["node", Path(__file__).with_suffix(".mjs")]).returncode


if __name__ == "__main__":
    sys.exit(main())
