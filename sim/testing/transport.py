"""Lets a client written with httpx talk to a simulated device, without sockets and in virtual time."""

from __future__ import annotations

import httpx

from sim.testing.outcome import NoAnswer, Response
from sim.testing.peer import TIMEOUT, Requests

__all__ = ["Transport"]


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """An httpx transport, for `httpx.Client` and `httpx.AsyncClient`.

    Every request goes to the device, whatever host its address names, at the port that it names. Connections are kept
    from request to request, as a client keeps them. Timeouts of the client are virtual.

    Args:
        device: a device or a peer, as the fixtures give it.
    """

    def __init__(self, device: Requests) -> None:
        self._device = device

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request."""
        return self._carry(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request. Nothing is waited for: virtual time passes at once."""
        return self._carry(request, await request.aread())

    def _carry(self, request: httpx.Request, body: bytes) -> httpx.Response:
        # The body is whole: its framing is that of a length
        fields = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in request.headers.raw
            if name.lower() not in (b"content-length", b"transfer-encoding")
        ]
        timeouts = request.extensions.get("timeout", {})
        timeout = timeouts.get("read") or TIMEOUT
        try:
            answer = self._device.request(
                request.method,
                request.url.raw_path.decode("ascii"),
                headers=fields,
                body=body,
                port=request.url.port or 80,
                timeout=timeout,
                keep_alive=True,
            )
        except NoAnswer as error:
            raise ERRORS[error.kind](str(error), request=request) from error
        return _response(answer, request)


ERRORS: dict[str, type[httpx.TransportError]] = {
    "timeout": httpx.ReadTimeout,
    "connect": httpx.ConnectError,
    "closed": httpx.RemoteProtocolError,
}


def _response(answer: Response, request: httpx.Request) -> httpx.Response:
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.pairs]
    extensions = {"http_version": b"HTTP/1.1", "reason_phrase": answer.reason.encode("latin-1", "replace")}
    stream = httpx.ByteStream(answer.body)
    return httpx.Response(answer.status, headers=fields, stream=stream, extensions=extensions, request=request)
