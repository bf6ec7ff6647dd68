"""Names what happens in a device: to its pins and peripherals, and to its firmware."""

from __future__ import annotations

from typing import ClassVar

from sim.event.fact import TraceEvent, fact

__all__ = [
    "DeviceBooted",
    "DeviceFailed",
    "DeviceLogged",
    "DeviceNoted",
    "DevicePrinted",
    "DeviceStopped",
    "GpioChanged",
    "GpioConfigured",
    "NativeMissing",
    "PeripheralCalled",
    "UartReceived",
    "UartSent",
]


@fact
class GpioChanged(TraceEvent):
    """A pin of a device went to another level, 0 or 1.

    `source` says who did it (`firmware`, `rpc`, `outside`; `reset`: the device restarted and drives nothing any more).
    """

    type: ClassVar[str] = "gpio.changed"
    host: str
    pin: int
    level: int
    source: str


@fact
class GpioConfigured(TraceEvent):
    """A pin of a device got another mode (`input`, `output`), pull (`none`, `up`, `down`) or interrupt.

    `interrupt` is `none`, `edge_pos`, `edge_neg`, `edge_any`, `level_hi` or `level_lo`.
    """

    type: ClassVar[str] = "gpio.configured"
    host: str
    pin: int
    mode: str
    pull: str
    interrupt: str


@fact
class UartSent(TraceEvent):
    """The firmware wrote `data` to a serial port, number `uart`."""

    type: ClassVar[str] = "uart.sent"
    host: str
    uart: int
    data: bytes


@fact
class UartReceived(TraceEvent):
    """A device took `data` in from a serial port; the last `lost` bytes of it found no room."""

    type: ClassVar[str] = "uart.received"
    host: str
    uart: int
    lost: int
    data: bytes


@fact
class PeripheralCalled(TraceEvent):
    """The firmware called a `function` of a hardware `module`; `arguments` and `result` are JSON text."""

    type: ClassVar[str] = "peripheral.called"
    long_texts: ClassVar[tuple[str, ...]] = ("arguments", "result")
    host: str
    module: str
    function: str
    arguments: str
    result: str


@fact
class DeviceBooted(TraceEvent):
    """A device started its firmware."""

    type: ClassVar[str] = "device.booted"
    host: str
    name: str
    address: str
    main: str
    profile: str
    seed: int
    boot: int


@fact
class DevicePrinted(TraceEvent):
    """The firmware printed one text, its end of line included."""

    type: ClassVar[str] = "device.printed"
    long_texts: ClassVar[tuple[str, ...]] = ("text",)
    host: str
    text: str


@fact
class DeviceLogged(TraceEvent):
    """The firmware wrote a line to the log at `file`:`line`; the levels are 0 ERROR to 4 VERBOSE_DEBUG."""

    type: ClassVar[str] = "device.logged"
    long_texts: ClassVar[tuple[str, ...]] = ("text",)
    host: str
    level: int
    file: str
    line: int
    text: str


@fact
class DeviceNoted(TraceEvent):
    """The simulator has something to say about what the firmware does at `file`:`line`, which is no error of it."""

    type: ClassVar[str] = "device.noted"
    host: str
    file: str
    line: int
    text: str


@fact
class DeviceFailed(TraceEvent):
    """The firmware failed at `file`:`line`, at its `start` or in a `handler`; the device goes on."""

    type: ClassVar[str] = "device.failed"
    long_texts: ClassVar[tuple[str, ...]] = ("message", "trace")
    host: str
    phase: str
    error: str
    message: str
    file: str
    line: int
    trace: str


@fact
class NativeMissing(TraceEvent):
    """The firmware wanted to bind a C function that is not simulated; binding it failed."""

    type: ClassVar[str] = "native.missing"
    host: str
    name: str


@fact
class DeviceStopped(TraceEvent):
    """A device was switched off or restarts (`reason`); all its connections are gone."""

    type: ClassVar[str] = "device.stopped"
    host: str
    reason: str
