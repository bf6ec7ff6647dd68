"""Answers the cases of tests/vectors that are one call of a function: addresses, patterns, heads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sim.mhttp import Malformed, RequestHead, match_prefix
from sim.mhttp.framing import library_framing
from sim.mhttp.head import find_head_end, library_request, library_response
from sim.network.address import parse_address
from sim.profile import MONGOOSE_6_18, Profile
from tests.vector_case import Case

__all__ = ["UNITS"]


def address(case: Case, profile: Profile) -> dict[str, Any]:
    parsed = parse_address(case["input"])
    if parsed is None:
        return {"rc": -1}
    return {
        "rc": parsed.consumed,
        "proto": parsed.protocol,
        "addr": f"{parsed.ip}:{parsed.port}" if parsed.ip else "",
        "host": parsed.host,
        "port": parsed.port,
    }


def match(case: Case, profile: Profile) -> dict[str, Any]:
    taken = match_prefix(case["pattern"], case["string"], profile)
    # The later library says 0 where nothing matches
    return {"matched_length": max(0, taken) if profile is MONGOOSE_6_18 else taken}


def http_parse(case: Case, profile: Profile) -> dict[str, Any]:
    data = case["input"].encode("latin-1")
    size = find_head_end(data)
    head = (library_request if case["is_request"] else library_response)(data[:size])
    if not size:
        return {"rc": 0}
    if isinstance(head, Malformed):
        return {"rc": -1}
    framing = library_framing(head)
    length = framing if isinstance(framing, int) else -1
    values: dict[str, Any] = {
        "rc": size,
        "method": None,
        "uri": None,
        "query_string": None,
        "protocol": _latin(head.protocol),
        "headers": [[_latin(name), _latin(value)] for name, value in head.headers],
        "body_length": length,
        "message_length": size + length if isinstance(framing, int) else -1,
    }
    if isinstance(head, RequestHead):
        values |= {"method": _latin(head.method), "uri": _latin(head.uri), "query_string": _latin(head.query)}
    else:
        values |= {"resp_code": head.status, "status_message": _latin(head.reason)}
    return values


def _latin(data: bytes | None) -> str | None:
    return None if data is None else data.decode("latin-1")


UNITS: Final[dict[str, Callable[[Case, Profile], dict[str, Any]]]] = {
    "unit-address": address,
    "unit-match": match,
    "unit-http-parse": http_parse,
}
