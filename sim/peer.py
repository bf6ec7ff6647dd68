"""Is the world around the device: another machine on the network, with HTTP, WebSocket and raw connections."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from sim.clock import TimerHandle
from sim.mhttp import Chunk, Malformed, Message, MessageReader, ResponseHead, Role, write_request
from sim.mhttp.message import Limits
from sim.mhttp.websocket import Frame
from sim.network.host import AddressInUse
from sim.network.network import Network
from sim.network.tcp import StreamProtocol, TcpSocket
from sim.peer_websocket import WebSocketClient

__all__ = ["FetchError", "Peer", "Response", "Session", "Stream"]

TIMEOUT_US: Final = 60_000_000
RESPONSE_LIMITS: Final = Limits(head=64 * 1024, body=64 * 1024 * 1024)

TIMEOUT_TEXT: Final = f"no answer within {TIMEOUT_US // 1_000_000} s"

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


class FetchError(Exception):
    """A request got no answer; the text says why."""


class Response(NamedTuple):
    """An HTTP response as a client sees it."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    took_us: int
    """Virtual time from the request to the whole response, in microseconds."""

    @property
    def text(self) -> str:
        """The body as text (UTF-8; what is none is replaced)."""
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str | None:
        """Return the value of the first field of that name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


Done = Callable[["Response | FetchError"], None]


class Stream:
    """A raw TCP connection of a peer, for tests and other protocols. What arrives is kept in `received`."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._socket: TcpSocket | None = None
        self.received = bytearray()
        self.is_open = False
        self.got_eof = False
        """The other side has closed its direction."""
        self.lost: str | None = None
        """Why the connection is over, None while it is not."""

    def send(self, data: bytes) -> None:
        """Send bytes, in segments as large as they may be."""
        assert self._socket is not None
        self._socket.write(data)

    def half_close(self) -> None:
        """Send no more; go on receiving."""
        assert self._socket is not None
        self._socket.write_eof()

    def close(self) -> None:
        """Close both directions."""
        assert self._socket is not None
        self._socket.close()

    def reset(self) -> None:
        """Drop the connection with a reset."""
        assert self._socket is not None
        self._socket.abort()

    def begin(self, socket: TcpSocket) -> None:
        """Take the socket that was opened for this stream."""
        self._socket = socket

    # As sim.network.tcp.StreamProtocol

    def connection_made(self, socket: TcpSocket) -> None:
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        self.received += data

    def eof_received(self) -> None:
        self.got_eof = True

    def connection_lost(self, reason: str) -> None:
        self.is_open = False
        self.lost = reason

    def resume_writing(self) -> None:
        """Nothing waits for it here."""


