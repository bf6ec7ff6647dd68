"""Is the side of a test's world that runs where the simulation runs: one network, and calls that let time pass.

Everything goes through `Engine.ask`, with plain values in and out, so that the simulation may as well run in another
process. What is no plain value stays here and is named by a `Handle`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sim.clock import Clock
from sim.device import Device
from sim.engine.calls import Calls
from sim.engine.deed import last_deeds
from sim.engine.error import NoAnswer, StartError
from sim.engine.held import Held
from sim.event import DeviceFailed, DevicePrinted
from sim.mhttp import Limits
from sim.mhttp.websocket import Opcode
from sim.network.network import Network
from sim.peer import FetchError, Peer, Response, Session, Stream
from sim.peer_websocket import WebSocketClient
from sim.trace import Record

if TYPE_CHECKING:
    from sim.network.lab import Rule

__all__ = ["ROOT", "Engine"]

ROOT: Final = 0
"""The handle of the engine itself."""

READING: Final = ("console", "now_us", "saved_run")
"""Methods of the engine that change nothing: a run needs not hold them."""

CONNECT: Final = ("connection refused", "no host", "no free port")


class Engine:
    """The world of one test.

    Args:
        seed: of everything random.
        network: where it takes place, if there is one already.
    """

    def __init__(self, seed: int = 0, network: Network | None = None) -> None:
        self.network = network or Network(seed=seed)
        self.calls = Calls()
        """What was asked so far: the inputs of a run."""
        self._held = Held(self)
        self._peers: dict[str, Peer] = {}
        self._devices: dict[str, Device] = {}
        self._kept: dict[tuple[str, str, int], Session] = {}

    @property
    def clock(self) -> Clock:
        """The network's clock."""
        return self.network.clock

    def ask(self, target: int, action: str, name: str, args: Sequence[Any] = (), named: Mapping[str, Any] = {}) -> Any:
        """Read (`get`), write (`set`) or call (`call`) an attribute of an object; a plain value or a handle."""
        thing = self._held[target]
        if action == "get":
            known = len(self._held)
            value = self._held.give(getattr(thing, name))
            if len(self._held) > known:  # else it has changed nothing, not even the numbers of handles
                self.calls.note(target, action, name, args, named)
            return value
        if target == ROOT and name == "run_until":  # what it waits for need not be in the run: only how long it took
            try:
                return self._held.give(self.run_until(*args))
            finally:
                self.calls.note(ROOT, "call", "go_to", [self.clock.now_us, self.clock.ran], {})
        if target != ROOT or name not in READING:
            self.calls.note(target, action, name, args, named)
        if action == "set":
            setattr(thing, name, args[0])
            return None
        return self._held.give(getattr(thing, name)(*map(self._held.take, args), **named))

    def thing(self, handle: int) -> object:
        """Return what a handle stands for; None if it was not given yet."""
        return self._held[handle] if 0 <= handle < len(self._held) else None

    # Devices

    def add_device(
        self, files: Mapping[str, str | bytes], options: Mapping[str, Any], limits: Mapping[str, int] | None
    ) -> str:
        """Add a device; its name."""
        made = Device(self.network, files, limits=None if limits is None else Limits(**limits), **options)
        self._devices[made.name] = made
        return made.name

    @property
    def devices(self) -> list[Device]:
        """All devices, in the order in which they were added."""
        return list(self._devices.values())

    def device(self, name: str) -> Device:
        """Return a device."""
        return self._devices[name]

    def boot(self, name: str) -> None:
        """Boot a device.

        Raises:
            StartError: its firmware failed.
        """
        if not self._devices[name].boot():
            told = [fact.trace for fact in self.network.trace.of(DeviceFailed) if fact.host == name]
            raise StartError(f"the firmware of {name!r} failed to start\n{told[-1] if told else ''}".rstrip())

    def console(self, name: str) -> str:
        """Return all that the firmware of a device has printed."""
        return "".join(fact.text for fact in self.network.trace.of(DevicePrinted) if fact.host == name)

    def wait_console(self, name: str, pattern: str, timeout_us: int) -> list[str | None]:
        """Run until what a device has printed matches; the match and its groups."""
        found = self.run_until(lambda: re.search(pattern, self.console(name)), timeout_us)
        if found is None:
            raise NoAnswer(self._told(name, f"nothing that {name!r} printed matches {pattern!r}", timeout_us))
        return [found[0], *found.groups()]

    # Time

    def now_us(self) -> int:
        """Return the virtual time."""
        return self.clock.now_us

    def advance(self, us: int) -> None:
        """Let time pass."""
        self.clock.run_until(self.clock.now_us + us)

    def run_until_idle(self, limit_us: int) -> bool:
        """Run until nothing waits; False if that is not within the limit."""
        return self.clock.run_until_idle(self.clock.now_us + limit_us)

    def run_until(self, done: Callable[[], Any], timeout_us: int) -> Any:
        """Run until something is true; it, or None when the time is over."""
        limit_us = self.clock.now_us + timeout_us
        last: list[Any] = [None]

        def waits() -> bool:
            last[0] = done()
            return not last[0]

        if self.clock.run_while(waits, limit_us):
            return last[0]
        self.clock.run_until(limit_us)
        return done() or None

    def go_to(self, at_us: int, ran: int) -> None:
        """Let time pass until a moment: so much time, and so many callbacks since the beginning."""
        clock = self.clock
        for _ in range(ran - clock.ran):
            if not clock.step():
                break
        clock.now_us = max(clock.now_us, at_us)

    # Requests

    def peer(self, name: str) -> Peer:
        """Return the peer of a name; there is one from when it is first asked for."""
        if name not in self._peers:
            self._peers[name] = Peer(self.network, name)
        return self._peers[name]

    def request(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        peer: str,
        to: str,
        port: int,
        timeout_us: int,
        is_kept: bool,
    ) -> tuple[int, str, list[tuple[str, str]], bytes, int]:
        """Send a request and run until it is answered: status, reason, headers, body, time it took in microseconds.

        Raises:
            NoAnswer: there is none.
            ValueError: the parts make no request.
        """
        begun_us, what = self.clock.now_us, f"{method} {target}"
        is_reused = is_kept and (peer, to, port) in self._kept
        answer = self._fetch(method, target, headers, body, (peer, to, port), timeout_us, is_kept)
        if isinstance(answer, FetchError) and is_reused:
            # The device had ended the kept connection when this came: clients then take a new one
            self._kept.pop((peer, to, port), None)
            answer = self._fetch(method, target, headers, body, (peer, to, port), timeout_us, is_kept)
        if isinstance(answer, FetchError):
            text = str(answer)
            kind = "connect" if text.startswith(CONNECT) else "closed"
            raise NoAnswer(f"{what}: {text}{self._last(to)}", kind)
        pairs = [(name, value) for name, value in answer.headers]
        return answer.status, answer.reason, pairs, answer.body, self.clock.now_us - begun_us

    def _fetch(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        place: tuple[str, str, int],
        timeout_us: int,
        is_kept: bool,
    ) -> Response | FetchError:
        answers: list[Response | FetchError] = []
        try:
            session = self._session(*place, is_kept)
            session.fetch(method, target, headers, body, on_done=answers.append)
        except FetchError as error:
            return error
        self.run_until(lambda: answers, timeout_us)
        if not answers:
            session.give_up("given up")
            raise NoAnswer(self._told(place[1], f"{method} {target}: no answer", timeout_us))
        return answers[0]

    def _session(self, peer: str, to: str, port: int, is_kept: bool) -> Session:
        if not is_kept:
            return self.peer(peer).session(to, port, is_kept=False)
        session = self._kept.get((peer, to, port))
        if session is None or session.is_over:
            session = self._kept[peer, to, port] = self.peer(peer).session(to, port)
        return session

    # Connections

    def websocket(
        self, target: str, protocols: Sequence[str], headers: Sequence[tuple[str, str]], peer: str, to: str, port: int,
        timeout_us: int,
    ) -> Any:  # fmt: skip
        """Open a WebSocket.

        Raises:
            NoAnswer: it could not be opened.
        """
        try:
            client = self.peer(peer).websocket(to, target, port=port, protocols=protocols, headers=headers)
        except FetchError as error:
            raise NoAnswer(f"WebSocket {target}: {error}", "connect") from error
        self.run_until(lambda: client.is_open or client.problem, timeout_us)
        if not client.is_open:
            why = client.problem or "the handshake was not answered"
            kind = "connect" if why.startswith(CONNECT) else "closed" if client.problem else "timeout"
            raise NoAnswer(f"WebSocket {target}: {why}{self._last(to)}", kind)
        return client

    def websocket_receive(
        self, client: WebSocketClient, taken: int, to: str, timeout_us: int
    ) -> tuple[int, int, bytes]:
        """Wait for the next message behind those taken: how many are taken then, its opcode, its payload.

        Raises:
            NoAnswer: none came.
        """
        frames = client.frames
        at = taken

        def next_message() -> bool:
            nonlocal at
            while at < len(frames) and frames[at].opcode >= Opcode.CLOSE:
                at += 1
            return at < len(frames)

        self.run_until(lambda: next_message() or client.closed, timeout_us)
        if not next_message():
            if client.closed:
                code, reason = client.closed
                raise NoAnswer(f"the WebSocket is closed: {code} {reason}".rstrip() + self._last(to), "closed")
            raise NoAnswer(self._told(to, "no message on the WebSocket", timeout_us))
        return at + 1, frames[at].opcode, frames[at].payload

    def websocket_closed(self, client: WebSocketClient, to: str, timeout_us: int) -> tuple[int, str]:
        """Wait for the end of a WebSocket: its code and reason.

        Raises:
            NoAnswer: it is still open.
        """
        self.run_until(lambda: client.closed, timeout_us)
        if client.closed is None:
            raise NoAnswer(self._told(to, "the WebSocket is still open", timeout_us))
        return client.closed

    def connect(self, peer: str, to: str, port: int, timeout_us: int) -> Stream:
        """Open a TCP connection.

        Raises:
            NoAnswer: it could not be opened.
        """
        try:
            stream = self.peer(peer).connect(to, port)
        except FetchError as error:
            raise NoAnswer(f"TCP {to}:{port}: {error}", "connect") from error
        self.run_until(lambda: stream.is_open or stream.lost, timeout_us)
        if not stream.is_open:
            raise NoAnswer(f"TCP {to}:{port}: {stream.lost or 'no answer'}{self._last(to)}", "connect")
        return stream

    def receive(self, stream: Stream, count: int, to: str, timeout_us: int) -> bytes:
        """Wait for so many bytes of a connection (0: some), and take them; fewer if it ended.

        Raises:
            NoAnswer: they did not come in time.
        """
        wanted = max(1, count)
        self.run_until(lambda: len(stream.received) >= wanted or stream.got_eof or stream.lost, timeout_us)
        if len(stream.received) < wanted and not stream.got_eof and not stream.lost:
            raise NoAnswer(self._told(to, f"{len(stream.received)} of {wanted} bytes came", timeout_us))
        data = bytes(stream.received[: count or None])
        del stream.received[: len(data)]
        return data

    # The network

    def rule(self, rule: Any, values: Mapping[str, Any]) -> Rule:
        """Set a rule."""
        with plain_errors():
            return self.network.rule(rule, **values)

    def preset(self, name: str, values: Mapping[str, Any]) -> list[Rule]:
        """Set the rules of a preset."""
        with plain_errors():
            return self.network.preset(name, **values)

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules that are set."""
        return self.network.rules

    def records(self, since: int) -> list[Record]:
        """Return the records from a number on."""
        return self.network.trace.select(since)

    def saved_run(self, name: str, made_by: str) -> str:
        """Return the run so far as the text of its file (docs/reference/run.md).

        Raises:
            SimError: it cannot be played again; the text says why.
        """
        from sim.run.file import Run, to_text

        return to_text(Run.of_calls(self.calls.taken(), self.network, name=name, made_by=made_by))

    # Inside

    def _told(self, host: str, what: str, timeout_us: int) -> str:
        waits = "" if self.clock.next_deadline() is not None else "; nothing is left to happen"
        return f"{what} within {timeout_us / 1_000_000:g} s of virtual time{waits}{self._last(host)}"

    def _last(self, host: str) -> str:
        """Say what a device did last."""
        names = {host, *(device.name for device in self._devices.values() if device.address == host)}
        return last_deeds(self.network.trace, host, names)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Let every kind of `ValueError` be a plain one, which reaches a test from any runtime."""
    try:
        yield
    except ValueError as error:
        raise ValueError(str(error)) from None
