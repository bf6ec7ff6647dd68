"""Raw connections raise their events in the library's order, and send what one event queues as one write."""

from __future__ import annotations

import pytest

from sim.event import ConnectionClosed, ConnectionOpened, DatagramSent, SegmentSent
from sim.peer import Stream
from tests.world import World

LOG = """
def log(conn, ev, ev_data):
    if ev != Net.EV_POLL:
        print(ev, ev_data)
"""


def listening(body: str = "") -> World:
    """A device that logs the events on port 7; `body` are further lines of the handler."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return World(f"{LOG}\ndef raw(conn, ev, ev_data):\n    log(conn, ev, ev_data)\n{lines}\nNet.bind('7', raw)\n")


def connecting(body: str = "", target: str = "peer:9", after: str = "") -> World:
    """A device that is not booted yet and connects to the peer."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return World(
        f"{LOG}\ndef raw(conn, ev, ev_data):\n    log(conn, ev, ev_data)\n{lines}\nc = Net.connect('{target}', raw)\n"
        + after,
        boot=False,
    )


def run(world: World) -> list[Stream]:
    streams = world.serve(9)
    world.device.boot()
    world.settle()
    return streams


# Accepted


def test_accepted_connection_sees_accept_receive_send_close() -> None:
    world = listening("if ev == Net.EV_RECV: Net.send(conn, 'answer')")
    stream = world.talk([b"question"], 7)
    stream.close()
    world.settle()
    address = world.peer.host.address
    assert world.printed == [f"1 {address}:49152", "3 8", "4 6", "5 None"]
    assert stream.received == b"answer"


def test_half_close_by_the_peer_is_the_end() -> None:
    world = listening()
    stream = world.talk([b"x"], 7)
    stream.half_close()
    world.settle()
    assert world.printed[1:] == ["3 1", "5 None"]
    assert stream.got_eof


def test_reset_by_the_peer_is_a_plain_close() -> None:
    world = listening()
    world.talk([b"x"], 7).reset()
    world.settle()
    assert world.printed[1:] == ["3 1", "5 None"]


def test_several_sends_of_one_event_leave_as_one_write() -> None:
    world = listening(
        "if ev == Net.EV_RECV:\n    Net.send(conn, 'a')\n    Net.send(conn, b'b')\n    Net.send(conn, 'c')"
    )
    stream = world.talk([b"x"], 7)
    assert world.printed[2:] == ["4 3"]
    assert [segment.data for segment in world.trace.of(SegmentSent) if segment.data] == [b"x", b"abc"]
    assert stream.received == b"abc"


def test_disconnect_before_the_sends_of_the_same_event_still_sends_them() -> None:
    world = listening("if ev == Net.EV_RECV:\n    Net.disconnect(conn)\n    Net.send(conn, 'bye')")
    stream = world.talk([b"x"], 7)
    assert stream.received == b"bye"
    assert stream.got_eof
    assert world.printed[1:] == ["3 1", "4 3", "5 None"]


def test_close_event_comes_once_and_after_it_nothing_is_sent() -> None:
    world = listening(
        "if ev == Net.EV_RECV: Net.disconnect(conn)\n"
        "if ev == Net.EV_CLOSE:\n    Net.disconnect(conn)\n"
        "    print('sent', Net.send(conn, b'late'), Net.send(conn, 'late'))"
    )
    stream = world.talk([b"x"], 7)
    assert stream.received == b""
    assert world.printed[1:] == ["3 1", "5 None", "sent 0 0"]


def test_large_answer_arrives_whole_before_the_connection_closes() -> None:
    world = listening("if ev == Net.EV_RECV:\n    Net.send(conn, 'y' * 300000)\n    Net.disconnect(conn)")
    stream = world.talk([b"x"], 7)
    assert stream.received == b"y" * 300_000
    assert world.printed[-1] == "5 None"


def test_handler_that_sends_on_every_send_event_stops_nobody() -> None:
    world = listening("if ev in (Net.EV_ACCEPT, Net.EV_SEND): Net.send(conn, 'x' * 1000)")
    streams = [world.peer.connect("device", 7) for _ in range(2)]
    world.settle(200_000)
    assert all(len(stream.received) > 100_000 for stream in streams)


def test_poll_comes_at_most_once_in_an_instant() -> None:
    world = World("def raw(conn, ev, ev_data):\n    print(ev, ev_data)\n\nNet.bind('7', raw)")
    world.talk([b"a", b"b"], 7)
    polls = [line for line in world.printed if line.startswith("0 ")]
    assert polls
    assert len(polls) == len(set(polls))


