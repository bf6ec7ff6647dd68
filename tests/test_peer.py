"""A peer gets the answer to its request, or learns in a sentence why there is none."""

from __future__ import annotations

import pytest

from sim.event import ConnectionOpened
from sim.network.host import AddressInUse
from sim.peer import FetchError, Peer, Response
from tests.world import World


def answering(wire: str, closes: bool = False) -> World:
    """A device that answers every request with the same bytes."""
    return World(
        f"def web(conn, ev):\n    if ev == HTTP.EV_REQUEST:\n        Net.send(conn, {wire!r})\n"
        + ("        Net.disconnect(conn)\n" if closes else "")
        + "HTTP.add_endpoint(HTTP.get_system_server(), '/', web)\n"
    )


OK = "HTTP/1.1 200 Fine\r\nContent-Length: 3\r\nA: b\r\na: c\r\n\r\n\u00e9x"


def test_response_is_status_reason_headers_body_and_how_long_it_took() -> None:
    response = answering(OK).peer.request("GET", "/")
    assert response == Response(
        200, "Fine", (("Content-Length", "3"), ("A", "b"), ("a", "c")), b"\xc3\xa9x", response.took_us
    )
    assert (response.text, response.header("A"), response.header("x")) == ("\u00e9x", "b", None)
    assert response.took_us == 4_000  # there and back twice: handshake and request


def test_host_is_added_unless_it_is_given() -> None:
    world = World(
        "def web(conn, ev, data):\n    if ev == HTTP.EV_REQUEST:\n        print(HTTP.param(data, HTTP.MESSAGE))\n"
        "        Net.disconnect(conn)\nfor port in ('81', '82'): HTTP.add_endpoint(HTTP.bind(port), '/', web)\n"
        "HTTP.add_endpoint(HTTP.get_system_server(), '/', web)"
    )
    for port, headers in ((80, []), (81, []), (82, [("HOST", "mine")])):
        with pytest.raises(FetchError):
            world.peer.request("GET", "/", headers, to="device.local", port=port)
    hosts = [line for line in world.printed if line.lower().startswith("host")]
    assert hosts == ["Host: device.local", "Host: device.local:81", "HOST: mine"]


def test_session_keeps_its_connection() -> None:
    world = answering(OK)
    session = world.peer.session("device")
    assert [session.request("GET", "/").status for _ in range(3)] == [200, 200, 200]
    assert [event.role for event in world.trace.of(ConnectionOpened)] == ["outbound", "inbound"]
    session.close()
    world.settle()
    assert session.is_over
    with pytest.raises(FetchError, match="the connection is closed"):
        session.request("GET", "/")


def test_single_request_closes_its_connection() -> None:
    world = answering(OK)
    stream = world.peer.request("GET", "/")
    world.settle()
    assert stream.status == 200
    closed = [event for event in world.trace if event.event.type == "connection.closed"]
    assert len(closed) == 2


def test_response_to_head_has_no_body() -> None:
    assert answering(OK).peer.request("HEAD", "/").body == b""


def test_interim_response_is_passed_over() -> None:
    response = answering("HTTP/1.1 102 Wait\r\n\r\n" + OK).peer.request("GET", "/")
    assert response.status == 200


def test_response_until_close_is_whole_at_the_close() -> None:
    assert answering("HTTP/1.0 200 OK\n\n  hello! \n", closes=True).peer.request("GET", "/").body == b"  hello! \n"


@pytest.mark.parametrize(
    ("wire", "closes", "text"),
    [
        ("", True, "the connection was closed without an answer"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", True, "closed in the middle of the response"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", True, "closed in the middle"),
        ("HTTP/1.1 200 OK\r\nContent-Le", True, "the connection was closed without an answer"),
        ("ICY 200 OK\r\n\r\n", False, "the answer is no HTTP response: malformed status line"),
        ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", False, "no HTTP response: invalid or conflicting"),
        ("", False, "no answer within 60 s"),
    ],
)
def test_missing_answer_is_told_with_the_reason(wire: str, closes: bool, text: str) -> None:
    with pytest.raises(FetchError, match=text):
        answering(wire, closes).peer.request("GET", "/")


