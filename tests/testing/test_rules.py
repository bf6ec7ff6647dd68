"""A test breaks the network with rules, in every runtime alike."""

from __future__ import annotations

import pytest

from sim.event import PacketDropped, RuleApplied
from sim.testing import Clock, Device, Network, NoAnswer, Trace

pytestmark = pytest.mark.firmware("firmware/init.js")


def test_rule_acts_and_counts(device: Device, network: Network, trace: Trace) -> None:
    rule = network.rule("drop-first", count=2, host="device", direction="in")
    answer = device.get("/state")
    assert answer.ok
    assert answer.took > 2
    assert rule.hits == len(trace.of(PacketDropped)) == len(trace.of(RuleApplied)) == 2
    assert (rule.number, str(rule), repr(rule)) == (
        1,
        "drop-first count=2 host=device direction=in",
        "<Rule drop-first count=2 host=device direction=in hits=2>",
    )


def test_rule_is_switched_and_removed(device: Device, network: Network) -> None:
    rule = network.rule("http-status", status=503, body="busy")
    assert (device.get("/state").status, device.get("/state").text) == (503, "busy")
    rule.disable()
    assert not rule.is_enabled
    assert device.get("/state").status == 200
    rule.enable()
    assert device.get("/state").status == 503
    assert [one.to_json() for one in network.rules] == [{"kind": "http-status", "body": "busy"}]
    rule.remove()
    assert network.rules == []
    assert device.get("/state").status == 200
    with pytest.raises(ValueError, match="was removed"):
        rule.enable()


def test_rule_is_set_from_its_json_form(device: Device, network: Network) -> None:
    network.rule({"kind": "latency", "ms": 400})
    assert device.get("/state").took > 1.6


def test_connection_that_gets_no_answer_ends_with_a_reason(device: Device, network: Network, clock: Clock) -> None:
    stream = device.connect()
    network.rule("partition")
    stream.send(b"GET / HTTP/1.1\r\n\r\n")
    clock.advance(600)
    assert stream.lost == "timed out"


def test_preset_makes_a_network_slow(device: Device, network: Network) -> None:
    latency, bandwidth = network.preset("satellite link", host="device")
    assert device.get("/state", timeout=20).took > 1
    assert latency.hits == bandwidth.hits > 4
    assert latency.to_json() == {"kind": "latency", "ms": 280, "host": "device"}


def test_what_is_wrong_with_a_rule_is_said(device: Device, network: Network) -> None:
    with pytest.raises(ValueError, match=r"there is no rule 'los'; did you mean 'loss'\?"):
        network.rule("los")
    with pytest.raises(ValueError, match="'percent' of the rule 'loss' must be from 0 to 100 %, got 200"):
        network.rule("loss", percent=200)
    with pytest.raises(ValueError, match="there is no preset 'tunnel'"):
        network.preset("tunnel")


def test_rule_that_may_stay_without_effect(device: Device, network: Network) -> None:
    network.rule("loss", percent=0, optional=True)
    network.preset("strict firewall", host="nobody", optional=True)
    assert device.get("/state").ok


def test_partition_is_felt_by_a_request(device: Device, network: Network) -> None:
    network.rule("partition", host="device")
    with pytest.raises(NoAnswer, match="no answer within 2 s"):
        device.get("/state", timeout=2)
