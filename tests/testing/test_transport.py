"""A client written with httpx talks to a device without sockets, in virtual time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from sim.testing import Clock, Device, Trace, Transport

pytestmark = pytest.mark.firmware("firmware/init.js")


@pytest.fixture
def client(device: Device) -> httpx.Client:
    return httpx.Client(transport=Transport(device), base_url="http://device")


def test_a_client_asks_the_device(client: httpx.Client) -> None:
    answer = client.get("/state")
    assert (answer.status_code, answer.reason_phrase, answer.http_version) == (200, "OK", "HTTP/1.1")
    assert answer.json() == {"led": 0, "count": 0, "method": "GET"}


def test_bodies_of_every_kind_arrive(client: httpx.Client) -> None:
    assert client.post("/echo", json={"on": True}).json() == {"on": True}
    assert client.post("/echo", content=b"raw").content == b"raw"
    assert client.post("/echo", data={"a": "1"}).text == "a=1"
    assert client.post("/echo", content=iter([b"pie", b"ces"])).text == "pieces"


def test_the_client_s_header_fields_arrive(client: httpx.Client, trace: Trace) -> None:
    client.get("/state", headers={"X-Key": "secret"}, params={"q": "\u00e9"})
    [request] = trace.requests
    assert request.target == "/state?q=%C3%A9"
    for field in (b"X-Key: secret", b"Host: device", b"User-Agent: python-httpx"):
        assert field.lower() in request.data.lower()


def test_connections_are_kept(client: httpx.Client, trace: Trace) -> None:
    for _ in range(3):
        client.get("/state")
    assert len({request.connection for request in trace.requests}) == 1


def test_the_client_s_timeout_is_virtual(client: httpx.Client, clock: Clock) -> None:
    with pytest.raises(httpx.ReadTimeout, match="no answer within 7 s"):
        client.get("/never", timeout=7)
    assert clock.now == 7


def test_failures_are_those_of_httpx(client: httpx.Client) -> None:
    with pytest.raises(httpx.ConnectError, match="refused"):
        client.get("http://device:81/")
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/drop")


def test_an_asynchronous_client_asks_the_device(device: Device) -> None:
    async def ask() -> list[int]:
        async with httpx.AsyncClient(transport=Transport(device), base_url="http://device") as client:
            answers = await asyncio.gather(*(client.get("/state") for _ in range(3)))
            posted = await client.post("/echo", content=b"x")
            return [*(answer.status_code for answer in answers), len(posted.content)]

    # In a thread of its own: another test's browser may have left a loop running in this one
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(ask())).result() == [200, 200, 200, 1]
