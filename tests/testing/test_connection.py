"""A test opens WebSockets and TCP connections to its device."""

from __future__ import annotations

import pytest

from sim.testing import Device, NoAnswer, Peer, WebSocket


@pytest.fixture
def socket(device: Device) -> WebSocket:
    return device.ws("/ws")


pytestmark = pytest.mark.firmware("firmware/chat.py")


@pytest.mark.parametrize("data", ["hello", "\u00e9", b"\x00\xff", ""])
def test_messages_come_back_as_they_went(socket: WebSocket, data: str | bytes) -> None:
    socket.send(data)
    assert socket.receive() == data


def test_messages_come_one_by_one(device: Device) -> None:
    socket = device.ws("/hello")
    assert socket.json() == {"hello": True}
    assert socket.receive() == b"\x00\xff"


def test_a_message_that_does_not_come_is_no_answer(socket: WebSocket) -> None:
    with pytest.raises(NoAnswer, match="no message on the WebSocket within 3 s of virtual time") as caught:
        socket.receive(timeout=3)
    assert caught.value.kind == "timeout"


def test_a_ping_is_no_message(socket: WebSocket) -> None:
    socket.ping(b"?")
    socket.send("after")
    assert socket.receive() == "after"


def test_the_test_closes_it(socket: WebSocket) -> None:
    assert socket.close(1001, "enough")[0] == 1001
    assert not socket.is_open
    with pytest.raises(ValueError, match="not open"):
        socket.send("more")


def test_the_device_closes_it(socket: WebSocket) -> None:
    socket.send("bye")
    assert socket.closed() == (4000, "so long")
    with pytest.raises(NoAnswer, match="the WebSocket is closed: 4000 so long") as caught:
        socket.receive()
    assert caught.value.kind == "closed"


def test_a_device_that_stops_ends_it(socket: WebSocket, device: Device) -> None:
    device.stop()
    assert socket.closed()[0] == 1006


def test_what_is_no_websocket_says_so(device: Device) -> None:
    with pytest.raises(NoAnswer, match="WebSocket /nothing: the device answered 404"):
        device.ws("/nothing")


@pytest.mark.firmware("firmware/init.js")
def test_a_tcp_connection_carries_bytes(device: Device) -> None:
    connection = device.connect(7)
    assert connection.is_open
    connection.send(b"ping")
    assert connection.receive(4) == b"pong"
    assert connection.receive() == b""  # the device has closed
    connection.close()


@pytest.mark.firmware("firmware/init.js")
def test_a_tcp_connection_without_an_answer(device: Device) -> None:
    with pytest.raises(NoAnswer, match="0 of 1 bytes came within 1 s"):
        device.connect(7).receive(timeout=1)
    with pytest.raises(NoAnswer, match="refused"):
        device.connect(8)


@pytest.mark.firmware("firmware/init.js")
def test_raw_http_is_possible(peer: Peer, device: Device) -> None:
    connection = peer.connect()
    connection.send(b"GET /sta")
    connection.send(b"te HTTP/1.0\r\n\r\n")
    assert connection.receive(15) == b"HTTP/1.1 200 OK"
    connection.reset()
    assert connection.lost == "aborted"
