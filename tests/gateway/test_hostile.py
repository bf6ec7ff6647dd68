"""Whatever comes in at a real port, the device answers the next request at once and complains of nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sim.gateway.core import allow_many_files
from tests.gateway.conftest import Serve
from tests.gateway.raw import BINARY, HANDSHAKE, PING, TEXT, Raw, close, frame
from tests.gateway.served import ROOT, Served
from tests.hostile import CASES, FIRMWARE, Case, statuses

GET = b"GET /alive HTTP/1.1\r\nHost: device\r\n\r\n"
HEAD = b"POST /a HTTP/1.1\r\nHost: device\r\n"
FLOOD = 200

PARTS = [  # of which each is the beginning of something
    b"",
    b"G",
    b"\r\n",
    b"GET / HTTP/1.1\r\nHost: device\r\n",
    HEAD + b"Content-Length: 1000\r\n\r\nhalf",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
    HEAD + b"Expect: 100-continue\r\nContent-Length: 10\r\n\r\n",
    HANDSHAKE,
    HANDSHAKE + frame(TEXT, b"half a frame")[:9],
    HANDSHAKE + frame(BINARY, b"a fragment", fin=False),
    HANDSHAKE + frame(PING, b"x") * 100,
    HANDSHAKE + close(),
    GET * 100,
    GET + b"\x16\x03\x01",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    b"x" * 100_000,
]


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One device for all, so that what one peer leaves behind meets the next."""
    firmware = tmp_path_factory.mktemp("hostile") / "init.py"
    firmware.write_text(
        FIRMWARE
        + """
def ws(conn, ev, data):
    if ev == HTTP.EV_WS_FRAME:
        HTTP.ws_send(conn, HTTP.ws_opcode(data), HTTP.param(data, HTTP.BODY))

HTTP.add_endpoint(HTTP.get_system_server(), '/ws', ws)
"""
    )
    served = Served(firmware)
    yield served
    code = served.stop()
    assert served.errors == []
    assert code == 0


def assert_alive(device: Served) -> None:
    with Raw(device.port) as client:
        client.send(GET)
        assert client.take_response().endswith(b"\r\n\r\nok")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_request_has_one_meaning(device: Served, case: Case) -> None:
    with Raw(device.port) as client:
        client.send(case.wire)
        client.half_close()
        assert statuses(client.take_all()) == case.expected
    assert_alive(device)


@pytest.mark.parametrize("ending", ["close", "half_close", "reset", "stay"])
@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part[:12]!r} {len(part)}")
def test_connection_that_ends_anywhere_harms_nobody(device: Served, part: bytes, ending: str) -> None:
    with Raw(device.port) as other:
        other.send(GET[:20])
        with Raw(device.port) as client:
            client.send(part)
            if ending == "half_close":
                client.half_close()
                client.take_all()
            elif ending == "reset":
                client.reset()
            elif ending == "stay":
                assert_alive(device)
        other.send(GET[20:])
        assert other.take_response().endswith(b"\r\n\r\nok")
    assert_alive(device)


def test_flood_of_connections_is_served_to_the_last(device: Served) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(Raw(device.port)) for _ in range(FLOOD)]
        for client in clients:
            client.send(GET)
        for client in reversed(clients):
            assert client.take_response().endswith(b"ok")
        for byte in GET:  # all heads come in slowly, side by side
            for client in clients[:50]:
                client.send(bytes([byte]))
        for client in clients[:50]:
            assert client.take_response().endswith(b"ok")
        assert_alive(device)
        for client in clients:
            client.reset()
    assert_alive(device)


def test_many_that_say_nothing_do_not_keep_others_waiting(device: Served) -> None:
    with ExitStack() as stack:
        for part in PARTS * (FLOOD // len(PARTS)):
            stack.enter_context(Raw(device.port)).send(part)
        assert_alive(device)
    assert_alive(device)


ATTACK = """
import socket, struct, sys
port, part = int(sys.argv[1]), bytes.fromhex(sys.argv[2])
for turn in range(300):
    client = socket.create_connection(("127.0.0.1", port))
    try:
        client.sendall(part)
        if turn % 3 == 0:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if turn % 3 == 1:
            client.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    client.close()
"""


def test_attackers_side_by_side_do_not_stop_it(device: Served) -> None:
    parts = [
        GET * 20,
        HEAD + b"Content-Length: 5000\r\n\r\nhalf",
        HANDSHAKE + frame(TEXT, b"\xff"),
        b"nonsense\r\n\r\n",
    ]
    attackers = [
        subprocess.Popen([sys.executable, "-c", ATTACK, str(device.port), part.hex()], cwd=ROOT) for part in parts
    ]
    answered = 0
    while any(attacker.poll() is None for attacker in attackers):
        assert_alive(device)
        answered += 1
    assert [attacker.returncode for attacker in attackers] == [0] * len(parts)
    assert answered
    assert_alive(device)


def test_thousand_connections_are_held_and_a_further_one_is_reset(serve: Serve) -> None:
    device = serve(FIRMWARE)  # its own: connections of other tests may still be on their way out
    allow_many_files(2500)
    with ExitStack() as stack:
        held = [stack.enter_context(Raw(device.port)) for _ in range(1000)]
        for client in held:
            client.send(GET)
            assert client.take_response().endswith(b"ok")
        for _ in range(20):  # reset while it connects, or when it reads
            with (
                pytest.raises(ConnectionResetError),
                Raw(device.port) as further,
            ):
                further.take_response()
        held[500].send(GET)
        assert held[500].take_response().endswith(b"ok")
    assert_alive(device)
