"""The standard library's http.client talks to a device as to any server."""

from __future__ import annotations

from http.client import BadStatusLine, HTTPConnection, HTTPResponse, RemoteDisconnected
from typing import Any

import pytest

from tests.test_h11 import ECHO
from tests.virtual_socket import VirtualSocket
from tests.world import World


def connection(world: World) -> HTTPConnection:
    conn = HTTPConnection("device")
    conn.sock = VirtualSocket(world)
    return conn


def ask(conn: HTTPConnection, method: str, target: str, body: Any = None, **options: Any) -> HTTPResponse:
    conn.request(method, target, body, **options)
    return conn.getresponse()


def test_example_of_the_documentation_is_read() -> None:
    world = World(
        "def hello(conn, ev, ev_data):\n    if ev == HTTP.EV_REQUEST:\n"
        "        Net.send(conn, 'HTTP/1.0 200 OK\\n\\n  hello! \\n')\n        Net.disconnect(conn)\n"
        "HTTP.add_endpoint(HTTP.get_system_server(), '/my/api', hello)\n"
    )
    response = ask(connection(world), "GET", "/my/api")
    assert (response.status, response.reason, response.version) == (200, "OK", 10)
    assert response.read() == b"  hello! \n"


@pytest.mark.parametrize("target", ["/length", "/chunked"])
def test_connection_is_used_again(target: str) -> None:
    conn = connection(World(ECHO))
    for body in (b"first", b"", bytes(range(256)) * 20):
        response = ask(conn, "POST", target, body)
        assert response.getheader("X-Method") == "POST"
        assert response.read() == body
    assert not response.will_close


def test_body_of_unknown_length_is_sent_in_chunks_and_comes_back() -> None:
    conn = connection(World(ECHO))
    response = ask(conn, "PUT", "/length", iter([b"one, ", b"two, ", b"three"]), encode_chunked=True)
    assert response.read() == b"one, two, three"


def test_large_body_comes_back_whole() -> None:
    body = bytes(range(256)) * 2000
    assert ask(connection(World(ECHO)), "POST", "/length", body).read() == body


def test_answer_to_head_has_no_body() -> None:
    conn = connection(World(ECHO))
    assert ask(conn, "HEAD", "/length").read() == b""
    assert ask(conn, "POST", "/length", b"next").read() == b"next"


def test_answer_until_close_is_read_to_its_end() -> None:
    response = ask(connection(World(ECHO)), "POST", "/close", b"all of it")
    assert response.read() == b"all of it"
    assert response.will_close


def test_unmatched_request_is_404_and_the_connection_is_not_used_again() -> None:
    response = ask(connection(World(ECHO)), "GET", "/nowhere")
    assert (response.status, response.read(), response.will_close) == (404, b"Not Found", True)


def test_interim_answer_is_passed_over() -> None:
    conn = connection(World(ECHO))
    response = ask(conn, "POST", "/length", b"body", headers={"Expect": "100-continue"})
    assert (response.status, response.read()) == (200, b"body")


def test_body_that_is_too_long_is_refused() -> None:
    response = ask(connection(World(ECHO)), "POST", "/length", b"x" * (1024 * 1024 + 1))
    assert response.status == 413


@pytest.mark.parametrize(("sends", "error"), [("", RemoteDisconnected), ("nonsense\\r\\n\\r\\n", BadStatusLine)])
def test_missing_answer_is_an_error_of_the_client(sends: str, error: type[Exception]) -> None:
    world = World(
        f"def bad(conn, ev):\n    if ev == HTTP.EV_REQUEST:\n        Net.send(conn, '{sends}')\n"
        "        Net.disconnect(conn)\nHTTP.add_endpoint(HTTP.get_system_server(), '/', bad)\n"
    )
    with pytest.raises(error):
        ask(connection(world), "GET", "/")
