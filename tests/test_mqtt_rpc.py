"""RPC over MQTT: frames to the device's topics, answers to those of who asks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.event import RpcCalled, RpcReplied
from tests.mqtt_world import MqttWorld
from tests.paho_client import PahoClient


class Caller:
    """A device with a method, and somebody who calls it through the broker."""

    def __init__(self) -> None:
        self.world = MqttWorld()
        self.world.boot()
        rpc = self.world.take_rpc()
        rpc.addHandler("Sum", lambda args: args["a"] + args["b"])
        self.calls: list[Any] = []
        rpc.addHandler("Note", lambda args, src: self.calls.append((args, src)))
        self.answers: list[tuple[str, int, Any]] = []
        self.world.broker.subscribe(
            "+/rpc",
            lambda message: (
                self.answers.append((message.topic, message.qos, json.loads(message.text)))
                if message.topic != "device/rpc"
                else None
            ),
        )
        self.world.settle()

    def send(self, topic: str, frame: object) -> list[tuple[str, int, Any]]:
        """Publish a frame; the answers so far."""
        self.world.broker.publish(topic, frame if isinstance(frame, str) else json.dumps(frame))
        self.world.settle()
        return self.answers


def test_frame_is_answered_at_the_topic_of_its_source_with_qos_1() -> None:
    caller = Caller()
    frame = {"id": 7, "src": "me", "method": "Sum", "params": {"a": 1, "b": 2}, "tag": "t"}
    assert caller.send("device/rpc", frame) == [
        ("me/rpc", 1, {"id": 7, "src": "device", "dst": "me", "tag": "t", "result": 3})
    ]
    [called], [replied] = (caller.world.trace.of(kind) for kind in (RpcCalled, RpcReplied))
    assert (called.channel, called.source, called.method) == ("mqtt", "me", "Sum")
    assert (replied.code, replied.result) == (0, "3")


def test_method_in_the_topic_counts_whatever_the_frame_says() -> None:
    caller = Caller()
    frame = {"id": 7, "src": "me", "method": "Other", "args": {"a": 1, "b": 2}}
    assert [answer["result"] for _, _, answer in caller.send("device/rpc/Sum", frame)] == [3]


def test_call_without_an_id_is_run_and_not_answered() -> None:
    caller = Caller()
    caller.send("device/rpc/Note", {"src": "me", "args": 5})
    caller.send("device/rpc", {"method": "Note"})
    assert caller.calls == [(5, "me"), (None, "")]
    assert caller.answers == []


def test_unknown_method_and_failure_are_answered_with_an_error() -> None:
    caller = Caller()
    caller.send("device/rpc/Nothing", {"id": 1, "src": "me"})
    caller.send("device/rpc/Sum", {"id": 2, "src": "me"})
    assert [(answer["id"], answer["error"]["code"]) for _, _, answer in caller.answers] == [(1, 404), (2, 500)]


@pytest.mark.parametrize(
    "frame",
    [
        {"id": 1, "method": "Note"},  # wants an answer, but does not say where
        {"id": 1, "src": "me", "dst": "other", "method": "Note"},
        {"id": 1, "src": "me", "result": 5},
        {"hello": 1},
        "no JSON",
        "",
    ],
)
def test_what_is_no_call_for_this_device_is_silently_dropped(frame: object) -> None:
    caller = Caller()
    assert caller.send("device/rpc", frame) == []
    assert caller.calls == []
    assert caller.world.client.is_connected


def test_client_of_somebody_else_can_call() -> None:
    caller = Caller()
    client = PahoClient(caller.world.network, "me").join()
    client.subscribe("me/rpc", 1)
    client.publish("device/rpc", json.dumps({"id": 1, "src": "me", "method": "Sum", "args": {"a": 4, "b": 5}}), 1)
    client.settle()
    assert [json.loads(message.payload)["result"] for message in client.messages] == [9]


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.sampled_from(["", "/", "/Sum", "/a/b"]))
def test_any_bytes_leave_the_device_running(payload: bytes, below: str) -> None:
    caller = Caller()
    caller.world.broker.publish(f"device/rpc{below}", payload)
    caller.world.settle()
    caller.send("device/rpc/Sum", {"id": 2, "src": "me", "args": {"a": 1, "b": 1}})
    assert caller.answers[-1][2]["result"] == 2
    assert caller.world.client.is_connected
