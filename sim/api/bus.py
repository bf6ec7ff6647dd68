"""Is the firmware's `I2C` and `SPI`: it passes bytes between the firmware and the devices on the buses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sim.api.context import Context
from sim.api.peripheral import Peripheral, as_bytes, check_int
from sim.values import frozen

__all__ = ["I2C", "SPI", "I2cBus", "SpiBus"]

NOBODY: Final = -1
"""An address where nobody answers."""

MAX_READ: Final = 4096
"""More is not read at once: the RAM of a device would not hold it."""


@frozen
class I2cBus:
    """The handle of an I2C bus."""

    number: int


@frozen
class SpiBus:
    """The handle of an SPI bus."""

    number: int


class I2C(Peripheral):
    """The I2C bus. Where no device answers, a function gives what the real one gives for a failure."""

    ACK = 0
    NAK = 1
    ERR = 2
    NONE = 3
    WRITE = 0
    READ = 1

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._address = NOBODY
        self._mode = self.WRITE
        self._count = 0
        """How many bytes the transaction has read."""

    def get(self) -> I2cBus:
        """Return the bus."""
        return I2cBus(0)

    get_default = get

    def close(self, bus: I2cBus) -> None:
        """Give the bus back; nothing happens."""
        _check_bus("I2C.close", bus)

    def stop(self, bus: I2cBus) -> None:
        """End a transaction."""
        _check_bus("I2C.stop", bus)
        self._address = NOBODY
        self._called("stop", None)

    def write(self, bus: I2cBus, address: int, data: bytes | str, length: int, stop: bool = True) -> bool:
        """Send the first `length` bytes to a device; False if nobody answers."""
        _check_bus("I2C.write", bus)
        check_int("I2C.write", address=address, length=length, stop=stop)
        content = as_bytes("I2C.write", data)[: max(0, length)]
        return self._called("write", self._write(bus, address, content), address, content, bool(stop))

    def read(self, bus: I2cBus, address: int, length: int, stop: bool = True) -> bytes | None:
        """Read bytes from a device; None if nobody answers."""
        _check_bus("I2C.read", bus)
        check_int("I2C.read", address=address, length=length, stop=stop)
        return self._called("read", self._read(bus, address, length), address, length, bool(stop))

    def start(self, bus: I2cBus, address: int, mode: int) -> int:
        """Begin to write (`WRITE`) or read (`READ`) byte by byte; `ACK`, or `NAK` if nobody answers."""
        _check_bus("I2C.start", bus)
        check_int("I2C.start", address=address, mode=mode)
        is_there = self._hardware.find_i2c(address, bus.number) is not None
        self._address, self._mode, self._count = address if is_there else NOBODY, mode, 0
        return self._called("start", self.ACK if is_there else self.NAK, address, mode)

    def send_bytes(self, bus: I2cBus, data: bytes | str) -> int:
        """Write bytes after `start`; `ACK`, or `ERR` if that was not to write. In a script: `I2C.write(bus, data)`."""
        _check_bus("I2C.send_bytes", bus)
        content = as_bytes("I2C.send_bytes", data)
        sent = self._mode == self.WRITE and self._write(bus, self._address, content)
        return self._called("send_bytes", self.ACK if sent else self.ERR, content)

    def read_byte(self, bus: I2cBus, ack: int) -> int:
        """Read a byte after `start`; 255 when nobody answers. In a script: `I2C.read(bus, ack)`."""
        _check_bus("I2C.read_byte", bus)
        check_int("I2C.read_byte", ack=ack)
        data = self._read(bus, self._address, self._count + 1) if self._mode == self.READ else None
        self._count += 1
        return self._called("read_byte", data[-1] if data else 255, ack)

    def ack(self, bus: I2cBus, ack: int) -> None:
        """Acknowledge a byte that was read without; nothing happens."""
        _check_bus("I2C.ack", bus)

    def readRegB(self, bus: I2cBus, address: int, register: int) -> int:
        """Read a register of one byte; -1 if nobody answers."""
        return self._read_number("readRegB", bus, address, register, 1)

    def readRegW(self, bus: I2cBus, address: int, register: int) -> int:
        """Read a register of two bytes, the high one first; -1 if nobody answers."""
        return self._read_number("readRegW", bus, address, register, 2)

    def readRegN(self, bus: I2cBus, address: int, register: int, count: int) -> bytes:
        """Read `count` bytes from a register on; none if nobody answers."""
        _check_bus("I2C.readRegN", bus)
        check_int("I2C.readRegN", address=address, register=register, count=count)
        data = self._read_register(bus, address, register, count)
        return self._called("readRegN", data or b"", address, register, count)

    def writeRegB(self, bus: I2cBus, address: int, register: int, value: int) -> bool:
        """Write a register of one byte; False if nobody answers."""
        return self._write_number("writeRegB", bus, address, register, value, 1)

    def writeRegW(self, bus: I2cBus, address: int, register: int, value: int) -> bool:
        """Write a register of two bytes, the high one first; False if nobody answers."""
        return self._write_number("writeRegW", bus, address, register, value, 2)

    def writeRegN(self, bus: I2cBus, address: int, register: int, count: int, data: bytes | str) -> bool:
        """Write the first `count` bytes to a register and those behind it; False if nobody answers."""
        _check_bus("I2C.writeRegN", bus)
        check_int("I2C.writeRegN", address=address, register=register, count=count)
        content = as_bytes("I2C.writeRegN", data)[: max(0, count)]
        done = self._write(bus, address, bytes([register & 255]) + content)
        return self._called("writeRegN", done, address, register, content)

    def _write(self, bus: I2cBus, address: int, data: bytes) -> bool:
        device = self._hardware.find_i2c(address, bus.number)
        if device is not None:
            device.write(data)
        return device is not None

    def _read(self, bus: I2cBus, address: int, count: int) -> bytes | None:
        device = self._hardware.find_i2c(address, bus.number)
        return device.read(count) if device is not None and 0 <= count <= MAX_READ else None

    def _read_register(self, bus: I2cBus, address: int, register: int, count: int) -> bytes | None:
        chosen = self._write(bus, address, bytes([register & 255]))
        return self._read(bus, address, count) if chosen else None

    def _read_number(self, function: str, bus: I2cBus, address: int, register: int, size: int) -> int:
        _check_bus(f"I2C.{function}", bus)
        check_int(f"I2C.{function}", address=address, register=register)
        data = self._read_register(bus, address, register, size)
        return self._called(function, -1 if data is None else int.from_bytes(data, "big"), address, register)

    def _write_number(self, function: str, bus: I2cBus, address: int, register: int, value: int, size: int) -> bool:
        _check_bus(f"I2C.{function}", bus)
        check_int(f"I2C.{function}", address=address, register=register, value=value)
        data = (value & (1 << 8 * size) - 1).to_bytes(size, "big")
        return self._called(
            function, self._write(bus, address, bytes([register & 255]) + data), address, register, value
        )


def _check_bus(caller: str, bus: object) -> None:
    if not isinstance(bus, I2cBus):
        raise TypeError(f"{caller}: the bus must be what I2C.get() returns, got {type(bus).__name__}")


class SPI(Peripheral):
    """The SPI bus."""

    def get(self) -> SpiBus:
        """Return the bus."""
        return SpiBus(0)

    def runTransaction(self, spi: SpiBus | None, param: Mapping[str, Any]) -> bytes | bool:
        """Exchange bytes with the device behind a chip select line.

        Args:
            spi: the bus; None is that of `get`.
            param: `cs`, `mode`, `freq`, and either `fd` with `tx_data`, to read as much at the same time, or `hd` with
                `tx_data`, `dummy_len` and `rx_len`, to read afterwards.

        Returns:
            What was read; True if nothing was to be read, False if the transaction cannot be.
        """
        if not isinstance(param, Mapping):
            raise TypeError(f"SPI.runTransaction: the parameters must be a dict, got {type(param).__name__}")
        full, half = param.get("fd"), param.get("hd")
        part, select = full or half, param.get("cs", -1)
        if not isinstance(part, Mapping):
            return self._called("runTransaction", False, dict(param))
        sent = as_bytes("SPI.runTransaction", part.get("tx_data") or b"")
        count = len(sent) if full else part.get("rx_len") or 0
        check_int("SPI.runTransaction", cs=select, rx_len=count)
        bus = spi or self.get()
        if not isinstance(bus, SpiBus):
            raise TypeError(f"SPI.runTransaction: the bus must be what SPI.get() returns, got {type(bus).__name__}")
        result: bytes | bool = False
        if 0 <= count <= MAX_READ and (sent or not full):
            result = self._hardware.spi(select, bus.number).exchange(sent, count) or True
        return self._called("runTransaction", result, select, sent, count, bool(full))
