"""Is the world of one test: its network, clock and trace, and the devices on it. Times are virtual seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from sim.engine import ROOT, Handle
from sim.event import HttpRequested, TraceEvent
from sim.export import to_har, to_jsonl, to_pcapng, to_report
from sim.export.file import write_files
from sim.testing.backend import Backend
from sim.testing.device import Device
from sim.testing.outcome import SimError
from sim.testing.peer import Peer, microseconds
from sim.trace import Record
from sim.version import version

__all__ = ["Clock", "Network", "Rule", "Trace", "World"]

PEER: Final = "peer"
"""The host that asks the device."""

IDLE_LIMIT: Final = 3600.0

Kind = TypeVar("Kind", bound=TraceEvent)


class Clock:
    """The virtual time of the test: it stands still but for calls that wait for something, and for these."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return self.now_us / 1_000_000

    @property
    def now_us(self) -> int:
        """Microseconds since the beginning."""
        return int(self._backend.ask(ROOT, "call", "now_us"))

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._backend.ask(ROOT, "call", "advance", microseconds(seconds))

    def run_until_idle(self, limit: float = IDLE_LIMIT) -> None:
        """Let time pass until nothing is left to happen.

        Raises:
            SimError: something is, after so many seconds: firmware with a repeating timer never comes to rest.
        """
        if not self._backend.ask(ROOT, "call", "run_until_idle", microseconds(limit)):
            raise SimError(f"there is still something to happen after {limit:g} s of virtual time: use clock.advance")


class Trace:
    """All that happened in the test, as records (docs/reference/trace.md), oldest first."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __iter__(self) -> Iterator[Record]:
        return iter(self._backend.records())

    def __len__(self) -> int:
        return len(self._backend.records())

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Return the facts of one type (of `sim.event`)."""
        return [record.event for record in self if isinstance(record.event, kind)]

    @property
    def requests(self) -> list[HttpRequested]:
        """The HTTP requests that devices received or sent."""
        return self.of(HttpRequested)

    def to_jsonl(self) -> str:
        """Return the records as JSON lines."""
        return to_jsonl(self)

    def to_pcapng(self) -> bytes:
        """Return the packets as a capture."""
        return to_pcapng(self)

    def to_har(self) -> str:
        """Return the HTTP exchanges as an archive."""
        return to_har(self)

    def to_report(self, title: str = "Test") -> str:
        """Return a report as HTML."""
        return to_report(self, title)

    @property
    def digest(self) -> str:
        """A hash of all records (SHA-256): the same run has the same on every machine."""
        return hashlib.sha256(self.to_jsonl().encode()).hexdigest()


class Rule:
    """A rule that a test has set."""

    def __init__(self, backend: Backend, handle: Handle) -> None:
        self._backend = backend
        self._handle = handle

    def __repr__(self) -> str:
        return f"<Rule {self} hits={self.hits}>"

    def __str__(self) -> str:
        return str(self._backend.ask(self._handle.number, "call", "__str__"))

    @property
    def number(self) -> int:
        """Its number: records name it so."""
        return int(self._backend.ask(self._handle.number, "get", "number"))

    @property
    def hits(self) -> int:
        """How many effects it had; each stands in the trace as `rule.applied`."""
        return int(self._backend.ask(self._handle.number, "get", "hits"))

    @property
    def is_enabled(self) -> bool:
        """Whether it acts, if it is its time."""
        return bool(self._backend.ask(self._handle.number, "get", "is_enabled"))

    def enable(self) -> None:
        """Let it act again, as if it had just been set; its hits stay.

        Raises:
            ValueError: it was removed.
        """
        self._backend.ask(self._handle.number, "call", "enable")

    def disable(self) -> None:
        """Let it act no more, until `enable`."""
        self._backend.ask(self._handle.number, "call", "disable")

    def remove(self) -> None:
        """Take it away."""
        self._backend.ask(self._handle.number, "call", "remove")

    def to_json(self) -> dict[str, Any]:
        """Return its JSON form: `kind`, and each value that is not the default."""
        form: dict[str, Any] = self._backend.ask(self._handle.number, "call", "to_json")
        return form


