"""The same seed, firmware and input give the same trace, byte for byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.mhttp.reading import cut, cuts
from tests.world import World

FIRMWARE = """
import json

def web(conn, ev, ev_data, userdata):
    if ev == HTTP.EV_REQUEST:
        print(json.dumps(HTTP.param(ev_data, HTTP.MESSAGE)))
        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')
        Net.connect('peer:9', raw)

def raw(conn, ev, ev_data):
    print(ev, ev_data)
    if ev == Net.EV_RECV:
        Net.send(conn, 'x' * 5000)

HTTP.add_endpoint(HTTP.get_system_server(), '/', web, None)
HTTP.ws_connect('ws://peer:80/', raw)
for port in range(3):
    Net.bind(f'udp://{port + 1}', raw)
Net.bind('7', raw)
"""

REQUESTS = b"GET / HTTP/1.1\r\n\r\nPOST /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello" * 2


def history(seed: int, places: list[int], waits: list[int], datagrams: list[bytes]) -> str:
    world = World(FIRMWARE, seed=seed)
    world.serve(80)
    streams = [world.peer.connect("device", port) for port in (80, 7)]
    for piece, wait in zip(cut(REQUESTS, places), waits + [0] * 100, strict=False):
        for stream in streams:
            stream.send(piece)
        world.settle(wait)
    for data in datagrams:
        world.datagram(data, 2)
    streams[0].close()
    world.device.reboot()
    world.settle()
    assert world.trace.first == 0
    return world.trace.to_jsonl()


seeds = st.integers(0, 2**64)
waits = st.lists(st.integers(0, 3_000), max_size=12)
datagrams = st.lists(st.binary(max_size=10), max_size=3)


@given(seeds, cuts, waits, datagrams)
def test_same_seed_firmware_and_input_give_the_same_trace(
    seed: int, places: list[int], waits: list[int], datagrams: list[bytes]
) -> None:
    assert history(seed, places, waits, datagrams) == history(seed, places, waits, datagrams)


def without_chance(line: str) -> dict[str, object]:
    """Return a record without what is drawn at random: sequence numbers, the seed itself, keys of WebSockets."""
    record: dict[str, object] = json.loads(line)
    for name in ("sequence", "acknowledgment", "seed"):
        record.pop(name, None)
    if "Sec-WebSocket-Key: " in str(record.get("data")):
        record["data"] = str(record["data"]).partition("Sec-WebSocket-Key: ")[0]
    return record


@given(seeds, cuts, waits, datagrams)
def test_another_seed_gives_other_sequence_numbers_and_nothing_else(
    seed: int, places: list[int], waits: list[int], datagrams: list[bytes]
) -> None:
    one, two = (history(s, places, waits, datagrams).splitlines() for s in (seed, seed + 1))
    assert one != two
    assert [without_chance(line) for line in one] == [without_chance(line) for line in two]


def test_trace_does_not_depend_on_how_python_hashes() -> None:
    program = "import tests.test_determinism as t; print(t.history(5, [9, 99], [10, 2000], [b'a', b'b']))"
    root = Path(__file__).parents[1]
    traces = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert traces == {f"{history(5, [9, 99], [10, 2000], [b'a', b'b'])}\n".encode()}
