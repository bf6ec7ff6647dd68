"""Answers the cases of tests/vectors that are one call of a function: addresses, patterns, heads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sim.mhttp import RequestHead, match_prefix
from sim.mhttp.framing import library_framing
from sim.mhttp.slices import library_head_end, slice_head
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
    taken = match_prefix(case["pattern"].encode("latin-1"), case["string"].encode("latin-1"), profile)
    # The later library says 0 where nothing matches
    return {"matched_length": max(0, taken) if profile is MONGOOSE_6_18 else taken}


def http_parse(case: Case, profile: Profile) -> dict[str, Any]:
    data = case["input"].encode("latin-1")
    size = library_head_end(data)
    if size <= 0:
        return {"rc": size}
    slices = slice_head(data[:size], case["is_request"])
    if slices is None:
        return {"rc": -1}
    head = slices.read(data)
    framing = library_framing(head)
    values: dict[str, Any] = {
        "rc": size,
        "method": None,
        "uri": None,
        "query_string": None,
        "protocol": _latin(head.protocol),
        "headers": [[_latin(name), _latin(value)] for name, value in head.headers],
        "body_length": framing if isinstance(framing, int) else -1,
        "message_length": _wrapped(size + framing) if isinstance(framing, int) else -1,
    }
    if isinstance(head, RequestHead):
        values |= {"method": _latin(head.method), "uri": _latin(head.uri), "query_string": _latin(head.query)}
    else:
        values |= {"resp_code": head.status, "status_message": _latin(head.reason)}
    return values


def _wrapped(length: int) -> int:
    return (length + 2**63) % 2**64 - 2**63


def _latin(data: bytes | None) -> str | None:
    return None if data is None else data.decode("latin-1")


UNITS: Final[dict[str, Callable[[Case, Profile], dict[str, Any]]]] = {
    "unit-address": address,
    "unit-match": match,
    "unit-http-parse": http_parse,
}
