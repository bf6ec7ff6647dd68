"""A side that is slow makes the other side wait, and no byte is lost."""

from __future__ import annotations

import hashlib
import threading

from tests.gateway.conftest import Serve
from tests.gateway.raw import BINARY, Raw, frame
from tests.gateway.served import Served

MIB = 1024 * 1024
STREAM_MIB = 48
HELD_MIB = 24
"""More than all the buffers on the way hold, and less than there is to come."""

STREAM = f"""
import hashlib

TOTAL, PIECE = {STREAM_MIB} * 16, 65536
sent = 0

def piece(number):
    return number.to_bytes(4, 'big') * (PIECE // 4)

def feed(conn, ev):
    # What was written has left: now the next
    global sent
    if (ev == Net.EV_ACCEPT or ev == Net.EV_SEND) and sent < TOTAL:
        sent += 1
        Net.send(conn, piece(sent))
    elif ev == Net.EV_SEND:
        Net.disconnect(conn)

def progress(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        body = str(sent * PIECE)
        Net.send(conn, f'HTTP/1.1 200 OK\\r\\nContent-Length: {{len(body)}}\\r\\n\\r\\n{{body}}')

Net.bind('7', feed)
HTTP.add_endpoint(HTTP.get_system_server(), '/sent', progress)
"""
BIG = """
def big(conn, ev):
    if ev == Net.EV_ACCEPT:
        Net.send(conn, bytes(range(256)) * 32768)
        Net.disconnect(conn)

Net.bind('7', big)
"""
ECHO = """
def echo(conn, data, options):
    Net.send(conn, data)
    Net.discard(conn, len(data))

Net.serve({'addr': '7', 'ondata': echo})
"""


def second_port(served: Served) -> int:
    return int(served.wait_for("serving tcp://").split()[1].rpartition(":")[2])


def sent_by(served: Served, client: Raw) -> int:
    client.send(b"GET /sent HTTP/1.1\r\n\r\n")
    return int(client.take_response().partition(b"\r\n\r\n")[2])


def test_device_waits_for_a_client_that_does_not_read(serve: Serve) -> None:
    served = serve(STREAM, "--map", "0:7")
    with Raw(second_port(served), receive_buffer=65536) as slow, Raw(served.port) as other:
        seen = [sent_by(served, other) for _ in range(300)]
        assert max(seen) < HELD_MIB * MIB
        digest, size = hashlib.sha256(), 0
        while data := slow.socket.recv(65536):
            digest.update(data)
            size += len(data)
        assert sent_by(served, other) == STREAM_MIB * MIB == size
    expected = hashlib.sha256()
    for number in range(1, STREAM_MIB * 16 + 1):
        expected.update(number.to_bytes(4, "big") * 16384)
    assert digest.digest() == expected.digest()


def test_big_answer_reaches_a_client_that_reads_little_by_little(serve: Serve) -> None:
    served = serve(BIG, "--map", "0:7")
    with Raw(second_port(served), receive_buffer=4096) as slow:
        received = b"".join(iter(lambda: slow.socket.recv(1021), b""))
        assert received == bytes(range(256)) * 32768


def test_client_may_send_all_before_it_reads(serve: Serve) -> None:
    served = serve(ECHO, "--map", "0:7")
    sent = bytes(range(251)) * (8 * MIB // 251)
    with Raw(second_port(served)) as client:
        client.send(sent)
        assert client.take(len(sent)) == sent


def test_clients_that_send_as_fast_as_they_can_get_every_byte_back(echo: Served) -> None:
    body = bytes(range(256)) * 4096
    answers: list[bytes] = []

    def talk() -> None:
        with Raw(echo.port) as client:
            for _ in range(3):
                client.send(b"PUT /echo HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                answers.append(client.take_response().partition(b"\r\n\r\n")[2])

    threads = [threading.Thread(target=talk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [body] * 12


def test_websocket_messages_wait_for_a_client_that_does_not_read(echo: Served) -> None:
    message = frame(BINARY, b"\xa5" * MIB, mask=b"\0\0\0\0")
    with Raw(echo.port, receive_buffer=65536) as client:
        client.upgrade()
        for _ in range(8):
            client.send(message)
        for _ in range(8):
            assert client.take_frame() == (BINARY, b"\xa5" * MIB)
