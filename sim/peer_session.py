"""Is an HTTP connection of a machine outside: it sends requests and hands over their responses."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from sim.mhttp import Chunk, Malformed, Message, MessageReader, ResponseHead, Role, write_request
from sim.mhttp.message import Limits
from sim.network.network import Network
from sim.network.tcp import TcpSocket

__all__ = [
    "TIMEOUT_TEXT",
    "TIMEOUT_US",
    "Done",
    "FetchError",
    "Headers",
    "Response",
    "Session",
    "host_field",
    "pairs_of",
    "run_to_answer",
    "with_host",
]

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
            "timed out": "the connection timed out: what was sent was not acknowledged",
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
