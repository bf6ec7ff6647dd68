"""Is the firmware's `RPC`: methods that others call over HTTP or WebSocket, and its own calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from sim.api.connection import Connection
from sim.api.context import Context, as_handler, error_text, fitted, where
from sim.api.exchange import EV_REQUEST
from sim.api.websocket import EV_WS_FRAME, WebSocket
from sim.event import RpcAdded, RpcCalled, RpcReplied
from sim.mhttp import Message, RequestHead, match_prefix, write_error, write_response
from sim.mhttp.message import find_field, text_of
from sim.mhttp.websocket import Frame, Opcode
from sim.rpc import Failure, parse_frame, parse_json, query_params, write_failure, write_reply
from sim.values import frozen

__all__ = ["RPC", "Method", "Outcome", "RpcServer", "add_method", "call_local"]

Outcome: TypeAlias = "str | Failure"
"""A result as JSON text (empty: none), or a failure."""

Run: TypeAlias = "Callable[[str, str], Outcome | None]"
"""What stands behind a method: `run(params, source)`, both as text. None: it failed in silence, nothing is sent."""

URI: Final = "/rpc"

CALL_US: Final = 10
"""A call of the device's own takes a little time, so that a program that calls itself cannot stop it."""


@frozen
class Method:
    """A method: its name, a pattern that may hold `*`; what its arguments look like; what runs it."""

    name: str
    args_format: str
    run: Run


class RpcServer:
    """The methods of one boot of a device and the channels that lead to them."""

    def __init__(self, context: Context, device_id: Callable[[], str]) -> None:
        self._context = context
        self._device_id = device_id
        self.methods: list[Method] = []
        """Newest first: so they are looked up and listed."""
        self.channel_info = ""
        """The other side of the call that is being run: its address and port."""

    def add(self, method: Method, file: str = "", line: int = 0) -> None:
        """Register a method, before all others."""
        self.methods.insert(0, method)
        self._context.trace.emit(RpcAdded(self._context.host.name, method.name, file, line))

    def call(self, name: str, params: str, source: str, channel: str) -> Outcome | None:
        """Run a method; its outcome, None if nothing is to be sent.

        Names match as patterns do, without regard to case, over their whole length.
        """
        context = self._context
        number = context.network.next_number("call")
        context.trace.emit(RpcCalled(number, context.host.name, channel, source, name, params))
        method = self._find(name.encode("utf-8", "surrogatepass"))
        outcome = Failure(404, f"No handler for {name}") if method is None else method.run(params, source)
        host = context.host.name
        if outcome is None:
            return None
        if isinstance(outcome, Failure):
            context.trace.emit(RpcReplied(number, host, outcome.code, outcome.message, ""))
        else:
            context.trace.emit(RpcReplied(number, host, 0, "", outcome))
        return outcome

    def _find(self, name: bytes) -> Method | None:
        return next(
            (m for m in self.methods if match_prefix(m.name.encode("utf-8", "surrogatepass"), name) == len(name)), None
        )

    def handle(self, conn: Connection, ev: int, ev_data: object, userdata: object) -> None:
        """Take the events of the endpoint `/rpc`."""
        self.channel_info = conn.remote
        if ev == EV_REQUEST and isinstance(ev_data, Message) and isinstance(ev_data.head, RequestHead):
            self._request(conn, ev_data, ev_data.head)
        elif ev == EV_WS_FRAME and isinstance(ev_data, Frame):
            self._framed(conn, ev_data)

    # Over HTTP

    def _request(self, conn: Connection, message: Message, head: RequestHead) -> None:
        uri = text_of(head.uri)
        if len(uri) - len(URI) <= 1:
            self._frame_request(conn, message, head)
            return
        # The library takes what follows the fifth character, whatever that is
        name = uri[len(URI) + 1 :]
        if head.method == b"OPTIONS":
            self._answer(conn, head, 200, "", end="")
            return
        params = text_of(message.body)
        if not params and head.method == b"GET" and head.query:
            params = query_params(text_of(head.query))
        outcome = self.call(name, params, "", "http")
        if outcome is None:
            return
        if isinstance(outcome, Failure):
            status = outcome.code if outcome.code in (403, 404) else 500
            self._answer(conn, head, status, write_failure(outcome))
        else:
            is_text = outcome.startswith('"') and outcome.endswith('"')
            self._answer(conn, head, 200, outcome[1:-1] if is_text else outcome)

    def _frame_request(self, conn: Connection, message: Message, head: RequestHead) -> None:
        frame = parse_frame(text_of(message.body))
        device_id = self._device_id()
        if frame is None or (frame.dst and frame.dst != device_id):
            conn.send(write_error(400, self._context.profile.server, "Invalid request"))
            conn.disconnect()
            return
        if not frame.method:
            return  # an answer to a question that nobody asked: silence, as from the library
        outcome = self.call(frame.method, frame.params, frame.src, "http")
        if frame.id and outcome is not None:
            self._answer(conn, head, 200, write_reply(frame, device_id, outcome))

    def _answer(self, conn: Connection, head: RequestHead, status: int, text: str, end: str = "\r\n") -> None:
        body = (text + end).encode("utf-8", "surrogateescape")
        is_kept = (find_field(head.headers, b"connection") or b"").lower() == b"keep-alive"
        fields = [
            ("Server", self._context.profile.server),
            ("Content-Type", "application/json"),
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Allow-Headers", "*"),
            ("Content-Length", str(len(body))),
            ("Connection", "keep-alive" if is_kept else "close"),
        ]
        conn.send(write_response(status, fields, body))
        if not is_kept:
            conn.disconnect()

    # Over WebSocket

    def _framed(self, conn: Connection, message: Frame) -> None:
        frame = parse_frame(text_of(message.payload))
        device_id = self._device_id()
        if frame is None or (frame.dst and frame.dst != device_id) or not (frame.method or frame.id):
            conn.disconnect()  # without a close frame, as the library does
            return
        if not frame.method:
            return
        outcome = self.call(frame.method, frame.params, frame.src, "ws")
        if frame.id and outcome is not None and isinstance(conn.layer, WebSocket):
            reply = write_reply(frame, device_id, outcome).encode("utf-8", "surrogateescape")
            conn.layer.send(conn, Opcode.TEXT, reply)


