"""Is the world around the device: another machine on the network, with HTTP, WebSocket and raw connections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from sim.clock import TimerHandle
from sim.mhttp.websocket import Frame
from sim.network.host import AddressInUse
from sim.network.network import Network
from sim.network.tcp import StreamProtocol, TcpSocket
from sim.peer_session import (
    TIMEOUT_TEXT,
    TIMEOUT_US,
    Done,
    FetchError,
    Headers,
    Response,
    Session,
    host_field,
    pairs_of,
    run_to_answer,
    with_host,
)
from sim.peer_websocket import WebSocketClient

__all__ = ["FetchError", "Peer", "Response", "Session", "Stream"]


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
