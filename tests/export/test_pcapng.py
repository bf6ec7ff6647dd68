"""Captures are read by tshark without a complaint, and hold what the trace holds."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from sim.event import DatagramSent, HttpRequested, HttpResponded, MqttPacket, SegmentSent, WsFramed
from sim.export import to_pcapng
from sim.trace import Record, Trace
from tests.export import tshark
from tests.export.runs import (
    RUNS,
    chunked,
    keep_alive,
    lossy,
    mqtt,
    reset,
    talking_to_itself,
    udp,
    udp_with,
    websocket,
)

FIRST_OF_MARCH_2017 = 1_488_326_400
RESET = "Connection reset (RST)"


@pytest.mark.parametrize("run", [run for name, run in RUNS.items() if name != "reset"], ids=lambda run: run.__name__)
def test_nothing_is_malformed_and_nothing_is_warned_of(run: Callable[[], Trace], tmp_path: Path) -> None:
    trace = run()
    capture = to_pcapng(trace)
    packets = trace.of(SegmentSent) + trace.of(DatagramSent)
    assert len(tshark.summary(capture, tmp_path)) == len(packets) > 0
    assert tshark.problems(capture, tmp_path) == []


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_checksums_are_right(run: Callable[[], Trace], tmp_path: Path) -> None:
    wrong = "ip.checksum.status != 1 || tcp.checksum.status != 1 || udp.checksum.status != 1"
    assert tshark.fields(to_pcapng(run()), tmp_path, wrong, "frame.number") == []


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_tcp_has_no_finding_of_any_kind_in_its_sequence(run: Callable[[], Trace], tmp_path: Path) -> None:
    assert tshark.fields(to_pcapng(run()), tmp_path, "tcp.analysis.flags", "frame.number", "_ws.col.Info") == []


def test_a_damaged_capture_does_get_complaints(tmp_path: Path) -> None:
    capture = bytearray(to_pcapng(keep_alive()))
    at = capture.index(b"GET /plain")
    capture[at : at + 3] = b"PUT"
    assert any("hecksum" in line for line in tshark.problems(bytes(capture), tmp_path))
    records = [r for r in keep_alive() if not (isinstance(r.event, SegmentSent) and r.event.packet == 4)]
    assert tshark.problems(to_pcapng(records), tmp_path) != []


def test_resets_are_the_only_warnings_of_a_run_with_resets(tmp_path: Path) -> None:
    assert {line.split("\t")[1] for line in tshark.problems(to_pcapng(reset()), tmp_path)} == {RESET}


@pytest.mark.parametrize("run", [keep_alive, chunked, websocket], ids=lambda run: run.__name__)
def test_the_requests_that_tshark_decodes_are_those_of_the_trace(run: Callable[[], Trace], tmp_path: Path) -> None:
    trace = run()
    capture = to_pcapng(trace)
    decoded = tshark.fields(capture, tmp_path, "http.request", "http.request.method", "http.request.uri")
    assert decoded == [[e.method, e.target] for e in trace.of(HttpRequested)]
    codes = tshark.fields(capture, tmp_path, "http.response", "http.response.code", "http.response.phrase")
    assert codes == [[str(e.status), e.reason] for e in trace.of(HttpResponded)]


@pytest.mark.parametrize("run", [keep_alive, chunked], ids=lambda run: run.__name__)
def test_bodies_are_those_of_the_trace_byte_for_byte(run: Callable[[], Trace], tmp_path: Path) -> None:
    trace = run()
    printed = tshark.run(to_pcapng(trace), tmp_path, "-Y", "http", "-T", "jsonraw", "-j", "http")
    events = [*trace.of(HttpRequested), *trace.of(HttpResponded)]
    bodies = {event.data[event.head_size :].hex() for event in events} - {""}
    assert [body for body in bodies if f'"{body}"' not in printed] == []
    assert len(bodies) > 1


def test_websocket_messages_are_those_of_the_trace(tmp_path: Path) -> None:
    trace = websocket()
    decoded = tshark.fields(to_pcapng(trace), tmp_path, "websocket", "websocket.opcode", "websocket.payload_length")
    assert decoded == [[str(e.opcode), str(len(e.data))] for e in trace.of(WsFramed)]


def test_mqtt_packets_are_those_of_the_trace(tmp_path: Path) -> None:
    trace = mqtt()
    decoded = tshark.fields(to_pcapng(trace), tmp_path, "mqtt", "mqtt.msgtype", "mqtt.topic")
    names = ["", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "SUBACK"]
    events = trace.of(MqttPacket)
    # The trace has a packet when the device takes it in, a capture when it was sent
    kinds = [names[int(kind)] for kinds, _ in decoded for kind in kinds.split(",")]
    assert sorted(kinds) == sorted(event.kind for event in events)
    topics = [topic for _, topics in decoded for topic in topics.split(",") if topic]
    assert sorted(topics) == sorted(event.topic for event in events if event.topic)
    assert {"in/1", "out"} <= set(topics)


def test_datagrams_are_those_of_the_trace(tmp_path: Path) -> None:
    trace = udp()
    decoded = tshark.fields(
        to_pcapng(trace), tmp_path, "udp", "ip.src", "udp.srcport", "ip.dst", "udp.dstport", "udp.payload"
    )
    wanted = [[e.src, str(e.src_port), e.dst, str(e.dst_port), e.data.hex()] for e in trace.of(DatagramSent)]
    assert decoded == wanted
    assert len(decoded) == 3


def test_times_are_virtual_and_exact(tmp_path: Path) -> None:
    trace = keep_alive()
    times = [record.at_us for record in trace if isinstance(record.event, SegmentSent)]
    decoded = tshark.fields(to_pcapng(trace), tmp_path, "tcp", "frame.time_epoch")
    assert [Decimal(text) for [text] in decoded] == [FIRST_OF_MARCH_2017 + Decimal(us) / 1_000_000 for us in times]


def test_sequence_numbers_windows_and_flags_are_those_of_the_trace(tmp_path: Path) -> None:
    trace = keep_alive()
    names = ("tcp.flags", "tcp.seq_raw", "tcp.ack_raw", "tcp.window_size_value", "tcp.len", "tcp.options.mss_val")
    decoded = tshark.fields(to_pcapng(trace), tmp_path, "tcp", *names)
    assert [[int(value or "0", 0) for value in row] for row in decoded] == [
        [e.flags, e.sequence, e.acknowledgment, e.window, len(e.data), 1460 * bool(e.flags & 2)]
        for e in trace.of(SegmentSent)
    ]


def test_a_comment_names_the_line_of_firmware(tmp_path: Path) -> None:
    trace = keep_alive()
    causes = [record.by for record in trace if isinstance(record.event, SegmentSent)]
    decoded = tshark.fields(to_pcapng(trace), tmp_path, "tcp", "frame.comment")
    assert [text for [text] in decoded] == ["" if by is None else f"by {by[0]}:{by[1]}" for by in causes]
    assert "by init.py:4" in [text for [text] in decoded]


def test_a_comment_says_why_a_packet_did_not_arrive(tmp_path: Path) -> None:
    assert tshark.fields(to_pcapng(lossy()), tmp_path, "udp", "frame.comment") == [["dropped: a test's rule"]]
    comments = [text for [text] in tshark.fields(to_pcapng(udp()), tmp_path, "udp", "frame.comment")]
    assert comments == ["", "dropped: port closed", "by init.py:1"]


def test_hosts_have_their_names(tmp_path: Path) -> None:
    names = tshark.fields(to_pcapng(udp()), tmp_path, "udp", "ip.src_host", options=("-N", "n"))
    assert {"device", "peer"} == {name.removesuffix(".local") for [name] in names}


@pytest.mark.parametrize(("run", "name"), [(talking_to_itself, "lo"), (udp, "net")])
def test_loopback_has_an_interface_of_its_own(run: Callable[[], Trace], name: str, tmp_path: Path) -> None:
    names = tshark.fields(to_pcapng(run()), tmp_path, "ip", "frame.interface_name")
    assert {seen for [seen] in names} == {name}


@pytest.mark.parametrize("size", [0, 1, 1472, 9000, 65507, 65508, 200_000])
def test_datagrams_of_every_size_are_well_formed(size: int, tmp_path: Path) -> None:
    trace = udp_with(b"x" * size)
    capture = to_pcapng(trace)
    assert tshark.problems(capture, tmp_path) == []
    rows = tshark.fields(capture, tmp_path, "udp.dstport == 9", "udp.length", "frame.comment")
    lost = f"the last {size - 65507} bytes do not fit into an IP packet" if size > 65507 else ""
    assert rows == [[str(min(size, 65507) + 8), lost]]


def test_a_selection_of_records_gives_the_packets_among_them(tmp_path: Path) -> None:
    records = [r for r in keep_alive() if isinstance(r.event, SegmentSent)][:3]
    assert len(tshark.summary(to_pcapng(records), tmp_path)) == 3
    assert tshark.summary(to_pcapng([]), tmp_path) == []


def test_the_same_run_gives_the_same_bytes() -> None:
    assert to_pcapng(websocket()) == to_pcapng(websocket())


@pytest.mark.parametrize(("field", "value"), [("src", "nowhere"), ("dst_port", 70000), ("window", -1)])
def test_a_packet_that_cannot_be_is_refused_by_its_number(field: str, value: object) -> None:
    event = udp().of(DatagramSent)[0] if field != "window" else keep_alive().of(SegmentSent)[0]
    setattr(event, field, value)
    with pytest.raises(ValueError, match="record 7 is no packet that could be"):
        to_pcapng([Record(7, 0, event)])
