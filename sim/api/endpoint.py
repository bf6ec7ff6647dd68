"""Holds the endpoints of one HTTP listener, finds the one that takes a request."""

from __future__ import annotations

from typing import Final

from sim.api.context import Handler
from sim.api.net import Listener
from sim.mhttp import match_prefix
from sim.profile import Profile
from sim.values import frozen

__all__ = ["Endpoint", "HttpListener"]

REMEMBERED: Final = 256
"""URIs whose endpoint is remembered: a device is asked for the same few again and again."""


@frozen
class Endpoint:
    """A handler for the requests whose URI begins with a pattern."""

    number: int
    pattern: bytes
    handler: Handler
    userdata: object

    @property
    def is_own(self) -> bool:
        """Whether it is one of the device's own, in C, and none of the firmware's."""
        return not self.number


class HttpListener(Listener):
    """A listener that speaks HTTP. All endpoints are tried: the longest match wins, of equals the latest."""

    __slots__ = ("_endpoints", "_found", "_profile", "dropped_handler", "own_handler")

    def __init__(self, number: int, profile: Profile) -> None:
        super().__init__(number)
        self._profile = profile
        self._endpoints: list[Endpoint] = []
        self._found: dict[bytes, Endpoint | None] = {}
        self.own_handler: Handler | None = None
        """Gets the events of accepted connections, and the requests that no endpoint takes. Firmware cannot set it:
        it stands for C code. Without one such requests are answered from the device's files, or 404."""
        self.dropped_handler: Handler | None = None
        """Gets what the library's glue throws away, for observers (`Profile.endpoint_gets_requests_only`)."""

    @property
    def count(self) -> int:
        """How many endpoints there are."""
        return len(self._endpoints)

    def add(self, endpoint: Endpoint) -> None:
        """Register one more endpoint."""
        self._endpoints.append(endpoint)
        self._found.clear()

    def find(self, uri: bytes) -> Endpoint | None:
        """Return the endpoint that takes a URI (without its query); a match of length 0 never wins."""
        found = self._found
        if uri in found:
            return found[uri]
        best = self.find_among_first(len(self._endpoints), uri)
        if len(found) >= REMEMBERED:
            found.clear()
        found[uri] = best
        return best

    def find_among_first(self, count: int, uri: bytes) -> Endpoint | None:
        """Return what `find` would if only the first `count` endpoints were there."""
        best, longest = None, 0
        for endpoint in self._endpoints[:count]:
            taken = match_prefix(endpoint.pattern, uri, self._profile)
            if taken >= longest and taken > 0:
                best, longest = endpoint, taken
        return best
