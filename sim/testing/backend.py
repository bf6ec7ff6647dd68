"""Connects the objects that a test holds with the engine, wherever that runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from sim.device import Device
from sim.engine import Engine, Handle
from sim.gateway import Gateway, Mapping
from sim.trace import Record

__all__ = ["Backend", "Native", "Remote", "received", "sent"]

Result = TypeVar("Result")


class Backend(Protocol):
    """Where the simulation of a test runs. One call at a time, each with its answer."""

    runtime: str

    def ask(self, target: int, action: str, name: str, *args: Any, **named: Any) -> Any:
        """Do as `Engine.ask`: plain values and handles in and out; what it raises is raised here."""

    def records(self, since: int = 0) -> list[Record]:
        """Return the records of the trace from a number on."""

    def serve(self, device: str, port: int) -> int:
        """Put a port of a device on a real port of this machine; the real port."""

    def close(self) -> None:
        """End it."""


class Native:
    """A simulation in this process."""

    runtime = "native"

    def __init__(self, seed: int) -> None:
        self._engine = Engine(seed)
        self._served: _Served | None = None

    def ask(self, target: int, action: str, name: str, *args: Any, **named: Any) -> Any:
        """Do as `Engine.ask`."""
        if self._served is not None:
            return self._served.call(lambda: self._engine.ask(target, action, name, args, named))
        return self._engine.ask(target, action, name, args, named)

    def records(self, since: int = 0) -> list[Record]:
        """Return the records of the trace from a number on."""
        if self._served is not None:
            return self._served.call(lambda: self._engine.records(since))
        return self._engine.records(since)

    def serve(self, device: str, port: int) -> int:
        """Put a port of a device on a real port of this machine; the real port."""
        if self._served is None:
            self._engine.calls.spoil("a port of its device was a real one, and what came through that is not kept")
            self._served = _Served(self._engine)
        return self._served.open(self._engine.device(device), port)

    def close(self) -> None:
        """Give real ports back."""
        served, self._served = self._served, None
        if served is not None:
            served.close()


class _Served:
    """A thread in which a simulation lives while ports of its devices are real: all calls are made there."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._gateways: dict[str, Gateway] = {}
        self._ports: dict[tuple[str, int], int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="mos-sim gateway", daemon=True)
        self._thread.start()

    def call(self, function: Callable[[], Result]) -> Result:
        """Call a function in the thread, and let time follow the world's from where it is then."""

        async def run() -> Result:
            try:
                return function()
            finally:
                for gateway in self._gateways.values():
                    gateway.catch_up()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def open(self, device: Device, port: int) -> int:
        """Open a real port."""

        async def run() -> int:
            gateway = self._gateways.get(device.name)
            if gateway is None:
                name = self._engine.network.free_name("outside")
                gateway = self._gateways[device.name] = Gateway(self._engine.network, device, name=name)
            [made] = await gateway.open("127.0.0.1", [Mapping(0, port)])
            return made.real

        key = (device.name, port)
        if key not in self._ports:
            self._ports[key] = asyncio.run_coroutine_threadsafe(run(), self._loop).result()
        return self._ports[key]

    def close(self) -> None:
        """Close all ports and end the thread."""

        async def run() -> None:
            for gateway in self._gateways.values():
                await gateway.close()

        asyncio.run_coroutine_threadsafe(run(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        finally:  # here, as the thread of the test may have a loop that runs
            self._loop.close()


class Remote:
    """An object of the simulation: attributes are read, set and called where it is. Plain values come as copies."""

    def __init__(self, backend: Backend, handle: Handle) -> None:
        object.__setattr__(self, "_backend", backend)
        object.__setattr__(self, "_handle", handle)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return received(self._backend, self._backend.ask(self._handle.number, "get", name))

    def __setattr__(self, name: str, value: Any) -> None:
        self._backend.ask(self._handle.number, "set", name, sent(value))

    def __call__(self, *args: Any, **named: Any) -> Any:
        given = [sent(value) for value in args]
        return received(self._backend, self._backend.ask(self._handle.number, "call", "__call__", *given, **named))


def received(backend: Backend, value: Any) -> Any:
    """Return what the engine gave, with an object in the place of a handle."""
    return Remote(backend, value) if isinstance(value, Handle) else value


def sent(value: Any) -> Any:
    """Return what is given to the engine, with a handle in the place of an object that is there."""
    return object.__getattribute__(value, "_handle") if isinstance(value, Remote) else value
