"""Models a 1-Wire bus and the thermometers on it (Maxim DS18B20 data sheet, 64-bit ROM code and memory)."""

from __future__ import annotations

from typing import Final

from sim.api.outside import check_number

__all__ = ["OneWireBus", "Thermometer", "crc8"]

FAMILY: Final = 0x28
"""The family code of a DS18B20."""

POWER_ON: Final = b"\x50\x05"
"""The temperature that a thermometer holds before it has measured: 85 degrees."""

READ_ROM, MATCH, SKIP = 0x33, 0x55, 0xCC
CONVERT, READ_SCRATCHPAD, WRITE_SCRATCHPAD = 0x44, 0xBE, 0x4E


def crc8(data: bytes | bytearray) -> int:
    """Return the checksum of 1-Wire: polynomial x^8 + x^5 + x^4 + 1, reflected."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8C if crc & 1 else 0)
    return crc


class Thermometer:
    """A DS18B20: its ROM code and its scratchpad of nine bytes."""

    def __init__(self, rom: bytes, temperature: float) -> None:
        self.rom = rom
        self.temperature = temperature
        """Degrees Celsius; what is read is from the last conversion."""
        self.memory = bytearray(POWER_ON + b"\x4b\x46\x7f\xff\x0c\x10")

    @property
    def resolution(self) -> int:
        """How many bits a measurement has, 9 to 12."""
        return (self.memory[4] >> 5 & 3) + 9

    @property
    def scratchpad(self) -> bytes:
        """The nine bytes that are read."""
        return bytes(self.memory) + bytes([crc8(self.memory)])

    def convert(self) -> None:
        """Measure: put the temperature into the memory, in steps of its resolution."""
        step = 1 << 12 - self.resolution
        sixteenths = min(0x7FFF, max(-0x8000, round(self.temperature * 16))) // step * step
        self.memory[:2] = sixteenths.to_bytes(2, "little", signed=True)

    def celsius(self) -> float:
        """Return what the memory holds."""
        return int.from_bytes(self.memory[:2], "little", signed=True) / 16


class OneWireBus:
    """A bus and what is on it: resets, commands and answers as the firmware makes and sees them."""

    def __init__(self) -> None:
        self.devices: list[Thermometer] = []
        self._chosen: list[Thermometer] = []
        self._said = bytearray()
        self._answer = bytearray()
        self._found = 0
        self._family = 0
        self._stand_ins: dict[bytes, bytes] = {}

    def add(self, temperature: float = 21.5, rom: bytes | None = None) -> Thermometer:
        """Put a thermometer on the bus; its ROM code is made up unless eight bytes are given.

        Raises:
            ValueError: the ROM code has not eight bytes, or its checksum is wrong.
        """
        if rom is None:
            body = bytes([FAMILY]) + (len(self.devices) + 1).to_bytes(6, "little")
            rom = body + bytes([crc8(body)])
        if len(rom) != 8 or crc8(rom[:7]) != rom[7]:
            raise ValueError(f"OneWireBus.add: a ROM code has 8 bytes, the last a checksum of the others, got {rom!r}")
        self.devices.append(Thermometer(bytes(rom), float(check_number("temperature", temperature))))
        return self.devices[-1]

    def find(self, rom: bytes | None) -> Thermometer | None:
        """Return the device with a ROM code, None if there is none."""
        given = bytes(rom or b"")
        rom = self._stand_ins.get(given, given)[:8]
        return next((device for device in self.devices if device.rom == rom), None)

    def stand_in(self, given: bytes, rom: bytes) -> None:
        """Remember a text into which a program wanted a ROM code to be written: if it was not, it stands for that."""
        if self.find(given) is None or given in self._stand_ins:
            self._stand_ins[given] = rom

    # What the firmware does

    def reset(self) -> bool:
        """Begin anew; whether any device is there."""
        self._chosen, self._answer, self._said = [], bytearray(), bytearray()
        return bool(self.devices)

    def choose(self, rom: bytes | None) -> None:
        """Talk to one device, or to all."""
        found = self.find(rom) if rom is not None else None
        self._chosen = list(self.devices) if rom is None else [found] if found else []

    def write(self, byte: int) -> None:
        """Take a byte from the firmware."""
        byte &= 255
        if self._said:
            self._said.append(byte)
            self._more()
        elif byte == SKIP:
            self.choose(None)
        elif byte in (MATCH, WRITE_SCRATCHPAD):
            self._said.append(byte)
        elif byte == READ_ROM and self.devices:
            self._chosen, self._answer = self.devices[:1], bytearray(self.devices[0].rom)
        elif byte == CONVERT:
            for device in self._chosen:
                device.convert()
        elif byte == READ_SCRATCHPAD and self._chosen:
            self._answer = bytearray(self._chosen[0].scratchpad)

    def _more(self) -> None:
        """Go on with a command that takes more than one byte."""
        if self._said[0] == MATCH and len(self._said) == 9:
            self.choose(bytes(self._said[1:]))
            self._said.clear()
        elif self._said[0] == WRITE_SCRATCHPAD and len(self._said) == 4:
            for device in self._chosen:
                device.memory[2:5] = self._said[1:]
            self._said.clear()

    def read(self) -> int:
        """Give a byte to the firmware: 255 when nobody answers."""
        return self._answer.pop(0) if self._answer else 255

    def target(self, family: int) -> None:
        """Let the next search begin with a family."""
        self._found, self._family = 0, family & 255

    def search(self) -> bytes | None:
        """Return the ROM code of the next device, None when there is no further one; then the search begins anew."""
        order = (
            sorted(self.devices, key=lambda device: device.rom[0] != self._family) if self._family else self.devices
        )
        if self._found >= len(order):
            self.target(0)
            return None
        self._found += 1
        return order[self._found - 1].rom
