"""Measures what further devices cost: the memory of 500 idle ones in a tab, and a request to one of them.

Each way is run in processes of its own, in turns, and costs are times of the processor: collecting garbage is part of
them, and what else the machine does is not. Requests go through the bridge as those of the page do, with trace and
snapshots. Memory is the heap of WebAssembly, which only grows, in Pyodide under Node, by way of bench/devices.mjs; in
CPython it is what `tracemalloc` counts.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import process_time

from figure import figure

from sim.bridge import Bridge

IDLE = 500
ALLOWED = 100_000
"""Bytes that an idle device may take."""

SAMPLE = 100
PROCESSES = 3
ROUNDS = 6
WARM_UP = 2
REQUESTS = 200
STEP_MS = 20.0
GOALS = {"memory": 1.5, "one": 1.0, "request": 1.0}

FIRMWARE = """
load('api_http.js');
HTTP.add_endpoint(HTTP.get_system_server(), '/my/api', function(conn, ev) {
  if (ev === HTTP.EV_REQUEST) Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello');
}, null);
"""


class Page:
    """What the page does: it boots a device, adds further ones, and asks them."""

    def __init__(self) -> None:
        self.answers: dict[int, dict[str, object]] = {}
        self.bridge = Bridge(self.take)
        self.wall_ms = 1000.0
        self.number = 0
        self.idle = 0
        self.ask("boot", files={"init.js": FIRMWARE}, main="init.js")

    def take(self, text: str) -> None:
        """Keep an answer; the rest is only written."""
        if text.startswith('{"id"'):
            answer = json.loads(text)
            self.answers[answer["id"]] = answer

    def ask(self, kind: str, **fields: object) -> object:
        """Send a message and let time pass until it is answered."""
        self.number += 1
        self.bridge.handle(json.dumps({"id": self.number, "type": kind, **fields}), self.wall_ms)
        while self.number not in self.answers:
            self.wall_ms += STEP_MS
            self.bridge.handle('{"type":"tick"}', self.wall_ms)
        answer = self.answers.pop(self.number)
        assert answer["ok"], answer
        return answer["value"]

    def add(self, count: int) -> None:
        """Add idle devices."""
        for _ in range(count):
            self.idle += 1
            name = f"idle{self.idle}"
            self.ask("device.add", name=name, files={f"hosts/{name}.js": FIRMWARE})
            self.wall_ms += STEP_MS

    def request(self) -> None:
        """Ask the first of the idle devices."""
        value = self.ask("http.fetch", method="GET", target="/my/api", headers=[], to="idle1")
        assert isinstance(value, dict)
        assert value["body"] == "hello"


def run(idle: int, heap: Callable[[], int], spent_us: Callable[[], float]) -> dict[str, float]:
    """Return the bytes of the heap with one device and with idle ones, and the microseconds of a request."""
    page = Page()
    one = heap()
    page.add(idle)
    gc.collect()
    many = heap()
    costs = []
    for _ in range(ROUNDS):
        started = spent_us()
        for _ in range(REQUESTS):
            page.request()
        costs.append((spent_us() - started) / REQUESTS)
    return {"one": one, "many": many, "us": statistics.median(costs[WARM_UP:])}


def size_of_one() -> float:
    """Return the bytes of an idle device in CPython, when others of its kind are there."""
    page = Page()
    page.add(2)
    gc.collect()
    tracemalloc.start()
    page.add(SAMPLE)
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / SAMPLE


def measure(runtime: str, *command: str | Path) -> list[dict[str, object]]:
    """Return the figures of a runtime, in which a command and the number of idle devices runs `run`."""
    results: dict[int, list[dict[str, float]]] = {1: [], IDLE: []}
    for _ in range(PROCESSES):
        for idle, found in results.items():
            done = subprocess.run([*command, str(idle)], stdout=subprocess.PIPE, text=True, check=True)
            found.append(json.loads(done.stdout))
    few, many = ([result["us"] for result in found] for found in results.values())
    name = f"request, {IDLE} idle devices, {runtime}"
    figures = [figure(name, min(many), "us", "one idle device", min(few), GOALS["request"])]
    last = results[IDLE][-1]
    if last["many"]:
        allowed = last["one"] + IDLE * ALLOWED
        peer = f"one device + {IDLE} x {ALLOWED // 1000} KB"
        name = f"memory, {IDLE} idle devices, {runtime}"
        figures.append(figure(name, last["many"] / 1e6, "MB", peer, allowed / 1e6, GOALS["memory"]))
    return figures


def main() -> int:
    """Measure in CPython, then in Pyodide, and print a line of JSON for each figure; with a number, `run` only."""
    if sys.argv[1:]:
        print(json.dumps(run(int(sys.argv[1]), lambda: 0, lambda: process_time() * 1e6)))
        return 0
    program = Path(__file__)
    one = figure("memory, idle device, CPython", size_of_one() / 1e3, "KB", "allowed", ALLOWED / 1e3, GOALS["one"])
    figures = [
        one,
        *measure("CPython", sys.executable, program),
        *measure("Pyodide", "node", program.with_suffix(".mjs")),
    ]
    for line in figures:
        print(json.dumps(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
