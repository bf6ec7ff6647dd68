"""TCP carries bytes from one end to the other, and both ends learn how it ended (RFC 9293)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.event import ConnectionChanged, ConnectionClosed, ConnectionOpened, PacketDropped, SegmentSent
from sim.network.network import Network
from sim.network.packet import ACK, FIN, MSS, PSH, RST, SYN, WINDOW
from sim.network.state import State
from tests.network.end import End, accept, connected, settle


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def ends(network: Network) -> tuple[End, End]:
    return connected(network)


def flag_names(flags: int) -> str:
    """Return the control bits as text, such as `SYN ACK`."""
    names = ((SYN, "SYN"), (FIN, "FIN"), (RST, "RST"), (PSH, "PSH"), (ACK, "ACK"))
    return " ".join(name for bit, name in names if flags & bit)


def states(network: Network, connection: int) -> list[str]:
    """Return the states that one end went through."""
    seen: list[str] = []
    for record in network.trace:
        match record.event:
            case ConnectionOpened() | ConnectionChanged() as event if event.connection == connection:
                seen.append(event.state)
            case ConnectionClosed() as event if event.connection == connection:
                seen.append(f"over: {event.reason}")
    return seen


def flags(network: Network, since: int = 0) -> list[str]:
    return [flag_names(r.event.flags) for r in network.trace.select(since) if isinstance(r.event, SegmentSent)]


def put_on_the_wire(network: Network, segment: SegmentSent) -> None:
    network.send(network.add_host("wire"), replace(segment, arrives_us=network.clock.now_us))


# Opening


def test_handshake_takes_three_segments(network: Network) -> None:
    one, two = connected(network)
    assert flags(network) == ["SYN", "SYN ACK", "ACK"]
    assert one.told == two.told == ["made"]
    assert states(network, one.socket.number) == ["SYN_SENT", "ESTABLISHED"]
    assert states(network, two.socket.number) == ["SYN_RECEIVED", "ESTABLISHED"]


def test_each_segment_takes_the_latency_of_the_link(network: Network) -> None:
    connected(network)
    segments = [r for r in network.trace if isinstance(r.event, SegmentSent)]
    assert [(r.at_us, r.event.arrives_us) for r in segments] == [(0, 1000), (1000, 2000), (2000, 3000)]


def test_connection_to_a_closed_port_is_refused(network: Network) -> None:
    one, two = network.add_host("one"), network.add_host("two")
    end = End()
    one.connect(two.address, 81, end)
    settle(network)
    assert end.told == ["refused"]
    assert flags(network) == ["SYN", "RST ACK"]


def test_connection_to_an_address_without_a_host_is_unreachable(network: Network) -> None:
    end = End()
    network.add_host("one").connect("192.168.4.99", 80, end)
    settle(network)
    assert end.told == ["unreachable"]
    assert [event.reason for event in network.trace.of(PacketDropped)] == ["no such host"]


def test_listener_on_one_address_refuses_connections_to_another(network: Network) -> None:
    one, two = network.add_host("one"), network.add_host("two")
    accept(two, 80, "127.0.0.1")
    end, own = End(), End()
    one.connect(two.address, 80, end)
    two.connect("127.0.0.1", 80, own)
    settle(network)
    assert end.told == ["refused"]
    assert own.told == ["made"]


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "192.168.4.1"])
def test_host_connects_to_itself(network: Network, address: str) -> None:
    host = network.add_host("one")
    accepted = accept(host)
    end = End()
    socket = host.connect(address, 80, end)
    socket.write(b"to me")
    settle(network)
    accepted[0].socket.write(b"from me")
    settle(network)
    assert (end.received, accepted[0].received) == (b"from me", b"to me")


def test_what_is_written_before_the_handshake_is_sent_after_it(network: Network) -> None:
    one, two = network.add_host("one"), network.add_host("two")
    accepted = accept(two)
    socket = one.connect(two.address, 80, End())
    socket.write(b"early")
    socket.close()
    settle(network)
    assert accepted[0].received == b"early"
    assert accepted[0].told == ["made", "eof"]


def test_every_connection_of_a_host_has_a_port_of_its_own(network: Network) -> None:
    one, two = network.add_host("one"), network.add_host("two")
    accepted = accept(two)
    for _ in range(20):
        one.connect(two.address, 80, End())
    settle(network)
    assert len({end.socket.remote_port for end in accepted}) == 20


def test_ports_are_used_again_when_all_have_had_their_turn(network: Network) -> None:
    one, two = network.add_host("one"), network.add_host("two")
    accepted = accept(two)
    for _ in range(65536 - 49152 + 1):
        end = End()
        socket = one.connect(two.address, 80, end)
        settle(network)
        socket.close()
        accepted[-1].socket.close()
        settle(network)
        assert end.told[-1] == "closed"
    assert accepted[0].socket.remote_port == accepted[-1].socket.remote_port


# Data


def test_no_segment_is_larger_than_the_limit_and_all_arrive_in_order(network: Network) -> None:
    one, two = connected(network)
    data = Random(1).randbytes(10 * MSS + 7)
    one.socket.write(data)
    settle(network)
    assert two.received == data
    assert two.chunks == [MSS] * 10 + [7]


def test_large_transfers_cross_each_other_unharmed(network: Network) -> None:
    one, two = connected(network)
    there, back = Random(1).randbytes(1_000_000), Random(2).randbytes(700_000)
    one.socket.write(there)
    two.socket.write(back)
    settle(network)
    assert two.received == there
    assert one.received == back


def test_sequence_numbers_go_round(network: Network) -> None:
    class Last(Random):
        def getrandbits(self, k: int) -> int:
            return 2**k - 2

    network.random = Last()
    one, two = connected(network)
    data = Random(1).randbytes(100_000)
    one.socket.write(data)
    settle(network)
    one.socket.close()
    two.socket.close()
    settle(network)
    assert two.received == data
    assert one.told[-1] == two.told[-1] == "closed"


def test_acknowledgment_waits_for_data_to_ride_on(network: Network, ends: tuple[End, End]) -> None:
    one, two = ends
    since = network.trace.next_seq
    one.socket.write(b"question")
    network.clock.run_until(network.clock.now_us + 2_000)
    two.socket.write(b"answer")
    settle(network)
    assert flags(network, since) == ["PSH ACK", "PSH ACK", "ACK"]


def test_acknowledgment_without_data_comes_after_40_ms(network: Network, ends: tuple[End, End]) -> None:
    one, _ = ends
    since, began_us = network.trace.next_seq, network.clock.now_us
    one.socket.write(b"question")
    settle(network)
    assert [
        (r.at_us - began_us, r.event.flags) for r in network.trace.select(since) if r.event.type == "segment.sent"
    ][1] == (41_000, ACK)


def test_sender_stops_when_the_reader_pauses_and_goes_on_when_it_resumes(network: Network) -> None:
    one, two = connected(network)
    two.socket.pause_reading()
    data = Random(1).randbytes(300_000)
    one.socket.write(data)
    settle(network)
    assert two.received == b""
    assert one.socket.unsent == len(data) - WINDOW
    two.socket.resume_reading()
    settle(network)
    assert two.received == data
    assert one.socket.unsent == 0


def test_writer_learns_when_what_had_to_wait_has_left(network: Network) -> None:
    one, two = connected(network)
    two.socket.pause_reading()
    one.socket.write(b"x" * (WINDOW + 1))
    settle(network)
    assert one.told == ["made"]
    two.socket.resume_reading()
    settle(network)
    assert one.told == ["made", "writable"]


def test_end_that_comes_while_reading_is_paused_is_told_after_the_data(network: Network) -> None:
    one, two = connected(network)
    two.socket.pause_reading()
    one.socket.write(b"last words")
    one.socket.close()
    settle(network)
    assert two.told == ["made"]
    two.socket.resume_reading()
    assert two.received == b"last words"
    assert two.told == ["made", "eof"]


def test_nothing_is_lost_when_both_ends_close_while_reading_is_paused(network: Network) -> None:
    one, two = connected(network)
    two.socket.pause_reading()
    two.socket.write_eof()
    one.socket.write(b"last words")
    one.socket.write_eof()
    settle(network)
    assert two.told == ["made"]
    two.socket.resume_reading()
    assert two.received == b"last words"
    assert two.told == ["made", "eof", "closed"]


def test_owner_that_never_reads_on_is_rid_of_a_closed_connection_by_aborting_it(network: Network) -> None:
    one, two = connected(network)
    two.socket.pause_reading()
    two.socket.write_eof()
    one.socket.write(b"last words")
    one.socket.write_eof()
    settle(network)
    two.socket.close()
    assert two.received == b""
    assert two.told == ["made", "aborted"]


# Closing


def test_half_closed_connection_still_carries_data_the_other_way(network: Network, ends: tuple[End, End]) -> None:
    one, two = ends
    one.socket.write(b"that was all")
    one.socket.write_eof()
    settle(network)
    assert two.told == ["made", "eof"]
    two.socket.write(b"here is more")
    settle(network)
    assert one.received == b"here is more"
    two.socket.close()
    settle(network)
    assert one.told == ["made", "eof", "closed"]
    assert two.told == ["made", "eof", "closed"]
    assert states(network, one.socket.number)[2:] == ["FIN_WAIT_1", "FIN_WAIT_2", "over: closed"]
    assert states(network, two.socket.number)[2:] == ["CLOSE_WAIT", "LAST_ACK", "over: closed"]


def test_both_ends_may_close_at_once(network: Network, ends: tuple[End, End]) -> None:
    for end in ends:
        end.socket.close()
    settle(network)
    for end in ends:
        assert end.told[-1] == "closed"
        assert states(network, end.socket.number)[2:] == ["FIN_WAIT_1", "CLOSING", "over: closed"]


def test_end_of_data_rides_on_the_last_segment(network: Network, ends: tuple[End, End]) -> None:
    since = network.trace.next_seq
    ends[0].socket.write(b"bye", True)
    settle(network)
    assert flags(network, since)[0] == "FIN PSH ACK"
    assert ends[1].received == b"bye"
    assert ends[1].told == ["made", "eof"]


def test_data_for_a_socket_that_has_closed_is_answered_by_a_reset(network: Network, ends: tuple[End, End]) -> None:
    one, two = ends
    two.socket.close()
    settle(network)
    one.socket.write(b"are you there?")
    settle(network)
    assert one.told == ["made", "eof", "reset"]
    assert two.received == b""


def test_closing_with_unread_data_resets_the_connection(network: Network, ends: tuple[End, End]) -> None:
    one, two = ends
    two.socket.pause_reading()
    one.socket.write(b"unread")
    settle(network)
    two.socket.close()
    settle(network)
    assert one.told == ["made", "reset"]


def test_aborted_connection_is_reset_at_the_other_end(network: Network, ends: tuple[End, End]) -> None:
    one, two = ends
    one.socket.write(b"x" * 100_000)
    one.socket.abort()
    settle(network)
    assert one.told == ["made", "aborted"]
    assert two.told == ["made", "reset"]
    assert "RST ACK" in flags(network)


def test_closed_socket_takes_nothing_more(network: Network, ends: tuple[End, End]) -> None:
    one, two = ends
    one.socket.abort()
    one.socket.write(b"late")
    one.socket.close()
    one.socket.abort()
    settle(network)
    assert two.received == b""
    assert one.socket.state is State.CLOSED
    assert one.told == ["made", "aborted"]


def test_last_acknowledgment_is_repeated_in_time_wait(network: Network, ends: tuple[End, End]) -> None:
    one, two = ends
    one.socket.close()
    two.socket.close()
    settle(network)
    since = network.trace.next_seq
    fin = next(e for e in network.trace.of(SegmentSent) if e.flags & FIN and e.src == two.socket.local)
    put_on_the_wire(network, fin)
    settle(network)
    assert flags(network, since)[1:] == ["ACK"]


def test_ends_in_time_wait_do_not_answer_each_other_for_ever(network: Network, ends: tuple[End, End]) -> None:
    for end in ends:
        end.socket.close()
    settle(network)
    since = network.trace.next_seq
    ack = [e for e in network.trace.of(SegmentSent) if e.flags == ACK][-1]
    put_on_the_wire(network, ack)
    settle(network)
    assert flags(network, since) == ["ACK"]


def test_connection_is_forgotten_two_seconds_after_its_end(network: Network, ends: tuple[End, End]) -> None:
    one, two = ends
    one.socket.close()
    two.socket.close()
    network.clock.run_until(network.clock.now_us + 2_100_000)
    since = network.trace.next_seq
    fin = next(e for e in network.trace.of(SegmentSent) if e.flags & FIN and e.src == two.socket.local)
    put_on_the_wire(network, fin)
    settle(network)
    assert flags(network, since) == ["FIN ACK", "RST"]


def test_new_connection_may_take_the_place_of_one_in_time_wait(network: Network, ends: tuple[End, End]) -> None:
    one, two = ends
    two.socket.close()
    one.socket.close()
    settle(network)
    since = network.trace.next_seq
    syn = next(e for e in network.trace.of(SegmentSent) if e.flags == SYN)
    put_on_the_wire(network, syn)
    settle(network)
    assert flags(network, since)[:2] == ["SYN", "SYN ACK"]


def test_segment_of_no_connection_is_answered_by_a_reset(network: Network, ends: tuple[End, End]) -> None:
    one, _ = ends
    one.socket.abort()
    settle(network)
    since = network.trace.next_seq
    data = SegmentSent(0, network.clock.now_us, one.socket.local, 1, one.socket.remote, 2, ACK, 5, 9, 0, b"x")
    put_on_the_wire(network, data)
    settle(network)
    answer = network.trace.of(SegmentSent)[-1]
    assert flags(network, since) == ["ACK", "RST"]
    assert (answer.flags & RST, answer.sequence) == (RST, 9)


# Anything


ACTS = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 1), st.integers(1, 200_000)),
    st.tuples(st.sampled_from(["write_eof", "close", "abort", "pause", "resume"]), st.integers(0, 1), st.just(0)),
    st.tuples(st.just("wait"), st.just(0), st.integers(0, 100_000)),
)


@given(st.lists(ACTS, max_size=12))
def test_whatever_the_owners_do_each_end_gets_a_beginning_of_what_was_written(
    acts: list[tuple[str, int, int]],
) -> None:
    network = Network()
    pair = connected(network)
    written = (bytearray(), bytearray())
    ended: set[int] = set()
    for act, side, number in acts:
        socket = pair[side].socket
        if act == "write":
            data = Random(number).randbytes(number)
            if side not in ended:
                written[side].extend(data)
            socket.write(data)
        elif act == "wait":
            network.clock.run_until(network.clock.now_us + number)
        elif act in ("pause", "resume"):
            getattr(socket, f"{act}_reading")()
        else:
            ended.add(side)
            getattr(socket, act)()
    for end in pair:
        end.socket.resume_reading()
        settle(network)
    for end in pair:
        end.socket.close()
    settle(network)
    for end, sent in zip(pair, reversed(written), strict=True):
        assert bytes(sent).startswith(bytes(end.received))
        assert [reason in ("closed", "reset", "aborted") for reason in end.told].count(True) == 1
    if not any(act in ("abort", "close") for act, _, _ in acts):
        assert [bytes(end.received) for end in reversed(pair)] == [bytes(sent) for sent in written]
