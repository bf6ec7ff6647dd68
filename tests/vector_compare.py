"""Compares what a device did in a case with what the C library was observed to do.

There are three views of an observation. `answers` is what a client and a handler get: the bytes that each peer
received and the values of every request and response. `history` is that, who closed, and every event of every handler
in order. `everything` leaves out only what the system, not the library, decides (README.md of the vectors, Comparing).
"""

from __future__ import annotations

import re
from typing import Any, Final

from sim.api.library.frame import find_frame
from sim.mhttp import write_error
from sim.mhttp.websocket import apply_mask
from sim.profile import MONGOOSE_6_7, MONGOOSE_6_18, Profile
from tests.rfc9112 import first_fault
from tests.vector_case import Case
from tests.vector_player import Observation

__all__ = [
    "FEB_2017",
    "LIBRARY_PROFILES",
    "MAY_2020",
    "agree",
    "answers",
    "everything",
    "history",
    "is_comparable",
    "refuses_rightly",
]

FEB_2017: Final = "6.7-feb2017"
MAY_2020: Final = "6.18"
LIBRARY_PROFILES: Final = {FEB_2017: MONGOOSE_6_7, MAY_2020: MONGOOSE_6_18}
"""Under which profile a device does what a version of the library did."""

MESSAGE_EVENTS: Final = (100, 101)
RECV: Final = 3
SEND: Final = 4
PARTS: Final = ("method", "uri", "protocol", "body", "message", "query_string")
NOT_COMPARED: Final = ("nbytes", "merged", "ctos")
"""Numbers of bytes sent depend on how the system cuts; the device has other addresses."""
PART_EVENTS: Final = range(122, 126)
PLACE: Final = ("ev", "conn", "to", "step")
WS_REQUEST: Final = re.compile(r"GET [^\r]*\r\nUpgrade: websocket\r\n(?:[^\r]+\r\n)*\r\n")
KEY: Final = re.compile(r"(?<=Sec-WebSocket-Key: )[^\r]*")
ACCEPT: Final = re.compile(r"Sec-WebSocket-Accept: [^\r\n]{28}")
DATE: Final = re.compile(r"(?<=Date: )[^\r]*|(?<=Last-Modified: )[^\r]*")
ETAG: Final = re.compile(r"(?<=Etag: )[^\r]*")
SERVER: Final = re.compile(r"Server: Mongoose/[0-9.]+")

View = dict[str, Any]


def is_comparable(observation: Observation) -> bool:
    """Tell whether a run of the library says anything: it did not crash, and a second run gave the same."""
    return not observation.get("library_crashed") and not observation.get("unstable")


def agree(case: Case, view: Any) -> bool:
    """Tell whether the two generations of the library show the same in a view."""
    old, new = case["observed"][FEB_2017], case["observed"][MAY_2020]
    return is_comparable(old) and is_comparable(new) and view(old) == view(new)


def answers(observation: Observation) -> View:
    """Return the bytes that the peers received, the values of requests and responses, and what a call returned."""
    events = observation["events"]
    return {
        "received": [_server_unnamed(received) for received in _received(observation)],
        "messages": [_parts(event) for event in events if event["ev"] in MESSAGE_EVENTS],
        "returned": observation.get("returned") or observation.get("connect_returned"),
    }


def history(observation: Observation) -> View:
    """Return the answers, who closed each connection, and all events in order.

    Receives and sends in a row within one step are added up: how data is cut is up to the system.
    """
    events: list[dict[str, Any]] = []
    for event in observation["events"]:
        if event.get("to") == "dropped":
            continue
        # Of a call without any peer only the events themselves were written down
        shown = {"to": "connection", "conn": 0, "step": -1}
        shown |= {key: event[key] for key in ("to", "conn", "step", "ev", "status") if key in event}
        if "http" in event:
            shown["http"] = _parts(event)
        last = events[-1] if events else {}
        is_more = shown["ev"] in (RECV, SEND) and all(last.get(key) == value for key, value in shown.items())
        if not is_more:
            events.append(shown)
        if shown["ev"] == RECV:
            events[-1]["data"] = (last.get("data", "") if is_more else "") + event["data"]
    closed_by = [peer["closed_by"] for peer in _peers(observation)]
    return {**answers(observation), "events": events, "closed_by": closed_by}


