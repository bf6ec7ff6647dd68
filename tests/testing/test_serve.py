"""A device gets a real local address for clients that know nothing of simulations."""

from __future__ import annotations

import http.client
import socket
import urllib.request
from urllib.parse import urlsplit

import pytest

from sim.testing import Clock, Device, Trace
from sim.testing.plugin import MakeDevice

pytestmark = pytest.mark.firmware("firmware/init.js")


def fetch(url: str) -> bytes:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=20) as answer:
        data: bytes = answer.read()
        return data


def test_a_real_client_reaches_the_device(device: Device, trace: Trace) -> None:
    url = device.serve()
    assert url.startswith("http://127.0.0.1:")
    assert b'"method":"GET"' in fetch(f"{url}/state")
    assert [request.target for request in trace.requests] == ["/state"]


def test_the_test_goes_on_asking_and_time_goes_on_jumping(device: Device, clock: Clock) -> None:
    url = device.serve()
    clock.advance(3600)
    device.post("/led", json={"on": True})
    assert b'"led":1' in fetch(f"{url}/state")
    assert device.pin(2).level == 1
    device.pin(0).press()
    assert b'"count":1' in fetch(f"{url}/state")
    assert clock.now > 3600


def test_further_ports_and_devices_are_served(device: Device, make_device: MakeDevice) -> None:
    place = urlsplit(device.serve(7))
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=20) as real:
        real.sendall(b"ping")
        assert real.recv(4) == b"pong"
    other = make_device(files={"init.js": "", "name.txt": "other"}, name="other")
    assert fetch(f"{other.serve()}/name.txt") == b"other"
    assert device.serve(7) == place.geturl()


def test_the_address_is_free_after_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pathlib
        import pytest

        @pytest.mark.firmware(source="")
        def test_served(device):
            pathlib.Path("address").write_text(device.serve())
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
    place = urlsplit((pytester.path / "address").read_text())
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=20)
    with pytest.raises(ConnectionRefusedError):
        connection.request("GET", "/")
