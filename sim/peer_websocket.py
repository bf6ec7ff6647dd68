"""Is a WebSocket as a machine outside opens it: handshake, masked frames, closing handshake (RFC 6455)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from sim.clock import TimerHandle
from sim.mhttp import Malformed, Message, MessageReader, ResponseHead, Role, write_request
from sim.mhttp.message import Fields, find_field, text_of
from sim.mhttp.websocket import Fault, Frame, FrameReader, Opcode, accept_key, close_payload, parse_close, write_frame
from sim.network.network import Network
from sim.network.tcp import TcpSocket

__all__ = ["WebSocketClient"]

OPEN_TIMEOUT_US: Final = 10_000_000
CLOSE_TIMEOUT_US: Final = 2_000_000
ABNORMAL: Final = 1006
MAX_MESSAGE: Final = 64 * 1024 * 1024

Pairs = Iterable[tuple[str, str]]


class WebSocketClient:
    """A WebSocket of a peer. `frames` holds all that arrived; the callbacks are for who does not want to look there.

    Args:
        on_open: called once, with None when the WebSocket is open, else with the reason why it never will be.
        on_frame: called with `sent` or `received` and each message and control frame, also those that answer by
            themselves: pongs and the close frame.
        on_closed: called once after it was open, with the close code and the reason.
    """

    def __init__(
        self,
        network: Network,
        *,
        on_open: Callable[[str | None], None] = lambda problem: None,
        on_frame: Callable[[str, Frame], None] = lambda direction, frame: None,
        on_closed: Callable[[int, str], None] = lambda code, reason: None,
    ) -> None:
        self.frames: list[Frame] = []
        self.subprotocol = ""
        """What the device chose of the subprotocols offered."""
        self.is_open = False
        self.problem: str | None = None
        """Why the handshake failed."""
        self.closed: tuple[int, str] | None = None
        """Code and reason of the end, None before it; 1006 stands for an end without a close frame."""
        self._network = network
        self._on_open = on_open
        self._on_frame = on_frame
        self._on_closed = on_closed
        self._socket: TcpSocket | None = None
        self._timer: TimerHandle | None = None
        self._key = b""
        self._offered: tuple[str, ...] = ()
        self._buffer = bytearray()
        self._handshake: MessageReader | None = MessageReader(Role.RESPONSES)
        self._reader = FrameReader(masked=False, limit=MAX_MESSAGE)
        self._outcome: tuple[int, str] | None = None  # a close frame was sent or has come

    def begin(
        self,
        connect: Callable[[WebSocketClient], TcpSocket],
        host: str,
        target: str,
        protocols: Sequence[str] = (),
        headers: Pairs = (),
    ) -> None:
        """Connect, and send the opening handshake; it offers `protocols` and has `headers` besides its own.

        Raises:
            ValueError: the parts make no request; nothing was sent.
        """
        key = b64encode(self._network.random.randbytes(16))
        fields = [("Host", host), ("Upgrade", "websocket"), ("Connection", "Upgrade")]
        fields += [("Sec-WebSocket-Key", key.decode("ascii")), ("Sec-WebSocket-Version", "13")]
        if protocols:
            fields.append(("Sec-WebSocket-Protocol", ", ".join(protocols)))
        request = write_request("GET", target, [*fields, *headers])
        self._key, self._offered = key, tuple(protocols)
        self._socket = connect(self)
        self._socket.write(request)
        self._wait(OPEN_TIMEOUT_US, lambda: self._refuse("the handshake was not answered within 10 s"))

    def send(self, data: str | bytes, opcode: int | None = None) -> None:
        """Send a message, text or binary by its type, or a ping or pong.

        Raises:
            ValueError: the WebSocket is not open, or this is no such frame.
        """
        payload = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
        kind = opcode if opcode is not None else Opcode.TEXT if isinstance(data, str) else Opcode.BINARY
        if kind not in (Opcode.TEXT, Opcode.BINARY, Opcode.PING, Opcode.PONG):
            raise ValueError(f"opcode {kind} is none of 1 text, 2 binary, 9 ping, 10 pong")
        if kind in (Opcode.PING, Opcode.PONG) and len(payload) > 125:
            raise ValueError("a ping or pong holds at most 125 bytes")
        if not self.is_open or self._outcome is not None:
            raise ValueError("the WebSocket is not open")
        self._send(kind, payload)

    def close(self, code: int | None = 1000, reason: str = "") -> None:
        """Begin the closing handshake, without a code with an empty close frame; before it is open, give it up.

        Raises:
            ValueError: the code may not be sent (RFC 6455, 7.4).
        """
        payload = b"" if code is None else close_payload(code, reason)
        parsed = parse_close(payload)
        if isinstance(parsed, Fault):
            raise ValueError(parsed.reason)
        if self._handshake is not None:
            self._refuse("given up")
        if not self.is_open or self._outcome is not None:
            return
        self._outcome = (ABNORMAL, "the close frame was not answered")
        self._send(Opcode.CLOSE, payload)
        self._wait(CLOSE_TIMEOUT_US, self._drop)

    # As sim.network.tcp.StreamProtocol

    def connection_made(self, socket: TcpSocket) -> None:
        """Nothing to do: the handshake waits in the socket."""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._handshake is not None:
            self._read_handshake(self._handshake)
        while self.is_open:
            item = self._reader.read(self._buffer)
            if item is None:
                return
            self._take(item)

    def eof_received(self) -> None:
        self._drop()

    def connection_lost(self, reason: str) -> None:
        self._socket = None
        texts = {
            "refused": "connection refused: nothing listens there",
            "reset": "the connection was reset",
            "unreachable": "no host has that address",
            "timed out": "the connection timed out: what was sent was not acknowledged",
        }
        self._end(texts.get(reason, "the connection was closed"))

    def resume_writing(self) -> None:
        """Nothing waits for it here."""

    # The handshake

    def _read_handshake(self, reader: MessageReader) -> None:
        item = reader.read(self._buffer)
        head = item.head if isinstance(item, Message) else reader.head
        if isinstance(item, Malformed):
            self._refuse(f"the answer is no HTTP response: {item.reason}")
        elif isinstance(head, ResponseHead):
            if head.status != 101 and head.status < 200:
                self._read_handshake(reader)
            elif (problem := self._wrong(head)) is not None:
                self._refuse(problem)
            else:
                self._opened()

    def _wrong(self, head: ResponseHead) -> str | None:
        """Say why the answer makes no WebSocket, or None; the subprotocol is taken from it (RFC 6455, 4.1)."""
        if head.status != 101:
            return f"the device answered {head.status} {text_of(head.reason)}".rstrip()
        if _field(head.headers, b"upgrade").lower() != "websocket":
            return "the answer has no field Upgrade: websocket"
        if "upgrade" not in [part.strip().lower() for part in _field(head.headers, b"connection").split(",")]:
            return "the answer has no field Connection: Upgrade"
        if _field(head.headers, b"sec-websocket-accept") != accept_key(self._key):
            return "the field Sec-WebSocket-Accept of the answer does not fit the key"
        self.subprotocol = _field(head.headers, b"sec-websocket-protocol")
        if self.subprotocol and self.subprotocol not in self._offered:
            return f"the device chose the subprotocol {self.subprotocol!r}, which was not offered"
        return None

    def _opened(self) -> None:
        self._handshake = None
        self.is_open = True
        self._stop_timer()
        self._on_open(None)

    def _refuse(self, problem: str) -> None:
        self._end(problem)
        self._drop()

    # Frames

    def _take(self, item: Frame | Fault) -> None:
        if isinstance(item, Fault):
            self._fail(item)
            return
        self.frames.append(item)
        self._on_frame("received", item)
        if item.opcode == Opcode.CLOSE:
            self._take_close(item)
        elif item.opcode == Opcode.PING and self._outcome is None:
            self._send(Opcode.PONG, item.payload)

    def _take_close(self, frame: Frame) -> None:
        parsed = parse_close(frame.payload)
        if isinstance(parsed, Fault):
            self._fail(parsed)
            return
        if self._outcome is None:
            self._send(Opcode.CLOSE, frame.payload[:2])
        self._outcome = parsed
        self.is_open = False  # what follows a close frame is nothing
        self._wait(CLOSE_TIMEOUT_US, self._drop)  # it is for the device to close the connection (RFC 6455, 7.1.1)

    def _fail(self, fault: Fault) -> None:
        """Fail the connection (RFC 6455, 7.1.7)."""
        if self._outcome is None:
            self._send(Opcode.CLOSE, close_payload(fault.code, fault.reason))
        self._outcome = (fault.code, fault.reason)
        self._drop()

    def _send(self, opcode: int, payload: bytes) -> None:
        if self._socket is not None:
            self._socket.write(write_frame(opcode, payload, mask=self._network.random.randbytes(4)))
            self._on_frame("sent", Frame(opcode, payload))

    # The end

    def _drop(self) -> None:
        self._end("the connection was closed")
        if self._socket is not None:
            self._socket.close()

    def _end(self, why: str) -> None:
        """Tell once that it is over: before it was open `why` it never will be, else code and reason."""
        self._stop_timer()
        if self._handshake is not None:
            self._handshake = None
            self.problem = why
            self._on_open(why)
        elif self.problem is None and self.closed is None:
            self.is_open = False
            self.closed = self._outcome or (ABNORMAL, why)
            self._on_closed(*self.closed)

    def _wait(self, us: int, then: Callable[[], None]) -> None:
        self._stop_timer()
        self._timer = self._network.clock.call_later(us, then)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _field(headers: Fields, name: bytes) -> str:
    return text_of(find_field(headers, name) or b"").strip()