class Session:
    """An HTTP connection of a peer that is kept open from request to request."""

    def __init__(self, network: Network, address: str, port: int, name: str, is_kept: bool = True) -> None:
        self._network = network
        self._address = address
        self._port = port
        self._name = name
        self._is_kept = is_kept
        self._is_spoilt = False
        self._socket: TcpSocket | None = None
        self._reader = MessageReader(Role.RESPONSES, RESPONSE_LIMITS)
        self._buffer = bytearray()
        self._waiting: deque[tuple[str, int, Done]] = deque()
        self._problem = "the connection is closed"
        """Why a further request gets no answer once the connection is over."""

    def begin(self, socket: TcpSocket) -> None:
        """Take the socket that was opened for this session."""
        self._socket = socket

    @property
    def is_over(self) -> bool:
        """Whether the connection has ended: a further request needs a new session."""
        return self._socket is None

    def fetch(
        self, method: str, target: str, headers: Headers = (), body: bytes | str = b"", *, on_done: Done
    ) -> None:
        """Send a request; `on_done` is called with the response, or with the reason why there is none.

        `Host` is added unless a field of that name is given; a body that is text goes out as UTF-8.

        Raises:
            ValueError: the parts make no request.
        """
        self.ask(method, with_host(self._name, method, target, headers, body), on_done)

    def ask(self, method: str, data: bytes, on_done: Done) -> None:
        """Send a request that is bytes already."""
        if self._socket is None or self._is_spoilt:
            on_done(FetchError(self._problem))
            return
        self._waiting.append((method, self._network.clock.now_us, on_done))
        self._socket.write(data)

    def request(self, method: str, target: str, headers: Headers = (), body: bytes | str = b"") -> Response:
        """Send a request and run the network until its response is there.

        Raises:
            FetchError: there is no answer.
        """
        answers: list[Response | FetchError] = []
        self.fetch(method, target, headers, body, on_done=answers.append)
        return run_to_answer(self._network, answers)

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()

    def give_up(self, text: str) -> None:
        """Wait no longer: whoever waits for a response learns `text` instead, and the connection is reset."""
        self._fail(text)
        if self._socket is not None:
            self._socket.abort()

    # As sim.network.tcp.StreamProtocol

    def connection_made(self, socket: TcpSocket) -> None:
        """Nothing to do: what was written waits in the socket."""

    def data_received(self, data: bytes) -> None:
        buffer, reader = self._buffer, self._reader
        buffer += data
        while buffer and self._waiting:
            if reader.head is None:
                reader.to_head = self._waiting[0][0] == "HEAD"
            item = reader.read(buffer)
            if item is None:
                return
            if isinstance(item, Message):
                self._answer(item)
            elif isinstance(item, Malformed):
                self._fail(f"the answer is no HTTP response: {item.reason}")
                self.close()
                return
            else:
                assert isinstance(item, Chunk)  # the whole body is waited for
        if buffer:
            self._spoil("the server sent bytes that nobody had asked for")

    def eof_received(self) -> None:
        message = self._reader.read_eof(self._buffer)
        if message is not None and self._waiting:
            if message.is_complete:
                self._answer(message)
            else:
                self._fail("the connection was closed in the middle of the response")
        if self._socket is not None:
            self._socket.close()
        self._fail("the connection was closed without an answer")

    def connection_lost(self, reason: str) -> None:
        self._socket = None
        if not self._waiting:
            return
        texts = {
            "refused": f"connection refused: nothing listens on {self._address}:{self._port}",
            "reset": "the connection was reset",
            "unreachable": f"no host has the address {self._address}",
        }
        self._fail(texts.get(reason, "the connection was closed without an answer"))

    def resume_writing(self) -> None:
        """Nothing waits for it here."""

    # Inside

    def _answer(self, message: Message) -> None:
        head = message.head
        assert isinstance(head, ResponseHead)
        if head.status < 200 and head.status != 101:
            return  # interim (RFC 9110, 15.2): the final response is still to come
        _, begun_us, done = self._waiting.popleft()
        text = "latin-1"
        response = Response(
            head.status,
            head.reason.decode(text),
            tuple([(name.decode(text), value.decode(text)) for name, value in head.headers]),
            message.body,
            self._network.clock.now_us - begun_us,
        )
        if not self._is_kept and not self._waiting:
            self.close()
        done(response)

    def _spoil(self, problem: str) -> None:
        """Take no more requests: what would be read as their answer is something else."""
        self._is_spoilt, self._problem = True, problem
        self._buffer.clear()
        self.close()

    def _fail(self, text: str) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, deque()
            for _, _, done in waiting:
                done(FetchError(text))