class RPC:
    """Remote procedure calls, in both directions."""

    LOCAL: Final = "RPC.LOCAL"

    def __init__(self, context: Context, server: RpcServer) -> None:
        self._context = context
        self._server = server

    def addHandler(self, name: str, handler: Callable[..., Any], userdata: object = None) -> None:
        """Register `handler(args, src, userdata)` as a method; it may declare fewer parameters.

        `args` is the parsed JSON, None if there is none. What it returns is the result; a dict with a numeric `error`
        is a failure of that code, with its `message`.
        """
        if not isinstance(name, str):
            raise TypeError(f"RPC.addHandler: name must be a str, got {type(name).__name__}")
        function = fitted(handler, "RPC.addHandler", 3)

        def run(params: str, source: str) -> Outcome:
            try:
                return _outcome(function(_parse(params), source, userdata))
            except (Exception, SystemExit) as error:
                self._context.failed("handler", error)
                return Failure(500, f"{name} failed: {error_text(error)}")

        add_method(self, Method(name, "", run), handler)

    def call(
        self, dst: str, name: str, args: object, callback: Callable[..., object] | None, userdata: object = None
    ) -> bool:
        """Call a method; `callback(result, code, message, userdata)` gets the outcome, with code 0 for success.

        Returns:
            True if the call is under way: `dst` is `RPC.LOCAL`, this device. Others are not connected: False.
        """
        if dst != self.LOCAL:
            return False
        function = None if callback is None else as_handler(callback, "RPC.call")

        def done(outcome: Outcome) -> None:
            if function is None:
                return
            if isinstance(outcome, Failure):
                self._context.call(function, None, outcome.code, outcome.message, userdata)
            else:
                self._context.call(function, _parse(outcome), 0, "", userdata)

        call_local(self, name, "" if args is None else _write(args), done)
        return True

    def _call_local(self, name: str, params: str, done: Callable[[Outcome], object]) -> None:
        if not self._context.is_alive:
            return
        outcome = self._server.call(name, params, self.LOCAL, "local")
        if outcome is not None:
            done(outcome)


def add_method(rpc: RPC, method: Method, handler: object) -> None:
    """Register a method for firmware in any language; `handler` is the function whose place is told."""
    _, file, line = where(handler)
    rpc._server.add(method, file, line)


def call_local(rpc: RPC, name: str, params: str, done: Callable[[Outcome], object]) -> None:
    """Call a method of this device, soon; `done` gets its outcome, unless the method fails in silence."""
    rpc._context.clock.call_later(CALL_US, rpc._call_local, name, params, done)


def _parse(text: str) -> object:
    try:
        return parse_json(text) if text else None
    except ValueError:
        return None


def _outcome(value: object) -> Outcome:
    if isinstance(value, dict) and isinstance(value.get("error"), int) and not isinstance(value["error"], bool):
        return Failure(value["error"], str(value.get("message", "")))
    return _write(value)


def _write(value: object) -> str:
    """Return a value of the firmware as JSON, which has neither NaN nor infinity."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
