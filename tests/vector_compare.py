"""Compares what a device did in a case with what the C library was observed to do.

There are two views of an observation. `answers` is what a client and a handler get: the bytes that each peer received
and the values of every request and response. `history` is that, who closed, and every event of every handler in order.
"""

from __future__ import annotations

import re
from typing import Any, Final

from sim.mhttp import write_error
from sim.profile import Profile
from tests.rfc9112 import first_fault
from tests.vector_case import Case
from tests.vector_player import Observation

__all__ = ["FEB_2017", "MAY_2020", "agree", "answers", "history", "is_comparable", "refuses_rightly"]

FEB_2017: Final = "6.7-feb2017"
MAY_2020: Final = "6.18"

MESSAGE_EVENTS: Final = (100, 101)
RECV: Final = 3
SEND: Final = 4
PARTS: Final = ("method", "uri", "protocol", "body", "message", "query_string")
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
