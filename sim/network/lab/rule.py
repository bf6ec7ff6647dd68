"""Is one rule: where it acts, when, how often it has, and the handle by which it is switched."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from sim.event import RuleApplied
from sim.network.lab.form import rule_json
from sim.network.lab.kinds import Kind, Value

if TYPE_CHECKING:
    from sim.network.lab.lab import Lab
    from sim.network.packet import Packet

__all__ = ["Rule"]

SECOND_US = 1_000_000


class Rule:
    """A rule that was set. `hits` counts its effects, each of which stands in the trace as `rule.applied`."""

    def __init__(self, lab: Lab, number: int, kind: Kind, values: dict[str, Value]) -> None:
        self._lab = lab
        self.number = number
        """Its number on the network, from 1; records name it so."""
        self.kind = kind
        self.values = values
        """All its values, defaults included."""
        self.hits = 0
        self.is_enabled = True
        self.is_removed = False
        self.since_us = lab.network.clock.now_us
        """When it was set, or enabled again: `start`, `lasts` and `every` count from then."""
        self.random = Random(f"{lab.network.seed} rule {number} {kind.name}")
        """Its own: what one rule draws does not depend on what others do."""
        self._start_us, self._lasts_us, self._every_us = (
            round(float(values[name]) * SECOND_US) for name in ("start", "lasts", "every")
        )

    def __repr__(self) -> str:
        return f"<Rule {self} hits={self.hits}>"

    def __str__(self) -> str:
        form = self.to_json()
        return " ".join([self.kind.name, *(f"{key}={value}" for key, value in form.items() if key != "kind")])

    # What its owner calls

    def enable(self) -> None:
        """Let it act again, as if it had just been set; its hits stay."""
        self._lab.switch(self, True)

    def disable(self) -> None:
        """Let it act no more, until `enable`."""
        self._lab.switch(self, False)

    def remove(self) -> None:
        """Take it away. What it has done stays done; what it holds back goes on."""
        self._lab.remove(self)

    def to_json(self) -> dict[str, object]:
        """Return its JSON form: `kind`, and each value that is not the default."""
        return rule_json(self.kind, self.values)

    # What the lab asks

    def number_of(self, name: str) -> float:
        """Return one of its values that are numbers."""
        return float(self.values[name])

    def us_of(self, name: str) -> int:
        """Return one of its values that are milliseconds, in microseconds."""
        return round(float(self.values[name]) * 1000)

    def text_of(self, name: str) -> str:
        """Return one of its values that are texts."""
        return str(self.values[name])

    def draws(self, name: str = "percent") -> bool:
        """Tell whether it happens this time, which it does in so many per cent of all cases."""
        percent = self.number_of(name)
        return percent >= 100 or self.random.random() * 100 < percent

    def is_on(self, at_us: int) -> bool:
        """Tell whether it acts at this time."""
        if not self.is_enabled:
            return False
        passed_us = at_us - self.since_us - self._start_us
        if passed_us < 0:
            return False
        if self._every_us:
            passed_us %= self._every_us
        return not self._lasts_us or passed_us < self._lasts_us

    def changes_us(self, at_us: int) -> int | None:
        """Return when it next begins or ends by itself, None if it does not any more."""
        begin_us = self.since_us + self._start_us
        if at_us < begin_us:
            return begin_us
        if not self._lasts_us:
            return None
        if not self._every_us:
            return begin_us + self._lasts_us if at_us < begin_us + self._lasts_us else None
        begin_us = at_us - (at_us - begin_us) % self._every_us
        return begin_us + (self._lasts_us if at_us < begin_us + self._lasts_us else self._every_us)

    def covers(self, packet: Packet) -> bool:
        """Tell whether the packet goes where the rule acts."""
        return self.covers_flow(packet.src, packet.src_port, packet.dst, packet.dst_port)

    def covers_flow(self, src: str, src_port: int, dst: str, dst_port: int) -> bool:
        """Tell whether it acts on what goes from one place to another."""
        port = self.values.get("port", 0)
        if port and port not in (src_port, dst_port):
            return False
        host = self.values["host"]
        if not host:
            return True
        return any(
            self._is(near, str(host)) and self._is(far, str(self.values.get("peer", "")))
            for way, near, far in (("out", src, dst), ("in", dst, src))
            if self.values.get("direction", "both") in ("both", way)
        )

    def _is(self, address: str, name: str) -> bool:
        if not name or address == name:
            return True
        found = self._lab.network.find_host(name)
        return found is not None and found.address == address

    def hit(self, effect: str, *, packet: int = 0, connection: int = 0, delay_us: int = 0) -> None:
        """Count an effect, and put it into the trace."""
        self.hits += 1
        self._lab.network.trace.emit_weightless(RuleApplied(self.number, effect, packet, connection, delay_us))
