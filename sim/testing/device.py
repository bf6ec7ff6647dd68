"""Is a device as a test uses it: requests, RPC, pins, the console. Times are virtual seconds."""

from __future__ import annotations

import json
from typing import Any

from sim.engine import ROOT, Handle
from sim.testing.backend import Backend, Remote
from sim.testing.peer import TIMEOUT, Requests, microseconds
from sim.testing.verbs import rpc_result

__all__ = ["Device", "Pin"]


class Device(Requests):
    """A device with its firmware, on the network of the test."""

    def __init__(self, backend: Backend, name: str, peer: str) -> None:
        super().__init__(backend, peer, name)
        handle = backend.ask(ROOT, "call", "device", name)
        assert isinstance(handle, Handle)
        self._remote = Remote(backend, handle)

    def __repr__(self) -> str:
        return f"<Device {self.name} {self.address} {'on' if self.is_on else 'off'}>"

    @property
    def name(self) -> str:
        """Its name on the network."""
        return self._to

    @property
    def address(self) -> str:
        """Its IPv4 address."""
        return str(self._remote.address)

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return bool(self._remote.is_on)

    @property
    def boots(self) -> int:
        """How often it has booted."""
        return int(self._remote.boots)

    @property
    def files(self) -> dict[str, bytes]:
        """A copy of its files, by name."""
        files: dict[str, bytes] = self._remote.files
        return files

    @property
    def console(self) -> str:
        """All that the firmware has printed."""
        return str(self._backend.ask(ROOT, "call", "console", self.name))

    @property
    def hardware(self) -> Remote:
        """What the device is wired to: the attributes and methods of `sim.Device.hardware`."""
        hardware = self._remote.hardware
        assert isinstance(hardware, Remote)
        return hardware

    def wait_console(self, pattern: str, timeout: float = TIMEOUT) -> list[str | None]:
        """Let time pass until what was printed matches a regular expression; the match and its groups.

        Raises:
            NoAnswer: nothing does in time.
        """
        found: list[str | None] = self._backend.ask(
            ROOT, "call", "wait_console", self.name, pattern, microseconds(timeout)
        )
        return found

    def pin(self, number: int) -> Pin:
        """Return a pin.

        Raises:
            ValueError: there is none of that number.
        """
        pin = self.hardware.pin(number)
        assert isinstance(pin, Remote)
        return Pin(number, pin, self._backend)

    def rpc(self, method: str, params: Any = None, *, timeout: float = TIMEOUT) -> Any:
        """Call an RPC method over HTTP; its result.

        Raises:
            RpcError: the method answered with an error.
            NoAnswer: there is no answer.
        """
        return rpc_result(self.post(f"/rpc/{method}", "" if params is None else json.dumps(params), timeout=timeout))

    def boot(self) -> None:
        """Switch it on.

        Raises:
            StartError: the firmware failed to start.
        """
        self._backend.ask(ROOT, "call", "boot", self.name)

    def reboot(self) -> None:
        """Drop every connection and start the firmware afresh."""
        self._remote.reboot()

    def stop(self) -> None:
        """Switch it off."""
        self._remote.stop()

    def serve(self, port: int = 80) -> str:
        """Put a port of the device on a free port of this machine, until the test ends; its address, `http://127.0.0.1:N`.

        From then on virtual time follows that of the world; calls of the test may still let it jump.
        """
        return f"http://127.0.0.1:{self._backend.serve(self.name, port)}"


class Pin:
    """A pin of a device and the wire at it."""

    def __init__(self, number: int, remote: Remote, backend: Backend) -> None:
        self.number = number
        self._remote = remote
        self._backend = backend

    def __repr__(self) -> str:
        return f"<Pin {self.number} level {self.level}>"

    @property
    def level(self) -> int:
        """The level at the wire, 0 or 1."""
        return int(self._remote.level)

    @property
    def is_driven(self) -> bool:
        """Whether the firmware drives it: the pin is an output."""
        return bool(self._remote.is_driven)

    @property
    def pwm(self) -> tuple[int, float] | None:
        """The pulses that the firmware puts on the pin: frequency in Hz, and the part of the time it is high."""
        pwm: tuple[int, float] | None = self._remote.pwm
        return pwm

    @property
    def pixels(self) -> list[tuple[int, int, int]]:
        """The colours that a strip of NeoPixels at the pin shows."""
        return [(red, green, blue) for red, green, blue in self._remote.pixels]

    def set(self, level: int) -> None:
        """Drive it from outside, to 0 or 1."""
        self._remote.set(level)

    def release(self) -> None:
        """Disconnect it: its level is what the pull gives."""
        self._remote.release()

    def press(self, hold: float = 0.1, level: int = 0) -> None:
        """Connect it to a level, by default ground, let the time pass that a button is held, and release it."""
        self._remote.press(microseconds(hold), level)
        self._backend.ask(ROOT, "call", "advance", microseconds(hold))
