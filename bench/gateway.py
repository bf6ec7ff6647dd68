"""Measures requests per second on a device's real port, beside uvicorn with h11 and the same response.

Both servers are one process on one core, the load comes from another: connections that are kept, each of which asks
again as soon as it is answered. They take turns; the median of their rounds counts. The device records its trace.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import selectors
import signal
import socket
import statistics
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
CONNECTIONS = (1, 16, 64)
ROUNDS = 7
ROUND_S = 0.7
GOAL = 1.0
REQUEST = b"GET /hello HTTP/1.1\r\nHost: device\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n"
PLACE = re.compile(r"http://127\.0\.0\.1:([0-9]+)")
OURS = ["sim", "serve", "examples/echo.py", "--port", "0"]
THEIRS = [
    *("uvicorn", "bench.gateway:app", "--http", "h11", "--port", "0", "--no-access-log"),
    *("--no-server-header", "--no-date-header", "--lifespan", "off", "--loop", "asyncio"),
]


async def app(scope: object, receive: object, send: Callable[[dict[str, object]], Awaitable[None]]) -> None:
    """Answer as examples/echo.py does, at every path."""
    headers = [(b"Content-Type", b"text/plain"), (b"Content-Length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


@contextlib.contextmanager
def running(module: list[str]) -> Iterator[int]:
    """Run a server on the first core; gives its port."""
    command = [sys.executable, "-m", *module]
    output = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        pin(process.pid, 0)
        for line in process.stdout:
            if found := PLACE.search(line):
                break
        else:
            raise SystemExit(f"{module[0]} did not start")
        try:
            yield int(found[1])
        finally:
            process.send_signal(signal.SIGINT)
            process.stdout.read()


def pin(pid: int, core: int) -> None:
    """Keep a process on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(pid, {cores[core % len(cores)]})


class Load:
    """Some connections to a server, which ask and ask again."""

    def __init__(self, port: int, connections: int) -> None:
        self._selector = selectors.DefaultSelector()
        self._sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
        for client in self._sockets:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(client, selectors.EVENT_READ)
        self._sockets[0].sendall(REQUEST)
        response = b""
        while not response.endswith(b"\r\n\r\nhello"):
            response += self._sockets[0].recv(65536)
        self._size = len(response)

    def rate(self) -> float:
        """Ask for the time of a round; requests per second."""
        select, missing = self._selector.select, dict.fromkeys(self._sockets, self._size)
        for client in self._sockets:
            client.sendall(REQUEST)
        answered, waiting = 0, len(self._sockets)
        started = perf_counter()
        until = started + ROUND_S
        while waiting:
            for key, _ in select():
                client = key.fileobj
                data = client.recv(65536)
                assert data, "the server closed a connection"
                missing[client] -= len(data)
                if missing[client]:
                    continue
                answered += 1
                if perf_counter() < until:
                    missing[client] = self._size
                    client.sendall(REQUEST)
                else:
                    waiting -= 1
        return answered / (perf_counter() - started)

    def close(self) -> None:
        """Close all connections."""
        self._selector.close()
        for client in self._sockets:
            client.close()


def main() -> int:
    """Print a line of JSON for each number of connections."""
    with running(OURS) as our_port, running(THEIRS) as their_port:
        pin(0, 1)
        for connections in CONNECTIONS:
            ours, theirs = Load(our_port, connections), Load(their_port, connections)
            rates = [(ours.rate(), theirs.rate()) for _ in range(ROUNDS)]
            ours.close()
            theirs.close()
            value, peer_value = (statistics.median(rate) for rate in zip(*rates, strict=True))
            figure = {
                "name": f"requests on a real port, {connections} kept",
                "value": value,
                "unit": "1/s",
                "peer": "uvicorn with h11",
                "peer_value": peer_value,
                "ratio": round(value / peer_value, 2),
                "goal": GOAL,
            }
            print(json.dumps(figure), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