def everything(observation: Observation) -> View:
    """Return all events with all that was written down about them, and all about the peers."""
    peers = [_peer(peer) for peer in _peers(observation)]
    names = ("received_datagrams", "connect_returned", "returned")
    events: list[dict[str, Any]] = []
    for event in observation["events"]:
        # Of a call without any peer only the events themselves were written down
        shown = {"step": -1, "to": "connection", "conn": 0, "handler": "c"}
        shown |= {key: _neutral(value) for key, value in event.items() if key not in NOT_COMPARED}
        if shown["ev"] in PART_EVENTS:
            shown = {key: value for key, value in shown.items() if value not in ("", None) and key != "status"}
        last = events[-1] if events else {}
        if shown["ev"] not in (RECV, SEND) or any(last.get(key) != shown[key] for key in PLACE):
            events.append(shown)
        elif "data" in shown:
            # How more than one read's worth is cut is up to the system
            last["data"] = last.get("data", "") + shown["data"]
            last["recv_buffer"] = shown.get("recv_buffer", shown["data"])
            if last["recv_buffer"] == last["data"]:
                del last["recv_buffer"]
    if not peers and "received_datagrams" not in observation and "connect_returned" not in observation:
        for event in events:
            event.pop("recv_buffer_left", None)
    return {"events": events, "peers": peers} | {n: observation[n] for n in names if n in observation}


def _peer(peer: dict[str, Any]) -> dict[str, Any]:
    received, frames = peer["received"], []
    head = WS_REQUEST.match(received)
    if head is not None:
        # What a client masks is random
        frames = peer.get("frames") or frames_of(received[head.end() :])
        received = KEY.sub("<key>", head[0])
    received = DATE.sub("<date>", ETAG.sub("<etag>", received))
    return {"received": received, "frames": frames, "closed_by": peer["closed_by"]}


def frames_of(data: str) -> list[dict[str, Any]]:
    """Return the frames that a client sent, as the observations write them."""
    buffer, frames = bytearray(data, "latin-1"), []
    while (found := find_frame(buffer, 0)) is not None:
        head, size = found
        payload = bytes(buffer[head : head + size])
        flags, is_masked = buffer[0], bool(buffer[1] & 0x80)
        if is_masked:
            payload = apply_mask(payload, bytes(buffer[head - 4 : head]))
        rest = {"rsv": flags >> 4 & 7, "opcode": flags & 15, "masked": is_masked, "payload": payload.decode("latin-1")}
        frames.append({"fin": bool(flags & 0x80), **rest})
        del buffer[: head + size]
    return frames


def _neutral(value: Any) -> Any:
    """Return a value without what is random: the answer to a random key."""
    if isinstance(value, str):
        return ACCEPT.sub("Sec-WebSocket-Accept: <accept>", value)
    return value


def refuses_rightly(case: Case, got: Observation, wanted: Observation, profile: Profile) -> bool:
    """Tell whether the device did as the library until it met a malformed request, and refused that as it should.

    It is malformed if RFC 9112 says so, or if the library closed the connection without a word.
    """
    peers, was = _peers(got), _peers(wanted)
    if case["kind"] != "http-server" or len(peers) != 1 or len(got["rejected"]) != 1:
        return False
    [status] = got["rejected"]
    refusal = write_error(status, profile.server).decode("latin-1")
    before = peers[0]["received"].removesuffix(refusal)
    sent = "".join(step["data"] for step in case["peer"] if step["op"] == "send")
    is_malformed = status == first_fault(sent)
    was_silent = was[0]["closed_by"] == "library" and was[0]["received"] == before
    messages, wanted_messages = answers(got)["messages"], answers(wanted)["messages"]
    return (
        peers[0]["received"] == before + refusal
        and was[0]["received"].startswith(before)
        and messages == wanted_messages[: len(messages)]
        and (is_malformed or (was_silent and messages == wanted_messages))
    )


def _peers(observation: Observation) -> list[dict[str, Any]]:
    peers = observation.get("peer", [])
    return [peers] if isinstance(peers, dict) else peers


def _received(observation: Observation) -> list[str]:
    datagrams = observation.get("received_datagrams", [])
    each = [d if isinstance(d, str) else "\0".join(d["datagrams"]) for d in datagrams]
    return [peer["received"] for peer in _peers(observation)] + each


def _parts(event: dict[str, Any]) -> dict[str, str]:
    # No slice (null) and an empty one are the same text to firmware
    return {name: event["http"].get(name) or "" for name in PARTS}


def _server_unnamed(received: str) -> str:
    return SERVER.sub("Server: Mongoose", received)
