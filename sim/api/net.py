"""Is the firmware's `Net`: raw connections over TCP and UDP (docs/reference/net.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.connection import Connection, TcpConnection
from sim.api.context import Handler, as_handler, fitted
from sim.api.events import Event
from sim.api.options import Options, address_of, handler_of
from sim.api.stack import Stack
from sim.api.tls import NoTls
from sim.network.tcp import TcpSocket

__all__ = ["Listener", "Net", "as_bytes"]


class Listener:
    """What firmware holds as a listener; it is opaque there."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __repr__(self) -> str:
        return f"<listener {self.number}>"


def as_bytes(data: object, caller: str) -> bytes:
    """Return what the firmware wants sent as bytes; text is UTF-8, with surrogates for bytes that are none.

    Raises:
        TypeError: it is neither bytes nor text.
    """
    if isinstance(data, str):
        return data.encode("utf-8", "surrogateescape")
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data)
    raise TypeError(f"{caller}: data must be bytes or str, got {type(data).__name__}")


def as_text(value: object, what: str, caller: str) -> str:
    """Return a text argument of the firmware.

    Raises:
        TypeError: it is no text.
    """
    if not isinstance(value, str):
        raise TypeError(f"{caller}: {what} must be a str, got {type(value).__name__}")
    return value


def as_connection(value: object, caller: str) -> Connection | None:
    """Return a connection that the firmware hands in; None stands for the null pointer.

    Raises:
        TypeError: it is something else.
    """
    if value is None or isinstance(value, Connection):
        return value
    raise TypeError(f"{caller}: conn must be a connection, got {type(value).__name__}")


def is_inbound(net: Net, conn: Connection) -> bool:
    """Tell whether the other side opened a connection."""
    return not net._stack.is_outgoing(conn)


class Net:
    """Raw connections. Handlers are `handler(conn, ev, ev_data, userdata)` and may declare fewer parameters."""

    EV_POLL: Final = 0
    EV_ACCEPT: Final = 1
    EV_CONNECT: Final = 2
    EV_RECV: Final = 3
    EV_SEND: Final = 4
    EV_CLOSE: Final = 5
    EV_TIMER: Final = 6

    EVENT_GRP: Final = 1313166336
    STATUS_DISCONNECTED: Final = 1313166336
    STATUS_CONNECTING: Final = 1313166337
    STATUS_CONNECTED: Final = 1313166338
    STATUS_GOT_IP: Final = 1313166339

    def __init__(self, stack: Stack, event: Event) -> None:
        self._stack = stack
        self._tls = NoTls(stack)
        self._event = event

    def bind(self, addr: str, handler: Handler, userdata: object = None) -> Listener | None:
        """Listen on an address such as `8080`, `tcp://:8080` or `udp://5683`.

        Returns:
            The listener, or None if the address is invalid, not this device's, or taken. The handler gets the
            events of the accepted connections, not those of the listener.
        """
        function = as_handler(handler, "Net.bind")
        stack = self._stack

        def make(socket: TcpSocket) -> TcpConnection:
            conn = stack.tcp_type(stack, function, userdata, socket=socket)
            stack.remember(conn)
            return conn

        number = stack.bind(as_text(addr, "addr", "Net.bind"), make, function, userdata)
        return Listener(number) if number else None

    def serve(self, options: Options) -> Listener | None:
        """Listen on `addr`; the later form of `bind`, with `onconnect`, `ondata`, `onclose` and `onevent`.

        Returns:
            The listener, or None if the address is invalid, not this device's, or taken.
        """
        address = address_of(options, "Net.serve")
        return self.bind(address, handler_of(self._stack.context, options))

    def connect(
        self, addr: str | Options, handler: Handler | None = None, userdata: object = None
    ) -> Connection | None:
        """Connect to an address such as `host:80`, `tcp://1.2.3.4:80` or `udp://host:53`.

        With an option object in place of the address it is the later form, as `serve`.

        Returns:
            The connection, or None if the address is invalid. Success and failure are told by EV_CONNECT, whose
            event data is 0, an errno (111: refused), or -1 if the name does not resolve; EV_CLOSE follows a failure.
        """
        if isinstance(addr, dict):
            address, handler = address_of(addr, "Net.connect"), handler_of(self._stack.context, addr)
            return (self._tls if addr.get("ssl") else self._stack).connect(address, handler, None)
        function = as_handler(handler, "Net.connect")
        return self._stack.connect(as_text(addr, "addr", "Net.connect"), function, userdata)

    def connect_ssl(self, addr: str, handler: Handler, userdata: object = None, *files: str) -> Connection | None:
        """Connect over TLS, with the names of files: certificate, key (may be left out), those of authorities.

        TLS is not simulated: the handler gets EV_CONNECT with -3, then EV_CLOSE, and the trace says why.

        Returns:
            The connection, or None if the address is invalid.
        """
        function = as_handler(handler, "Net.connect_ssl")
        return self._tls.connect(as_text(addr, "addr", "Net.connect_ssl"), function, userdata)

    def send(self, conn: Connection | None, data: bytes | str) -> int:
        """Queue bytes; they leave at the end of this turn, together with what else is queued. Returns their number."""
        if isinstance(conn, Connection) and isinstance(data, bytes):
            # The common case, without the detours
            if conn.is_closed:
                return 0
            conn.send(data)
            return len(data)
        return self.rsend(conn, data)

    def rsend(self, conn: Connection | None, data: bytes | str, length: int | None = None) -> int:
        """Queue the first `length` bytes (default: all). Returns their number, 0 if the connection is closed."""
        target = as_connection(conn, "Net.send")
        raw = as_bytes(data, "Net.send")
        if length is not None:
            raw = raw[: max(0, int(length))]
        if target is None or target.is_closed:
            return 0
        target.send(raw)
        return len(raw)

    def disconnect(self, conn: Connection | None) -> None:
        """Close the connection once everything queued is sent. None, or a closed connection, changes nothing."""
        target = as_connection(conn, "Net.disconnect")
        if target is not None:
            target.disconnect()

    def discard(self, conn: Connection | None, length: int) -> None:
        """Drop bytes from the front of what the connection has received: nothing else ever does."""
        target = as_connection(conn, "Net.discard")
        if target is not None and not target.is_closed:
            target.discard(max(0, int(length)))

    def ctos(self, conn: Connection | None, local: bool, ip: bool, port: bool) -> str:
        """Return the local or the remote address of a connection as text: `ip`, `port` or `ip:port`."""
        target = as_connection(conn, "Net.ctos")
        if target is None:
            return ""
        address, _, number = (target.local if local else target.remote).rpartition(":")
        return ":".join(part for part, wanted in ((address, ip), (number, port)) if wanted)

    def setStatusEventHandler(self, handler: Callable[..., object], userdata: object = None) -> None:
        """Call `handler(ev, userdata)` with each state of the network: an older way to listen to these events."""
        function = fitted(handler, "Net.setStatusEventHandler", 2)
        self._event.addGroupHandler(self.EVENT_GRP, lambda ev, _, userdata: function(ev, userdata), userdata)

    def close(self, conn: Connection | None) -> None:
        """Do as `disconnect`: the later name for it."""
        self.disconnect(conn)
