"""Measures whole HTTP requests over the virtual network, beside Starlette with httpx and beside h11 on both ends.

Ours: the client's bytes, TCP segments, the device's parse, a handler in Python firmware, the response's parse and the
trace. Run as a program it measures in CPython and, by way of bench/wire.mjs, in Pyodide under Node.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter

import h11
import httpx
from figure import figure
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sim.device import Device
from sim.network.network import Network
from sim.peer import Peer

ROUNDS = 7
REQUESTS = 500
LONG = 200_000
GOALS = {"keep-alive": 5.0, "new connections": 2.5}

FIRMWARE = """
def hello(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, b'HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: 5\\r\\n\\r\\nhello')

HTTP.add_endpoint(HTTP.get_system_server(), '/my/api', hello)
"""
ANSWER = [(b"content-type", b"text/plain"), (b"content-length", b"5")]


def ours() -> tuple[Peer, Callable[[], None], Callable[[], None]]:
    """Return a booted device's peer, and one request on a kept and on a new connection."""
    network = Network()
    Device(network, {"init.py": FIRMWARE}).boot()
    peer = Peer(network)
    session = peer.session("device")

    def kept() -> None:
        assert session.request("GET", "/my/api").body == b"hello"

    def new() -> None:
        assert peer.request("GET", "/my/api").body == b"hello"

    return peer, kept, new


def h11_exchange(client: h11.Connection, server: h11.Connection) -> None:
    """Carry one request and its response between two h11 connections."""
    request = h11.Request(method="GET", target="/my/api", headers=[("Host", "device")])
    server.receive_data(client.send(request) + client.send(h11.EndOfMessage()))
    while not isinstance(server.next_event(), h11.EndOfMessage):
        pass
    response = h11.Response(status_code=200, headers=ANSWER)
    parts = (response, h11.Data(data=b"hello"), h11.EndOfMessage())
    client.receive_data(b"".join(server.send(part) for part in parts))
    while not isinstance(client.next_event(), h11.EndOfMessage):
        pass


def h11_kept() -> Callable[[], None]:
    """Return one request over a kept pair of h11 connections."""
    client, server = h11.Connection(h11.CLIENT), h11.Connection(h11.SERVER)

    def kept() -> None:
        h11_exchange(client, server)
        client.start_next_cycle()
        server.start_next_cycle()

    return kept


def h11_new() -> None:
    """Carry one request over a new pair of h11 connections."""
    h11_exchange(h11.Connection(h11.CLIENT), h11.Connection(h11.SERVER))


async def hello(request: object) -> PlainTextResponse:
    """Answer as the firmware does."""
    return PlainTextResponse("hello")


def make_client() -> httpx.AsyncClient:
    """Return a client whose requests go straight into a Starlette application."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=APP), base_url="http://device")


APP = Starlette(routes=[Route("/my/api", hello)])


async def measure(runtime: str) -> list[dict[str, object]]:
    """Return all figures of one runtime; the candidates take turns, the median of their rounds counts."""
    _, kept, new = ours()
    client = make_client()

    async def asgi_kept() -> None:
        assert (await client.get("/my/api")).content == b"hello"

    async def asgi_new() -> None:
        async with make_client() as fresh:
            assert (await fresh.get("/my/api")).content == b"hello"

    candidates: dict[tuple[str, str], Callable[[], Awaitable[None] | None]] = {
        ("ours", "keep-alive"): kept,
        ("ours", "new connections"): new,
        ("Starlette + httpx", "keep-alive"): asgi_kept,
        ("Starlette + httpx", "new connections"): asgi_new,
        ("h11 on both ends", "keep-alive"): h11_kept(),
        ("h11 on both ends", "new connections"): h11_new,
    }
    times: dict[tuple[str, str], list[float]] = {key: [] for key in candidates}
    for _ in range(ROUNDS):
        for key, run in candidates.items():
            started = perf_counter()
            for _ in range(REQUESTS):
                if (waiting := run()) is not None:
                    await waiting
            times[key].append((perf_counter() - started) / REQUESTS)
    await client.aclose()
    rates = {key: 1 / statistics.median(values) for key, values in times.items()}
    figures: list[dict[str, object]] = []
    for kind, goal in GOALS.items():
        for peer in ("Starlette + httpx", "h11 on both ends"):
            of_goal = goal if peer.startswith("Starlette") and runtime == "Pyodide" else None
            figures.append(
                figure(f"requests, {kind}, {runtime}", rates["ours", kind], "1/s", peer, rates[peer, kind], of_goal)
            )
    return figures


def flatness(runtime: str) -> list[dict[str, object]]:
    """Return cost and memory of the last of many requests beside those when the ring had just filled."""
    peer, kept, _ = ours()
    while not peer.network.trace.first:
        kept()
    block, costs, sizes = LONG // 20, [], []
    for _ in range(20):
        started = perf_counter()
        for _ in range(block):
            kept()
        costs.append((perf_counter() - started) / block * 1e6)
        gc.collect()
        sizes.append(float(len(gc.get_objects())))
    first, last = statistics.median(costs[:5]), statistics.median(costs[-5:])
    return [
        figure(f"cost at {LONG} requests, {runtime}", last, "us", "cost at the beginning", first, None),
        figure(f"memory at {LONG} requests, {runtime}", sizes[-1], "objects", "at the beginning", sizes[0], None),
    ]


def main() -> int:
    """Measure in CPython, then in Pyodide, and print a line of JSON for each figure."""
    for line in [*asyncio.run(measure("CPython")), *flatness("CPython")]:
        print(json.dumps(line), flush=True)
    return subprocess.run(["node", Path(__file__).with_suffix(".mjs"), *sys.path]).returncode


if __name__ == "__main__":
    sys.exit(main())
