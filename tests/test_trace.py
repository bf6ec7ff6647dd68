"""The trace numbers and dates every fact, keeps the newest, and shows how many have left it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clock import Clock
from sim.device import Device
from sim.event import (
    EVENT_TYPES,
    ConnectionChanged,
    ConnectionClosed,
    ConnectionOpened,
    DatagramSent,
    DeviceFailed,
    DevicePrinted,
    DeviceStopped,
    RpcCalled,
    RpcReplied,
    TraceEvent,
)
from sim.network.network import Network
from sim.peer import Peer
from sim.trace import Record, Trace


def printed(number: int) -> DevicePrinted:
    return DevicePrinted("device", str(number))


def datagram(data: bytes) -> DatagramSent:
    return DatagramSent(1, 2, "a", 3, "b", 4, data)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def trace(clock: Clock) -> Trace:
    return Trace(clock)


def test_facts_are_numbered_from_zero_and_dated(clock: Clock, trace: Trace) -> None:
    trace.emit(printed(0))
    clock.run_until(5)
    trace.emit(printed(1))
    assert list(trace) == [Record(0, 0, printed(0)), Record(1, 5, printed(1))]
    assert (len(trace), trace.first, trace.next_seq) == (2, 0, 2)


class WatchedTrace(Trace):
    def emit_weightless(self, event: TraceEvent) -> None:
        assert event.weight == 0, f"{event} is no fact that weighs nothing"
        super().emit_weightless(event)


def test_facts_that_are_not_weighed_weigh_nothing(clock: Clock) -> None:
    network = Network(trace=WatchedTrace(clock), clock=clock)
    Device(network, {"init.py": ""}).boot()
    Peer(network).request("GET", "/")
    clock.run_until_idle()
    kinds = {ConnectionOpened, ConnectionChanged, ConnectionClosed}
    assert kinds <= {type(record.event) for record in network.trace}


def test_facts_of_one_type_are_found(trace: Trace) -> None:
    trace.emit(printed(0))
    trace.emit(DeviceStopped("device", "stopped"))
    trace.emit(printed(1))
    assert trace.of(DevicePrinted) == [printed(0), printed(1)]


def test_record_is_one_flat_line_of_json_and_bytes_are_latin_1(trace: Trace) -> None:
    trace.emit(datagram(b"\x00\xff\n"))
    line = trace.to_jsonl()
    assert line.endswith("\n")
    assert line.isascii()
    assert json.loads(line) == {
        "seq": 0,
        "at_us": 0,
        "type": "datagram.sent",
        "packet": 1,
        "arrives_us": 2,
        "src": "a",
        "src_port": 3,
        "dst": "b",
        "dst_port": 4,
        "data": "\u0000\u00ff\n",
    }


def test_text_with_lone_surrogates_survives_json(trace: Trace) -> None:
    trace.emit(DevicePrinted("device", "\udcff"))
    assert json.loads(trace.to_jsonl())["text"] == "\udcff"


def test_every_fact_has_a_type_of_the_form_noun_verb() -> None:
    assert all(noun.isalpha() and verb.isalpha() for noun, _, verb in (name.partition(".") for name in EVENT_TYPES))
    assert all(issubclass(kind, TraceEvent) for kind in EVENT_TYPES.values())


@pytest.mark.parametrize(("capacity", "max_bytes"), [(0, 1), (-1, 1), (1, -1)])
def test_ring_has_room_for_something(clock: Clock, capacity: int, max_bytes: int) -> None:
    with pytest.raises(ValueError, match="capacity must be positive"):
        Trace(clock, capacity, max_bytes)


def test_newest_fact_is_kept_even_if_it_is_over_the_limit_of_bytes(clock: Clock) -> None:
    trace = Trace(clock, max_bytes=3)
    trace.emit(datagram(b"1234"))
    assert len(trace) == 1
    trace.emit(datagram(b"12345"))
    assert [record.seq for record in trace] == [1]
    trace.emit(printed(0))
    assert [record.seq for record in trace] == [2]


@pytest.mark.parametrize(
    "fact",
    [
        DevicePrinted("device", "x" * 1000),
        RpcCalled(1, "device", "http", "", "", "x" * 1000),
        RpcReplied(1, "device", 0, "", "x" * 1000),
        DeviceFailed("device", "start", "Error", "x" * 500, "a.py", 1, "x" * 500),
        datagram(b"x" * 1000),
    ],
)
def test_long_texts_count_as_bytes_do(clock: Clock, fact: TraceEvent) -> None:
    trace = Trace(clock, max_bytes=3000)
    for _ in range(10):
        trace.emit(fact)
    assert len(trace) == 3


def test_trace_goes_on_with_the_numbers_of_another(clock: Clock) -> None:
    trace = Trace(clock, first_seq=7)
    reader = trace.subscribe()
    trace.emit(printed(0))
    assert (trace.first, trace.next_seq) == (7, 8)
    assert reader.take() == trace.select() == [Record(7, 0, printed(0))]
    assert reader.missed == 0


def test_reader_that_wants_every_record_is_called_before_one_is_dropped(clock: Clock) -> None:
    trace = Trace(clock, capacity=3)
    taken: list[Record] = []
    reader = trace.subscribe(on_full=lambda: taken.extend(reader.take()))
    for number in range(10):
        trace.emit(printed(number))
    taken += reader.take()
    assert [record.seq for record in taken] == list(range(10))
    assert reader.missed == 0


def test_reader_takes_what_is_new(trace: Trace) -> None:
    trace.emit(printed(0))
    reader, late = trace.subscribe(), trace.subscribe(from_start=False)
    trace.emit(printed(1))
    assert [record.seq for record in reader.take()] == [0, 1]
    assert [record.seq for record in late.take()] == [1]
    assert reader.take() == []
    trace.emit(printed(2))
    assert [record.seq for record in reader.take()] == [2]
    assert (reader.missed, late.missed) == (0, 0)


def test_reader_that_is_too_slow_learns_how_many_it_missed(clock: Clock) -> None:
    trace = Trace(clock, capacity=3)
    reader = trace.subscribe()
    for number in range(10):
        trace.emit(printed(number))
    assert [record.seq for record in reader.take()] == [7, 8, 9]
    assert reader.missed == 7


@given(
    st.integers(1, 8),
    st.integers(0, 20),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), st.booleans()), max_size=40),
)
def test_ring_is_dense_in_order_and_bounded(capacity: int, max_bytes: int, plan: list[tuple[int, int, bool]]) -> None:
    clock = Clock()
    trace = Trace(clock, capacity, max_bytes)
    reader, taken = trace.subscribe(), list[Record]()
    for number, (size, wait, takes) in enumerate(plan):
        clock.run_until(clock.now_us + wait)
        trace.emit(datagram(bytes(size)))
        if takes:
            taken += reader.take()
        records = list(trace)
        assert [record.seq for record in records] == list(range(trace.first, number + 1))
        assert trace.first == trace.next_seq - len(trace) == number + 1 - len(records)
        assert 1 <= len(records) <= capacity
        assert len(records) == 1 or sum(len(record.event.data) for record in records) <= max_bytes
        assert [record.at_us for record in records] == sorted(record.at_us for record in records)
        assert records[-1] == Record(number, clock.now_us, datagram(bytes(size)))
        for since in range(number + 2):
            assert trace.select(since) == [record for record in records if record.seq >= since]
    taken += reader.take()
    assert len(taken) + reader.missed == len(plan)
    assert [record.seq for record in taken] == sorted({record.seq for record in taken})
