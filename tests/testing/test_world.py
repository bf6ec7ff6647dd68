"""A test has a network with a clock, several devices, rules, and a trace of all that happened."""

from __future__ import annotations

import json

import pytest

from sim.event import DatagramSent, DevicePrinted, HttpRequested
from sim.testing import Clock, Device, Network, NoAnswer, Peer, SimError, StartError, Trace
from sim.testing.plugin import MakeDevice

HELLO = """
load('api_http.js');
HTTP.add_endpoint(HTTP.get_system_server(), '/', function(conn, ev, msg, ud) {
  if (ev !== HTTP.EV_REQUEST) return;
  Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\nhello');
  Net.disconnect(conn);
}, null);
"""
TICKS = "load('api_timer.js'); Timer.set(1000, Timer.REPEAT, function() { print('tick'); }, null);"


def test_devices_are_made_in_a_test(make_device: MakeDevice, trace: Trace) -> None:
    first = make_device(source=HELLO, name="first")
    second = make_device(files={"init.js": HELLO, "data.txt": "7"}, name="second")
    assert first.get("/").text == second.get("/").text == "hello"
    assert (sorted(first.files), second.files["data.txt"]) == (["init.js"], b"7")
    assert [request.host for request in trace.requests] == ["first", "second"]


@pytest.mark.firmware("firmware/station")
def test_a_project_brings_its_files_and_hosts(device: Device, clock: Clock, trace: Trace) -> None:
    device.hardware.dht(4).temperature = 17.5
    clock.advance(61)
    printed = [(event.host, event.text.split()) for event in trace.of(DevicePrinted)]
    assert printed == [("cloud", ["got", "17.5"]), ("device", ["cloud", "says", "thanks"])]


@pytest.mark.firmware(source=HELLO)
def test_source_stands_in_the_test(device: Device) -> None:
    assert device.get("/").text == "hello"


@pytest.mark.firmware(source="print('from Python')", main="init.py")
def test_source_may_be_python(device: Device) -> None:
    assert device.console == "from Python\n"


@pytest.mark.firmware(source=TICKS)
def test_time_passes_when_it_is_told_to(device: Device, clock: Clock) -> None:
    clock.advance(86_400)
    assert device.console.count("tick") == 86_400
    assert clock.now == 86_400
    assert clock.now_us == 86_400_000_000


@pytest.mark.firmware(source=TICKS)
def test_firmware_that_never_rests_is_said_to(device: Device, clock: Clock) -> None:
    with pytest.raises(SimError, match="there is still something to happen after 5 s"):
        clock.run_until_idle(limit=5)


@pytest.mark.firmware(source=HELLO)
def test_a_world_comes_to_rest(device: Device, clock: Clock) -> None:
    device.get("/")
    clock.run_until_idle()
    before = clock.now
    clock.run_until_idle()
    assert clock.now == before


def test_firmware_that_fails_to_start_is_an_error(make_device: MakeDevice) -> None:
    with pytest.raises(StartError, match=r"the firmware of 'device' failed to start\n(.|\n)*init.js:1"):
        make_device(source="let x = nothing;")


def test_firmware_may_be_booted_later(make_device: MakeDevice) -> None:
    device = make_device(source="print('on')", boot=False)
    assert (device.is_on, device.console) == (False, "")
    device.boot()
    assert device.console.split() == ["on"]


@pytest.mark.firmware(source=HELLO)
def test_the_peer_is_a_host_of_its_own(device: Device, peer: Peer, network: Network) -> None:
    assert peer.get("/").text == "hello"
    assert peer.name == "peer"
    other = network.peer("laptop")
    assert other.get("/").text == "hello"
    assert other.address not in (peer.address, device.address)
    with pytest.raises(NoAnswer, match="no host is called 'nowhere'"):
        peer.get("/", to="nowhere")


@pytest.mark.firmware(source=HELLO)
def test_the_trace_holds_everything(device: Device, trace: Trace) -> None:
    device.get("/?q=1")
    [request] = trace.requests
    assert (request.method, request.target) == ("GET", "/?q=1")
    assert trace.of(HttpRequested) == [request]
    assert trace.of(DatagramSent) == []
    assert len(trace) == len(list(trace)) == len(trace.to_jsonl().splitlines())


@pytest.mark.firmware(source=HELLO)
def test_the_trace_is_written_in_other_formats(device: Device, trace: Trace) -> None:
    device.get("/")
    assert json.loads(trace.to_har())["log"]["entries"][0]["response"]["content"]["text"] == "hello"
    assert trace.to_pcapng()[:4] == b"\x0a\x0d\x0d\x0a"
    assert "GET /" in trace.to_report()


def test_hardware_is_set_up_before_the_device_boots(make_device: MakeDevice) -> None:
    source = "load('api_i2c.js'); let bus = I2C.get(); print(I2C.readRegB(bus, 0x40, 5));"
    device = make_device(source=source, boot=False)
    device.hardware.i2c(0x40).set(5, 77)
    device.boot()
    assert device.console.split() == ["77"]
