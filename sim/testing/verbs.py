"""Is what every sender of requests offers besides `request`: a function for each method of HTTP, and calls of RPC."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from sim.testing.outcome import Response, RpcError

__all__ = ["Fields", "Verbs", "parts_of", "rpc_result"]

Fields = Mapping[str, str] | Iterable[tuple[str, str]]


class Verbs(ABC):
    """Has `request`, and names for the usual ways to call it."""

    @abstractmethod
    def request(self, method: str, target: str, *args: Any, **options: Any) -> Response:
        """Send a request and return its answer; which options there are, the sender says."""

    def get(self, target: str, **options: Any) -> Response:
        """Send a GET request; the options are those of `request`."""
        return self.request("GET", target, **options)

    def head(self, target: str, **options: Any) -> Response:
        """Send a HEAD request."""
        return self.request("HEAD", target, **options)

    def post(self, target: str, body: bytes | str = b"", **options: Any) -> Response:
        """Send a POST request."""
        return self.request("POST", target, body=body, **options)

    def put(self, target: str, body: bytes | str = b"", **options: Any) -> Response:
        """Send a PUT request."""
        return self.request("PUT", target, body=body, **options)

    def patch(self, target: str, body: bytes | str = b"", **options: Any) -> Response:
        """Send a PATCH request."""
        return self.request("PATCH", target, body=body, **options)

    def delete(self, target: str, **options: Any) -> Response:
        """Send a DELETE request."""
        return self.request("DELETE", target, **options)


def parts_of(headers: Fields, body: bytes | str, value: Any) -> tuple[list[tuple[str, str]], bytes]:
    """Return the header fields and the body of a request; a value but None goes out as JSON in its place."""
    fields = list(headers.items() if isinstance(headers, Mapping) else headers)
    if value is not None:
        body = json.dumps(value)
        if not any(name.lower() == "content-type" for name, _ in fields):
            fields.append(("Content-Type", "application/json"))
    return fields, body.encode() if isinstance(body, str) else bytes(body)


def rpc_result(answer: Response) -> Any:
    """Return the result in the answer to a call over HTTP.

    Raises:
        RpcError: the method answered with an error.
    """
    if answer.status == 200:
        return answer.json() if answer.body else None
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise RpcError(answer.status, answer.text or answer.reason)
    error = told.get("error", told)
    error = error if isinstance(error, dict) else {"message": str(error)}
    raise RpcError(error.get("code", answer.status), error.get("message", ""))
