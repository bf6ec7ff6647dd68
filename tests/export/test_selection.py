"""A part of a trace is chosen by connection, with all that belongs to it."""

from __future__ import annotations

import json
from pathlib import Path

from sim.event import ConnectionOpened, HttpRequested, SegmentSent
from sim.export import of_connections, to_har, to_pcapng
from tests.export import tshark
from tests.export.runs import keep_alive


def test_a_connection_comes_with_both_ends_and_its_packets(tmp_path: Path) -> None:
    trace = keep_alive()
    [*_, last] = trace.of(HttpRequested)
    chosen = of_connections(trace, [last.connection])
    opened = [r.event for r in chosen if isinstance(r.event, ConnectionOpened)]
    assert [one.role for one in opened] == ["outbound", "inbound"]
    other = of_connections(trace, [opened[0].connection])
    assert chosen == other
    ports = {one.local_port for one in opened}
    wanted = [e for e in trace.of(SegmentSent) if {e.src_port, e.dst_port} == ports]
    assert [r.event for r in chosen if isinstance(r.event, SegmentSent)] == wanted
    capture = to_pcapng(chosen)
    assert len(tshark.summary(capture, tmp_path)) == len(wanted)
    assert tshark.problems(capture, tmp_path) == []
    [entry] = json.loads(to_har(chosen))["log"]["entries"]
    assert entry["request"]["url"] == "http://device/nothing"


def test_no_connection_leaves_the_hosts_alone() -> None:
    assert {record.event.type for record in of_connections(keep_alive(), [999])} == {"host.added"}
