"""Measures how long the exports of a long run take, and how soon a test with the fixtures has its first answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from time import perf_counter

from sim.device import Device
from sim.export import from_jsonl, to_har, to_jsonl, to_pcapng, to_report
from sim.network.network import Network
from sim.peer import Peer
from sim.trace import CAPACITY, Record

GOAL_S = 10.0

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


if __name__ == "__main__":
    main()