def test_sending_from_a_handler_of_another_connection_works() -> None:
    world = World(
        "conns = []\n"
        "def raw(conn, ev, ev_data):\n"
        "    if ev == Net.EV_ACCEPT: conns.append(conn)\n"
        "    if ev == Net.EV_RECV:\n"
        "        for other in conns: Net.send(other, 'all')\n"
        "    if ev == Net.EV_CLOSE: conns.remove(conn)\n"
        "Net.bind('7', raw)"
    )
    listener = world.talk([], 7)
    speaker = world.talk([b"x"], 7)
    assert listener.received == speaker.received == b"all"


# Outgoing


def test_outgoing_connection_sees_connect_send_receive_close() -> None:
    world = connecting("if ev == Net.EV_CONNECT: Net.send(conn, 'hi')")
    [stream] = run(world)
    stream.send(b"reply")
    world.settle()
    stream.close()
    world.settle()
    assert world.printed == ["2 0", "4 2", "3 5", "5 None"]
    assert stream.received == b"hi"


def test_refused_connection_is_told_by_its_errno_and_closed() -> None:
    world = connecting("if ev == Net.EV_CONNECT: Net.send(conn, 'hi')")
    world.device.boot()
    world.settle()
    assert world.printed == ["2 111", "5 None"]


def test_address_without_a_host_is_told_by_its_errno() -> None:
    world = connecting(target="192.168.4.200:80")
    run(world)
    assert world.printed == ["2 113", "5 None"]


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_name_that_does_not_resolve_is_minus_one(protocol: str) -> None:
    world = connecting(target=f"{protocol}://nobody:80")
    run(world)
    assert world.printed == ["2 -1", "5 None"]


def test_what_is_asked_for_before_the_connect_event_is_done_after_it() -> None:
    world = connecting(after="Net.send(c, 'early')\nNet.disconnect(c)\n")
    [stream] = run(world)
    assert world.printed == ["2 0", "4 5", "5 None"]
    assert stream.received == b"early"
    assert stream.got_eof


def test_device_connects_to_itself() -> None:
    world = World(
        f"{LOG}\ndef serve(conn, ev, ev_data):\n    if ev == Net.EV_RECV: Net.send(conn, 'pong')\n"
        "def ask(conn, ev, ev_data):\n    log(conn, ev, ev_data)\n"
        "    if ev == Net.EV_CONNECT: Net.send(conn, 'ping')\n    if ev == Net.EV_RECV: Net.disconnect(conn)\n"
        "Net.bind('7', serve)\nNet.connect('7', ask)\n"
    )
    world.settle()
    assert world.printed == ["2 0", "4 4", "3 4", "5 None"]


# UDP


def test_datagram_begins_a_conversation_that_ends_with_its_turn() -> None:
    world = World(f"{LOG}Net.bind('udp://7', log)")
    world.datagram(b"hello", 7)
    world.datagram(b"again", 7)
    assert [line.partition(" ")[0] for line in world.printed] == ["1", "3", "5"] * 2
    assert [event.protocol for event in world.trace.of(ConnectionOpened)].count("udp") == 4
    assert len(world.trace.of(ConnectionClosed)) == 2


def test_two_sends_in_one_event_become_one_datagram() -> None:
    world = World(
        f"{LOG}\ndef raw(conn, ev, ev_data):\n    log(conn, ev, ev_data)\n"
        "    if ev == Net.EV_RECV:\n        Net.send(conn, 'a')\n        Net.send(conn, 'b')\nNet.bind('udp://7', raw)"
    )
    box = world.datagram(b"?", 7)
    assert [data for data, _, _ in box.datagrams] == [b"ab"]
    assert [line.partition(" ")[0] for line in world.printed] == ["1", "3", "4", "5"]


def test_udp_connect_succeeds_at_once_and_nobody_notices_a_closed_port() -> None:
    world = connecting("if ev == Net.EV_CONNECT: Net.send(conn, 'hi')", target="udp://peer:53")
    run(world)
    assert world.printed == ["2 0", "4 2"]
    assert [event.data for event in world.trace.of(DatagramSent)] == [b"hi"]


def test_udp_disconnect_gives_the_port_back() -> None:
    world = connecting("if ev == Net.EV_CONNECT: Net.disconnect(conn)", target="udp://peer:53")
    run(world)
    assert world.printed == ["2 0", "5 None"]
    assert len(world.trace.of(ConnectionClosed)) == 1
