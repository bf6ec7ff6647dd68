"""Measures how long the exports of a long run take, and how soon a test with the fixtures has its first answer."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from sim.device import Device
from sim.export import from_jsonl, to_har, to_jsonl, to_pcapng, to_report
from sim.network.network import Network
from sim.peer import Peer
from sim.testing import World
from sim.testing.backend import Native
from sim.trace import CAPACITY, Record

GOAL_S = 10.0
GOAL_START_MS = 20.0
GOAL_TESTS = 1000.0
TESTS = 1000

FIRMWARE = """
def hello(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, b'HTTP/1.1 200 OK\\r\\nContent-Length: 400\\r\\n\\r\\n' + b'hello you!' * 40)

HTTP.add_endpoint(HTTP.get_system_server(), '/my/api', hello)
"""


def long_run() -> list[Record]:
    """Return the records of a run that fills the trace: half of the requests on connections of their own."""
    network = Network()
    Device(network, {"init.py": FIRMWARE}).boot()
    peer = Peer(network)
    session = peer.session("device")
    while not network.trace.first:
        assert session.request("GET", "/my/api?n=1").status == 200
        assert peer.request("POST", "/my/api", body=b"x" * 100).status == 200
    return list(network.trace)


SCRIPT = """
load('api_http.js');
HTTP.add_endpoint(HTTP.get_system_server(), '/my/api', function(conn, ev, msg, ud) {
  if (ev !== HTTP.EV_REQUEST) return;
  Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\nhello');
  Net.disconnect(conn);
}, null);
"""
TEST = """
import pytest

@pytest.mark.firmware("init.js")
@pytest.mark.parametrize("number", range(COUNT))
def test_hello(device, number):
    assert device.get("/my/api").text == "hello"
"""


def start_ms() -> float:
    """Return how long it takes until a device of a test has booted and answered, in milliseconds: the median."""
    times = []
    for seed in range(200):
        started = perf_counter()
        world = World(Native(seed), seed)
        assert world.add_device({"init.js": SCRIPT}).get("/my/api").text == "hello"
        times.append((perf_counter() - started) * 1000)
    return statistics.median(times)


def tests_per_minute() -> float:
    """Return how many tests with a device pytest runs in a minute on one core, its own start included."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "init.js").write_text(SCRIPT)
        (Path(folder) / "test_hello.py").write_text(TEST.replace("COUNT", str(TESTS)))
        started = perf_counter()
        subprocess.run([sys.executable, "-m", "pytest", "-q", "."], cwd=folder, check=True, capture_output=True)
        return TESTS / (perf_counter() - started) * 60


def figure(name: str, value: float, unit: str, goal: float | None) -> dict[str, object]:
    """Return one line of the table."""
    return {"name": name, "value": value, "unit": unit, "goal": goal}


def main() -> None:
    """Measure, and print a line of JSON for each figure."""
    records = long_run()
    text = to_jsonl(records)
    exports: Sequence[tuple[str, Callable[[], object]]] = (
        ("pcapng", lambda: to_pcapng(records)),
        ("HAR", lambda: to_har(records)),
        ("JSON lines", lambda: to_jsonl(records)),
        ("report", lambda: to_report(records)),
        ("JSON lines read back", lambda: from_jsonl(text)),
    )
    for name, write in exports:
        started = perf_counter()
        write()
        took_s = perf_counter() - started
        print(json.dumps(figure(f"{name}, {CAPACITY} records", took_s, "s", GOAL_S)), flush=True)
    print(json.dumps(figure("fixture to first answer", start_ms(), "ms", GOAL_START_MS)), flush=True)
    print(json.dumps(figure("tests with a device", tests_per_minute(), "1/min", GOAL_TESTS)), flush=True)


if __name__ == "__main__":
    main()
