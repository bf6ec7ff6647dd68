"""Runs devices on a network and keeps what happened: the cases from which code is written, and what is in them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from sim.testing import Device, NoAnswer, World
from sim.testing.backend import Native
from sim.trace import Record

__all__ = ["CASES", "FIRMWARE", "PAGE_CASES", "played"]

FIRMWARE = """
import json

server = HTTP.get_system_server()


def send(conn, head, body):
    Net.send(conn, "HTTP/1.1 " + head + "\\r\\nContent-Length: " + str(len(body)) + "\\r\\n\\r\\n")
    Net.send(conn, body)


def echo(conn, ev, msg):
    if ev == HTTP.EV_REQUEST:
        send(conn, "200 OK", HTTP.param(msg, HTTP.BODY))


def state(conn, ev, msg):
    if ev == HTTP.EV_REQUEST:
        body = {"text": "~a ${b} \\u00e9\\u2028\\U0001f600 ' \\" \\\\ `x`", "n": [1, 2.5, None, True]}
        cookies = "Set-Cookie: a=1\\r\\nSet-Cookie: b=\\"2\\""
        send(conn, "200 OK\\r\\nContent-Type: application/json\\r\\n" + cookies, json.dumps(body))


def bytes_(conn, ev, msg):
    if ev == HTTP.EV_REQUEST:
        send(conn, "404 Gone # away\\r\\nContent-Type: image/png", b"\\x89PNG\\x00\\xff`")


def chat(conn, ev, data):
    if ev == HTTP.EV_WS_FRAME:
        body = HTTP.param(data, HTTP.BODY)
        HTTP.ws_send(conn, HTTP.ws_opcode(data), body)
        if body == "bye":
            HTTP.ws_send(conn, 8, b"\\x0f\\xa0so long")


def silent(conn, ev, msg):
    pass


def report():
    HTTP.query({"url": "http://cloud:8080/report?n=1", "data": {"level": 3}})


for uri, handler in (("/echo", echo), ("/state", state), ("/bytes", bytes_), ("/chat", chat), ("/silent", silent)):
    HTTP.add_endpoint(server, uri, handler)
Timer.set(1500, 0, report)
"""

CLOUD = """
def answer(conn, ev, msg):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, "HTTP/1.1 201 Made\\r\\nContent-Length: 2\\r\\n\\r\\nok")


HTTP.add_endpoint(HTTP.bind("8080"), "/", answer)
"""


def plain(world: World, device: Device) -> None:
    device.get("/state?q=a%20b&x[]=1")
    device.post("/echo", json={"on": True, "why": 'it\'s "so" \\ #1 {{x}}'})
    device.post("/echo", "two\nlines `here`\n")
    device.request("HEAD", "/nothing")


def odd(world: World, device: Device) -> None:
    device.post(
        "/echo", b"\x00\x01%\xff'\\", headers=[("X-A", "é # {{y}} \\"), ("Cookie", "a=1; b=2"), ("X-A", "twice")]
    )
    device.get("/bytes")
    device.put("/echo", headers=[("Transfer-Encoding", "chunked")], body=b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    device.get("/state", headers={"X-B": "\udce9 latin-1"})


HOSTILE = (
    "'''\"\"\"\\ \\n \\u0041 ${x} $(touch no) `touch no` {{y}} %s %1$s #{z} !! "
    "\t\x01\x7f\x1b[31m\u2028\u2029\U0001f600\r\n*/ </script> \\"
)
"""What ends texts, comments and words of languages and shells, or means something within them."""


def hostile(world: World, device: Device) -> None:
    device.post("/echo", HOSTILE)
    device.post("/echo", json=HOSTILE)
    device.post("/echo", HOSTILE.encode() + b"\x00\xff\xfe\xc3(%d\\0 ")
    device.post("/echo", "@init.py")
    device.post("/echo", "\n")
    device.post("/echo", "-d x", headers=[("X-Q", "'\"\\ $HOME `x` {{y}} # \t;"), ("X-Q", "%0a"), ("X-Empty", "")])
    device.get("/echo?a='&b=%22$(x)&c=;[1-3]!!#".replace("#", "%23"))
    device.request("DELETE", "/echo", body=b"\xff")


def late(world: World, device: Device) -> None:
    with suppress(NoAnswer):
        device.get("/silent", timeout=1)


def sockets(world: World, device: Device) -> None:
    socket = device.ws("/chat?room=1", protocols=["a", "b"])
    for data in ("hi ~ ${x}", "'''\"\"\"\\\n# */ `${{", "bye"):
        socket.send(data)
        socket.receive()
    socket.closed()
    other = device.ws("/chat")
    other.send("é")
    other.receive()
    other.close(1000, "done")


def binary(world: World, device: Device) -> None:
    device.get("/state")
    socket = device.ws("/chat")
    socket.send(b"\x00\xff")
    socket.receive()


def asking(world: World, device: Device) -> None:
    world.clock.advance(3)


CASES: dict[str, Callable[[World, Device], None]] = {
    "plain": plain,
    "odd": odd,
    "hostile": hostile,
    "late": late,
    "sockets": sockets,
    "binary": binary,
    "asking": asking,
}


PAGE_CASES = [case for case in CASES if case != "late"]
"""Those that can be told in tests with Playwright."""


def played(case: str) -> list[Record]:
    """Return the trace of a case."""
    world = World(Native(7), 7)
    world.add_device({"init.py": CLOUD}, name="cloud", main="init.py")
    device = world.add_device({"init.py": FIRMWARE}, main="init.py")
    CASES[case](world, device)
    return list(world.trace)
