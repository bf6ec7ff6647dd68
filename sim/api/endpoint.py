"""Holds the endpoints of one HTTP listener, finds the one that takes a request."""

from __future__ import annotations

from dataclasses import dataclass

from sim.api.context import Handler
from sim.mhttp import match_prefix
from sim.profile import Profile

__all__ = ["Endpoint", "HttpListener"]

from sim.api.net import Listener


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A handler for the requests whose URI begins with a pattern."""

    number: int
    uri: str
    handler: Handler
    userdata: object


class HttpListener(Listener):
    """A listener that speaks HTTP. All endpoints are tried: the longest match wins, of equals the latest."""

    __slots__ = ("_profile", "endpoints")

    def __init__(self, number: int, profile: Profile) -> None:
        super().__init__(number)
        self._profile = profile
        self.endpoints: list[Endpoint] = []

    def find(self, uri: str) -> Endpoint | None:
        """Return the endpoint that takes a URI (without its query); a match of length 0 never wins."""
        best, longest = None, 0
        for endpoint in self.endpoints:
            taken = match_prefix(endpoint.uri, uri, self._profile)
            if taken >= longest and taken > 0:
                best, longest = endpoint, taken
        return best