def test_server_that_is_not_there_is_told_with_the_reason() -> None:
    world = World()
    with pytest.raises(FetchError, match=r"connection refused: nothing listens on 192\.168\.4\.1:81"):
        world.peer.request("GET", "/", port=81)
    with pytest.raises(FetchError, match=r"no host has the address 192\.168\.4\.77"):
        world.peer.request("GET", "/", to="192.168.4.77")
    for ask in (world.peer.request, lambda *_, to: world.peer.connect(to), lambda *_, to: world.peer.session(to)):
        with pytest.raises(FetchError, match="no host is called 'nobody'"):
            ask("GET", "/", to="nobody")


def test_reset_is_told_with_the_reason() -> None:
    world = answering("")
    answers: list[object] = []
    world.peer.fetch("GET", "/", to="device", on_done=answers.append)
    world.settle()
    world.device.stop()
    world.settle()
    assert [str(answer) for answer in answers] == ["the connection was reset"]


def test_request_that_cannot_be_written_opens_no_connection() -> None:
    world = World()
    with pytest.raises(ValueError, match="the target '/a b' holds a blank: write %20"):
        world.peer.request("GET", "/a b")
    assert world.trace.of(ConnectionOpened) == []


def test_peer_reads_what_a_real_server_may_send_to_a_pipeline() -> None:
    world = answering(OK)
    session = world.peer.session("device")
    answers: list[object] = []
    for method in ("GET", "POST", "GET"):
        session.fetch(method, "/", body=b"x" if method == "POST" else b"", on_done=answers.append)
    world.settle()
    assert [answer.status for answer in answers if isinstance(answer, Response)] == [200, 200, 200]


def test_fetch_learns_after_a_minute_that_there_is_no_answer() -> None:
    world = answering("")
    answers: list[object] = []
    world.peer.fetch("GET", "/", to="device", on_done=answers.append)
    world.clock.run_until_idle()
    assert [str(answer) for answer in answers] == ["no answer within 60 s"]


def test_headers_may_be_a_mapping_and_the_body_a_text() -> None:
    world = World(
        "def web(conn, ev, data):\n    if ev == HTTP.EV_REQUEST:\n        print(HTTP.param(data, HTTP.MESSAGE))\n"
        "        Net.disconnect(conn)\nHTTP.add_endpoint(HTTP.get_system_server(), '/', web)"
    )
    for headers in ({"Host": "h", "A": "b"}, [("Host", "h"), ("A", "b")]):
        with pytest.raises(FetchError):
            world.peer.request("POST", "/", headers, "\u00fc")
    assert world.printed == ["POST / HTTP/1.1", "Host: h", "A: b", "Content-Length: 2", "", "\u00fc"] * 2


def test_bytes_that_nobody_asked_for_are_no_answer_to_the_next_request() -> None:
    world = answering(OK + "HTTP/1.1 201 Forged\r\nContent-Length: 0\r\n\r\n")
    session = world.peer.session("device")
    assert session.request("GET", "/").status == 200
    with pytest.raises(FetchError, match="the server sent bytes that nobody had asked for"):
        session.request("GET", "/")


def test_further_peers_get_names_of_their_own() -> None:
    world = World()
    assert [world.peer.host.name, Peer(world.network).host.name, Peer(world.network).host.name] == [
        "peer",
        "peer-2",
        "peer-3",
    ]


def test_peer_without_a_free_port_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    answers: list[object] = []

    def connect(*_: object) -> None:
        raise AddressInUse("peer has no free port left")

    monkeypatch.setattr(world.peer.host, "connect", connect)
    world.peer.fetch("GET", "/", to="device", on_done=answers.append)
    assert [str(answer) for answer in answers] == ["peer has no free port left"]
    with pytest.raises(FetchError, match="no free port"):
        world.peer.connect("device")