class Network:
    """The network of the test."""

    def __init__(self, backend: Backend, seed: int) -> None:
        self._backend = backend
        self.seed = seed
        self._wanted: list[tuple[str, list[Rule]]] = []

    def rule(self, rule: Any, /, *, optional: bool = False, **values: Any) -> Rule:
        """Set a rule that breaks the network (docs/reference/network.md), such as `rule("loss", percent=20)`.

        Args:
            rule: its kind; or its JSON form; or an object of the test's own with `judge(packet)`
                (`sim.network.rule`), in the native runtime.
            optional: whether the test may pass although the rule never had an effect.
            values: what is not the default.

        Raises:
            ValueError: there is no such rule, or it takes no such value.
        """
        made = Rule(self._backend, self._backend.ask(ROOT, "call", "rule", rule, values))
        if not optional:
            self._wanted.append((f"the rule {str(made)!r} never had an effect", [made]))
        return made

    def preset(self, name: str, /, *, optional: bool = False, **values: Any) -> list[Rule]:
        """Set the rules of a preset, such as "busy access point"; `values` say where they act, as `host="device"`.

        Raises:
            ValueError: there is no such preset, or its rules take no such value.
        """
        made = [Rule(self._backend, one) for one in self._backend.ask(ROOT, "call", "preset", name, values)]
        if not optional:
            self._wanted.append((f"no rule of the preset {name!r} had an effect", made))
        return made

    @property
    def rules(self) -> list[Rule]:
        """The rules that are set, in their order."""
        return [Rule(self._backend, one) for one in self._backend.ask(ROOT, "call", "rules")]

    def idle_rules(self) -> list[str]:
        """Say which rules that the test has asked for had no effect."""
        return [what for what, rules in self._wanted if not any(rule.hits for rule in rules)]

    def peer(self, name: str, to: str = "device") -> Peer:
        """Return a machine that is no device, a new one if there is none of that name."""
        self._backend.ask(ROOT, "call", "peer", name)
        return Peer(self._backend, name, to)


class World:
    """Makes what the fixtures of a test give."""

    def __init__(self, backend: Backend, seed: int) -> None:
        self.backend = backend
        self.seed = seed
        self.network = Network(backend, seed)
        self.clock = Clock(backend)
        self.trace = Trace(backend)

    @property
    def peer(self) -> Peer:
        """The machine from which requests come unless another one is named."""
        return Peer(self.backend, PEER, "device")

    def add_device(
        self,
        files: Mapping[str, str | bytes],
        *,
        boot: bool = True,
        limits: Mapping[str, int] | None = None,
        **options: Any,
    ) -> Device:
        """Add a device; the options are those of `sim.Device`.

        Raises:
            StartError: its firmware failed to start.
            ValueError: it is not clear what to boot, or the name is taken.
        """
        name = self.backend.ask(ROOT, "call", "add_device", dict(files), options, limits)
        device = Device(self.backend, name, PEER)
        if boot:
            device.boot()
        return device

    def saved_run(self, name: str = "") -> str:
        """Return the run so far as the text of its file (docs/reference/run.md); `name` says in it what it is.

        Raises:
            SimError: it cannot be played again; the text says why.
        """
        return str(self.backend.ask(ROOT, "call", "saved_run", name, f"mos-sim {version()}"))

    def write(self, folder: Path) -> list[Path]:
        """Write the trace and all exports into a folder; the files."""
        folder.mkdir(parents=True, exist_ok=True)
        return write_files(
            self.backend.records(),
            trace=folder / "trace.jsonl",
            har=folder / "run.har",
            pcap=folder / "run.pcapng",
            report=folder / "report.html",
        )
