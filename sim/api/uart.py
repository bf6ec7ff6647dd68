"""Is the firmware's `UART`: serial ports with buffers, whose bytes take their time at the port's speed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sim.api.context import Context, fitted
from sim.api.outside import SerialLine
from sim.api.peripheral import Peripheral, as_bytes, check_int
from sim.event import UartReceived, UartSent

__all__ = ["PORTS", "UART"]

PORTS: Final = 3
"""Ports are numbered from 0, as those of an ESP32; number 0 is the console."""

FIFO_SIZE: Final = 128
"""Bytes that the hardware itself keeps while the firmware does not receive."""

PIECE: Final = 64
"""How many bytes arrive before the firmware is told."""

MAX_BAUD: Final = 5_000_000

DEFAULTS: Final = {
    "baudRate": 115_200, "numDataBits": 8, "parity": 0, "numStopBits": 1, "rxBufSize": 256, "txBufSize": 256,
    "rxFlowControl": 0, "txFlowControl": 0, "rxLingerMicros": 15,
}  # fmt: skip


@dataclass(slots=True)
class Port:
    """A serial port: its configuration, what has come in, and when what goes out will have left."""

    number: int
    line: SerialLine
    config: dict[str, int] = field(default_factory=lambda: dict(DEFAULTS))
    is_configured: bool = False
    is_receiving: bool = False
    received: bytearray = field(default_factory=bytearray)
    sent_us: int = 0
    """When the last byte that was written has left."""
    arrives_us: int = 0
    """When the last byte that is on its way has come in."""
    dispatcher: Callable[[], object] | None = None
    is_due: bool = False

    def duration_us(self, count: int) -> int:
        """Return how long bytes take on the line."""
        config = self.config
        bits = 1 + config["numDataBits"] + bool(config["parity"]) + config["numStopBits"]
        return -(-count * bits * 1_000_000 // config["baudRate"])

    def waiting(self, now_us: int) -> int:
        """Return how many bytes have been written and have not left."""
        return -(-max(0, self.sent_us - now_us) // max(1, self.duration_us(1)))


class UART(Peripheral):
    """Serial ports, by number. One that was not configured sends and receives nothing; 0, the console, always is."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._ports = [self._port(number) for number in range(PORTS)]
        self._ports[0].is_configured = True

    def _port(self, number: int) -> Port:
        port = Port(number, self._hardware.uart(number))
        port.line.receive = lambda data: self._arrive(port, data)
        return port

    def _find(self, caller: str, number: int) -> Port | None:
        check_int(f"UART.{caller}", uart=number)
        return self._ports[number] if 0 <= number < PORTS else None

    def setConfig(self, uart: int, config: Mapping[str, Any]) -> int:
        """Set up a port: `baudRate`, `numDataBits`, `rxBufSize` and so on; 1, or 0 if that cannot be.

        Raises:
            TypeError: the configuration is no mapping.
        """
        port = self._find("setConfig", uart)
        if not isinstance(config, Mapping):
            raise TypeError(f"UART.setConfig: the configuration must be a dict, got {type(config).__name__}")
        # As the API's own file does, 0 and false count as not given
        given = {key: config.get(key) for key in DEFAULTS if _is_number(config.get(key))}
        new = {key: int(given.get(key) or default) for key, default in DEFAULTS.items()}
        fits = 0 < new["baudRate"] <= MAX_BAUD and 5 <= new["numDataBits"] <= 8 and min(new.values()) >= 0
        if port is not None and fits:
            port.config, port.is_configured = new, True
            self._schedule(port)
        return self._called("setConfig", int(port is not None and fits), uart, new)

    def setDispatcher(self, uart: int, handler: Callable[..., object], userdata: object = None) -> None:
        """Call `handler(uart, userdata)` from the event loop when bytes have come in or there is room to write."""
        port = self._find("setDispatcher", uart)
        function = fitted(handler, "UART.setDispatcher", 2)
        if port is not None:
            port.dispatcher = lambda: function(uart, userdata)
            self._schedule(port)

    def write(self, uart: int, data: bytes | str) -> int:
        """Send bytes, or a text as UTF-8; how many: all, or 0 if the port is not set up. What finds no room waits."""
        port = self._find("write", uart)
        content = as_bytes("UART.write", data)
        if port is None or not port.is_configured:
            return self._called("write", 0, uart, content)
        if content:
            self._context.trace.emit(UartSent(self._context.host.name, uart, content))
            port.line.take(content)
            port.sent_us = max(port.sent_us, self._context.clock.now_us) + port.duration_us(len(content))
            self._context.clock.call_at(port.sent_us, self._schedule, port)
        return len(content)

    def writeAvail(self, uart: int) -> int:
        """Return how many bytes can be written at once."""
        port = self._find("writeAvail", uart)
        if port is None or not port.is_configured:
            return 0
        return max(0, port.config["txBufSize"] - port.waiting(self._context.clock.now_us))

    def read(self, uart: int) -> bytes:
        """Take all bytes that have come in."""
        port = self._find("read", uart)
        if port is None or not port.is_receiving:
            return b""
        data = bytes(port.received)
        port.received.clear()
        return data

    def readAvail(self, uart: int) -> int:
        """Return how many bytes can be read."""
        port = self._find("readAvail", uart)
        return len(port.received) if port is not None and port.is_receiving else 0

    def setRxEnabled(self, uart: int, enabled: int) -> None:
        """Begin to receive, or stop."""
        check_int("UART.setRxEnabled", enabled=enabled)
        port = self._find("setRxEnabled", uart)
        if port is not None:
            port.is_receiving = bool(enabled)
            if port.received:
                self._schedule(port)

    def isRxEnabled(self, uart: int) -> int:
        """Return 1 if the port receives, else 0."""
        port = self._find("isRxEnabled", uart)
        return int(port is not None and port.is_receiving)

    def flush(self, uart: int) -> None:
        """Wait until everything has left; here time does not stand for it, and all that was written is on its way."""
        self._find("flush", uart)

    def _arrive(self, port: Port, data: bytes) -> None:
        """Let bytes come in one after the other, in pieces."""
        clock = self._context.clock
        at_us = max(port.arrives_us, clock.now_us)
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            at_us += port.duration_us(len(piece))
            clock.call_at(at_us, self._take_in, port, piece)
        port.arrives_us = at_us

    def _take_in(self, port: Port, piece: bytes) -> None:
        if not self._context.is_alive or not port.is_configured:
            return
        room = (port.config["rxBufSize"] if port.is_receiving else FIFO_SIZE) - len(port.received)
        taken = piece[: max(0, room)]
        port.received += taken
        lost = len(piece) - len(taken)
        self._context.trace.emit(UartReceived(self._context.host.name, port.number, lost, piece))
        self._schedule(port)

    def _schedule(self, port: Port) -> None:
        """Have the dispatcher called from the event loop, once for all that happens until then."""
        if not port.is_due and port.dispatcher is not None:
            port.is_due = True
            self._context.clock.call_later(0, self._dispatch, port)

    def _dispatch(self, port: Port) -> None:
        port.is_due = False
        if port.dispatcher is not None and port.is_configured:
            self._context.invoke(port.dispatcher)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and value == value and abs(value) < 2**31)
