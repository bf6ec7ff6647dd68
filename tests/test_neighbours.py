"""A project brings further hosts with it, each with firmware of its own."""

from __future__ import annotations

import pytest

from sim.device import Device
from sim.event import DevicePrinted
from sim.neighbours import make_neighbours, split_hosts
from sim.network.network import Network

FILES = {
    "init.js": b"load('api_http.js'); HTTP.query({url: 'http://cloud/', success: function(body) { print(body); }});",
    "hosts/cloud.py": b"""
def answer(conn, ev):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, "HTTP/1.0 200 OK\\r\\n\\r\\nfrom the cloud")
        Net.disconnect(conn)
HTTP.add_endpoint(HTTP.get_system_server(), "/", answer)
""",
    "hosts/lamp/init.js": b"load('more.js');",
    "hosts/lamp/more.js": b"print('lamp');",
    "hosts/readme.txt": b"no program",
}


def test_the_hosts_of_a_project_are_told_apart_from_its_device() -> None:
    own, hosts = split_hosts(FILES)
    assert list(own) == ["init.js"]
    assert [(host.name, sorted(host.files), host.main) for host in hosts] == [
        ("cloud", ["hosts/cloud.py"], "hosts/cloud.py"),
        ("lamp", ["init.js", "more.js"], None),
    ]


def test_they_answer_on_the_network() -> None:
    network = Network()
    own, hosts = split_hosts(FILES)
    device = Device(network, own)
    for neighbour in make_neighbours(network, hosts):
        assert neighbour.boot()
    device.boot()
    network.clock.run_until(5_000_000)
    printed = {(event.host, event.text) for event in network.trace.of(DevicePrinted)}
    assert printed == {("device", "from the cloud \n"), ("lamp", "lamp \n")}


def test_a_host_without_a_program_is_refused_by_name() -> None:
    _, hosts = split_hosts({"hosts/lamp/data.txt": b""})
    with pytest.raises(ValueError, match="hosts/lamp: which file to boot"):
        make_neighbours(Network(), hosts)


def test_a_host_may_not_take_the_name_of_the_device() -> None:
    network = Network()
    Device(network, {"init.js": ""})
    _, hosts = split_hosts({"hosts/device.js": b""})
    with pytest.raises(ValueError, match="hosts/device: host 'device' at 192"):
        make_neighbours(network, hosts)


ADDRESSED = {"hosts/a.js": "", "hosts/b/init.js": "", "hosts/c.js": ""}


def test_hosts_have_the_addresses_that_the_project_gives_them() -> None:
    _, hosts = split_hosts(
        {**ADDRESSED, "hosts/addresses.json": '{"a": "10.0.0.9", "b": "10.0.0.8", "gone": "1.2.3.4"}'}
    )
    network = Network()
    assert [device.address for device in make_neighbours(network, hosts)] == ["10.0.0.9", "10.0.0.8", "192.168.4.1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "hosts/addresses.json is no JSON: "),
        ("[]", "hosts/addresses.json must be an object of addresses by name"),
        ('{"a": 1}', "hosts/addresses.json must be an object of addresses by name"),
        ('{"a": "x"}', "hosts/a: 'x' is not an IPv4 address"),
        ('{"a": "10.0.0.1", "c": "10.0.0.1"}', "hosts/c: host 'c' at 10.0.0.1 is there already"),
    ],
)
def test_addresses_that_cannot_be_are_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        make_neighbours(Network(), split_hosts({**ADDRESSED, "hosts/addresses.json": text})[1])
    assert said in str(raised.value)
