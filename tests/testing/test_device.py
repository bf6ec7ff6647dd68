"""A test asks its device over HTTP and RPC, presses its buttons, reads its console; time is virtual."""

from __future__ import annotations

import pytest

from sim.testing import Clock, Device, NoAnswer, RpcError, Trace

pytestmark = pytest.mark.firmware("firmware/init.js", seed=3)


def test_a_request_is_answered(device: Device) -> None:
    answer = device.get("/state")
    assert (answer.status, answer.reason, answer.ok) == (200, "OK", True)
    assert answer.json() == {"led": 0, "count": 0, "method": "GET"}
    assert answer.headers["content-TYPE"] == "application/json"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_every_method_has_its_call(device: Device, method: str) -> None:
    answer = getattr(device, method.lower())("/state")
    assert answer.json()["method"] == method


def test_a_body_goes_out_as_it_is(device: Device) -> None:
    data = bytes(range(1, 256))
    assert device.post("/echo", data).body == data
    assert device.put("/echo", "\u00e9").text == "\u00e9"


def test_a_value_goes_out_as_json(device: Device) -> None:
    assert device.post("/led", json={"on": True}).ok
    assert device.get("/state").json()["led"] == 1


def test_header_fields_go_out(device: Device, trace: Trace) -> None:
    device.get("/state", headers={"X-Key": "secret"})
    assert b"X-Key: secret" in trace.requests[-1].data


def test_a_file_of_the_device_is_served(device: Device) -> None:
    assert device.get("/init.js").body == device.files["init.js"]
    assert device.head("/init.js").body == b""


def test_what_is_not_there_is_404(device: Device) -> None:
    answer = device.get("/nothing")
    assert (answer.status, answer.ok) == (404, False)


def test_an_answer_takes_virtual_time(device: Device, clock: Clock) -> None:
    assert device.get("/late").took == pytest.approx(3.004)
    assert clock.now == pytest.approx(3.004)


def test_no_answer_says_what_the_device_did_last(device: Device, clock: Clock) -> None:
    with pytest.raises(NoAnswer) as caught:
        device.get("/never", timeout=5)
    text = str(caught.value)
    assert text.startswith("GET /never: no answer within 5 s of virtual time")
    assert "device did last:" in text
    assert "device <- GET /never" in text
    assert "device prints somebody waits" in text
    assert (caught.value.kind, clock.now) == ("timeout", 5.0)


def test_a_connection_that_is_closed_says_so(device: Device) -> None:
    with pytest.raises(NoAnswer, match="GET /drop: the connection was closed") as caught:
        device.get("/drop")
    assert caught.value.kind == "closed"


def test_a_port_where_nothing_listens_refuses(device: Device) -> None:
    with pytest.raises(NoAnswer, match="connection refused") as caught:
        device.get("/", port=81)
    assert caught.value.kind == "connect"


def test_connections_are_kept_if_that_is_wanted(device: Device, trace: Trace) -> None:
    for _ in range(3):
        device.get("/state", keep_alive=True)
    assert len({request.connection for request in trace.requests}) == 1
    device.get("/state")
    assert len({request.connection for request in trace.requests}) == 2


def test_a_kept_connection_that_the_device_has_closed_is_replaced(device: Device) -> None:
    assert device.get("/state", keep_alive=True).ok
    device.reboot()
    assert device.get("/state", keep_alive=True).ok


def test_rpc_methods_are_called(device: Device) -> None:
    assert device.rpc("Sum", {"a": 2, "b": 40}) == 42
    assert device.rpc("RPC.Ping") is not None


def test_rpc_errors_are_raised(device: Device) -> None:
    with pytest.raises(RpcError, match="RPC error 418: no coffee") as caught:
        device.rpc("Fail", {})
    assert (caught.value.code, caught.value.message) == (418, "no coffee")
    with pytest.raises(RpcError) as missing:
        device.rpc("Nothing.Here")
    assert missing.value.code == 404


def test_the_console_is_read(device: Device) -> None:
    assert device.console.split() == ["ready"]


def test_the_console_is_waited_for(device: Device, clock: Clock) -> None:
    device.pin(0).press()
    assert device.wait_console(r"pressed (\d+)")[1] == "1"
    with pytest.raises(NoAnswer, match="nothing that 'device' printed matches 'exploded' within 2 s"):
        device.wait_console("exploded", timeout=2)


def test_a_button_is_pressed(device: Device) -> None:
    for _ in range(2):
        device.pin(0).press()
    assert device.get("/state").json()["count"] == 2


def test_a_pin_shows_what_the_firmware_drives(device: Device) -> None:
    assert (device.pin(2).level, device.pin(2).is_driven) == (0, True)
    device.post("/led", json={"on": True})
    assert device.pin(2).level == 1


def test_a_pin_is_driven_from_outside(device: Device) -> None:
    pin = device.pin(0)
    assert pin.level == 1  # pulled up
    pin.set(0)
    assert pin.level == 0
    pin.release()
    assert pin.level == 1


def test_a_device_restarts(device: Device) -> None:
    device.pin(0).press()
    device.reboot()
    assert device.boots == 2
    assert device.get("/state").json()["count"] == 0


def test_a_device_is_switched_off_and_on(device: Device) -> None:
    device.stop()
    assert not device.is_on
    with pytest.raises(NoAnswer):
        device.get("/state")
    device.boot()
    assert device.get("/state").ok


def test_the_device_has_a_name_and_an_address(device: Device) -> None:
    assert (device.name, device.address) == ("device", "192.168.4.1")
    assert repr(device) == "<Device device 192.168.4.1 on>"


@pytest.mark.firmware("firmware/init.js", profile="mongoose-6.18", config={"http": {"listen_addr": "8080"}}, seed=9)
def test_the_marker_has_profile_seed_and_configuration(device: Device, trace: Trace) -> None:
    assert device.get("/state", port=8080).ok
    [booted] = [record.event for record in trace if record.event.type == "device.booted"]
    assert (getattr(booted, "profile", ""), getattr(booted, "seed", 0)) == ("mongoose-6.18", 9)
