"""Says how RPC frames are read and answered, whatever they hold (docs/reference/rpc.md)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Device, Network, Peer
from sim.event import RpcCalled, RpcReplied
from sim.rpc import Failure, parse_frame, query_params, read_fields, scan_value, write_reply

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.booleans())
def test_any_value_ends_where_its_text_ends(value: Any, is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii)
    if any(ord(char) < 0x20 for char in text):
        return
    assert scan_value(text + " , rest") == len(text)


@given(st.integers(0, 10**17), TEXT.filter(bool), TEXT.filter(bool), JSON)
def test_a_frame_is_read_as_it_was_written(number: int, source: str, method: str, params: Any) -> None:
    text = json.dumps({"id": number, "src": source, "method": method, "params": params})
    frame = parse_frame(text)
    assert frame is not None
    assert (frame.id, frame.src, frame.method) == (str(number), source, method)
    assert json.loads(frame.params) == params


@given(st.integers(0, 10**17) | TEXT.filter(bool), TEXT, TEXT, JSON)
def test_a_reply_is_json_that_names_its_request(number: int | str, source: str, tag: str, result: Any) -> None:
    frame = parse_frame(json.dumps({"id": number, "src": source, "tag": tag, "method": "M"}))
    assert frame is not None
    reply = json.loads(write_reply(frame, "device", json.dumps(result)))
    assert str(reply["id"]) == str(number)
    assert reply["src"] == "device"
    assert reply.get("dst", "") == source
    assert reply["result"] == result
    failed = json.loads(write_reply(frame, "device", Failure(404, source)))
    assert failed["error"]["code"] == 404


@given(st.text() | JSON.map(json.dumps), st.integers(0, 60))
def test_no_text_raises(text: str, cut: int) -> None:
    for part in (text, text[:cut], "{" + text):
        parse_frame(part)
        read_fields(part)
        query_params(part)
        scan_value(part)


def test_a_cut_off_frame_gives_its_whole_fields() -> None:
    assert read_fields('{"id":1,"method":"A","params":{"x":') == {"id": "1", "method": '"A"'}


@pytest.fixture
def world() -> tuple[Network, Peer]:
    network = Network()
    source = """
RPC.addHandler('Sum', lambda args: args['a'] + args['b'])
RPC.addHandler('Refuse', lambda: {'error': 403, 'message': 'not you'})
RPC.addHandler('Nothing', lambda *args: None)
"""
    assert Device(network, {"init.py": source}).boot()
    return network, Peer(network)


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "answer"),
    [
        ("GET", "/rpc/Sum?a=1&b=2", b"", 200, b"3\r\n"),
        ("POST", "/rpc/sum", b'{"a":1,"b":2}', 200, b"3\r\n"),
        ("POST", "/rpc/Refuse", b"", 403, b'{"code":403,"message":"not you"}\r\n'),
        ("POST", "/rpc/Nothing", b"", 200, b"null\r\n"),
        ("GET", "/rpc/Absent", b"", 404, b'{"code":404,"message":"No handler for Absent"}\r\n'),
        ("POST", "/rpc", b"nonsense", 400, b"Invalid request"),
        ("POST", "/rpc", b'{"id":1,"dst":"other","method":"Sum"}', 400, b"Invalid request"),
        ("POST", "/rpc", b'{"id":"x","method":"Nothing"}', 200, b'{"id":"x","src":"device","result":null}\r\n'),
    ],
)
def test_a_method_answers_over_http(
    world: tuple[Network, Peer], method: str, target: str, body: bytes, status: int, answer: bytes
) -> None:
    response = world[1].request(method, target, [], body)
    assert (response.status, response.body) == (status, answer)


def test_a_failing_handler_is_answered_and_recorded(world: tuple[Network, Peer]) -> None:
    network, peer = world
    assert peer.request("POST", "/rpc/Sum", [], b"{}").status == 500
    [called], [replied] = network.trace.of(RpcCalled), network.trace.of(RpcReplied)
    assert (called.method, called.channel, called.params) == ("Sum", "http", "{}")
    assert (replied.call, replied.code) == (called.call, 500)