class Peer:
    """Another machine on the network; its name is by default `peer`, or `peer-2` and so on when that is taken."""

    def __init__(self, network: Network, name: str | None = None, address: str | None = None) -> None:
        self.network = network
        self.host = network.add_host(name or network.free_name("peer"), address)

    def connect(self, to: str, port: int = 80) -> Stream:
        """Begin a raw TCP connection to a host, by name or address.

        Raises:
            FetchError: the name does not resolve, or no port is free.
        """
        stream = Stream(self.network)
        stream.begin(self._connect(self._resolve(to), port, stream))
        return stream

    def session(self, to: str, port: int = 80, *, is_kept: bool = True) -> Session:
        """Begin an HTTP connection to a host, by name or address; unless `is_kept` it ends with its last response.

        Raises:
            FetchError: the name does not resolve, or no port is free.
        """
        address = self._resolve(to)
        session = Session(self.network, address, port, host_field(to, port), is_kept)
        session.begin(self._connect(address, port, session))
        return session

    def fetch(
        self,
        method: str,
        target: str,
        headers: Headers = (),
        body: bytes | str = b"",
        *,
        to: str,
        port: int = 80,
        on_done: Done,
    ) -> None:
        """Send one request on a connection of its own; `on_done` gets the response or the reason for none.

        After a minute of virtual time without an answer that is the reason.

        Raises:
            ValueError: the parts make no request; nothing was sent.
        """
        timer: TimerHandle | None = None

        def done(answer: Response | FetchError) -> None:
            if timer is not None:
                timer.cancel()
            on_done(answer)

        session = self._ask(method, target, headers, body, to, port, done)
        if session is not None:
            timer = self.network.clock.call_later(TIMEOUT_US, session.give_up, TIMEOUT_TEXT)

    def _ask(
        self, method: str, target: str, headers: Headers, body: bytes | str, to: str, port: int, on_done: Done
    ) -> Session | None:
        data = with_host(host_field(to, port), method, target, headers, body)
        try:
            session = self.session(to, port, is_kept=False)
        except FetchError as error:
            on_done(error)
            return None
        session.ask(method, data, on_done)
        return session

    def request(
        self,
        method: str,
        target: str,
        headers: Headers = (),
        body: bytes | str = b"",
        *,
        to: str = "device",
        port: int = 80,
    ) -> Response:
        """Send one request and run the network until its response is there.

        Raises:
            FetchError: there is no answer.
        """
        answers: list[Response | FetchError] = []
        self._ask(method, target, headers, body, to, port, answers.append)
        return run_to_answer(self.network, answers)

    def websocket(
        self,
        to: str,
        target: str = "/",
        *,
        port: int = 80,
        protocols: Sequence[str] = (),
        headers: Headers = (),
        on_open: Callable[[str | None], None] = lambda problem: None,
        on_frame: Callable[[str, Frame], None] = lambda direction, frame: None,
        on_closed: Callable[[int, str], None] = lambda code, reason: None,
    ) -> WebSocketClient:
        """Begin a WebSocket, offering subprotocols; see `WebSocketClient` for what the callbacks are given.

        Raises:
            FetchError: the name does not resolve, or no port is free.
            ValueError: the parts make no request; nothing was sent.
        """
        address = self._resolve(to)
        client = WebSocketClient(self.network, on_open=on_open, on_frame=on_frame, on_closed=on_closed)
        client.begin(partial(self._connect, address, port), host_field(to, port), target, protocols, pairs_of(headers))
        return client

    def _connect(self, address: str, port: int, protocol: StreamProtocol) -> TcpSocket:
        try:
            return self.host.connect(address, port, protocol)
        except AddressInUse as error:
            raise FetchError(str(error)) from error

    def _resolve(self, name: str) -> str:
        address = self.network.resolve(self.host, name)
        if address is None:
            raise FetchError(f"no host is called {name!r}")
        return address


def host_field(host: str, port: int) -> str:
    """Return what the `Host` field of a request to a server says."""
    return host if port == 80 else f"{host}:{port}"


def with_host(host: str, method: str, target: str, headers: Headers, body: bytes | str) -> bytes:
    """Return a request, with a `Host` field unless there is one."""
    fields = pairs_of(headers)
    if "host" not in [name.lower() for name, _ in fields]:
        fields.insert(0, ("Host", host))
    return write_request(method, target, fields, body.encode("utf-8") if isinstance(body, str) else body)


def pairs_of(headers: Headers) -> list[tuple[str, str]]:
    """Return header fields as pairs, in their order."""
    return list(headers.items() if isinstance(headers, Mapping) else headers)


def run_to_answer(network: Network, answers: Sequence[Response | FetchError]) -> Response:
    """Run the clock until the answer that was asked for has come."""
    clock = network.clock
    if not clock.run_while(lambda: not answers, clock.now_us + TIMEOUT_US):
        raise FetchError(TIMEOUT_TEXT)
    answer = answers[0]
    if isinstance(answer, FetchError):
        raise answer
    return answer
