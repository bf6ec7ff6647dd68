"""Asks the rules of a network about every packet between two hosts, and lets what is left of them arrive.

It comes with the first rule and stays: sockets then recover from loss, and packets that are under way belong to it.
A rule is asked when a packet leaves; one that begins later is asked when the packet arrives.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MethodType
from typing import TYPE_CHECKING, Any, Final

from sim.event import PacketDropped, RuleAdded, RuleChanged, SegmentSent
from sim.network.host import Host
from sim.network.lab.form import RuleError, read_rule
from sim.network.lab.kinds import PROTOCOL, WHEN, WHERE, Kind, Value
from sim.network.lab.links import LINK_EFFECTS, Effect, Flight, Judged, is_protocol
from sim.network.lab.past import unacknowledged
from sim.network.lab.pipes import Pipes
from sim.network.lab.rule import Rule
from sim.network.lab.socket import RecoveringSocket
from sim.network.lab.wifi import Wifi
from sim.network.packet import Packet
from sim.network.rule import Judge
from sim.values import replace

if TYPE_CHECKING:
    from sim.network.network import Network

__all__ = ["Lab"]

OWN: Final = Kind("own", "link", "Decides by itself.")

TIME_WAIT_US: Final = 60_000_000
"""As Linux: an acknowledgment of the end that was lost is sent again for so long."""

MANY: Final = 1000
"""Flows that are kept in mind before those are swept out of which nothing is under way."""

Flow = tuple[str, int, str, int]


class Lab:
    """The rules of a network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.rules: list[Rule] = []
        """All rules, in the order in which they were set and are asked."""
        self._effects: dict[Rule, Effect] = {}
        self._arrivals: dict[Flow, int] = {}
        """When the last packet of a flow arrives: links keep the order of what they carry."""
        self._pipes = Pipes(network)
        self._wifi = Wifi(network)

    # What the network calls

    def add(self, given: Mapping[str, object]) -> Rule:
        """Set a rule, from its JSON form.

        Raises:
            RuleError: it is none.
        """
        form = dict(given)
        is_enabled = form.pop("enabled", True)
        if not isinstance(is_enabled, bool):
            raise RuleError(f"'enabled' of a rule must be true or false, got {is_enabled!r}")
        return self._add(*read_rule(form), is_enabled=is_enabled)

    def add_judge(self, judge: Judge, scope: Mapping[str, object]) -> Rule:
        """Set a rule of somebody's own."""
        return self._add(OWN, read_scope(scope), judge)

    def switch(self, rule: Rule, is_enabled: bool) -> None:
        """Let a rule act again, or no more."""
        if rule.is_removed:
            raise ValueError(f"rule {rule.number} ({rule}) was removed")
        if rule.is_enabled == is_enabled:
            return
        rule.is_enabled = is_enabled
        rule.since_us = self.network.clock.now_us
        if is_enabled and rule.kind.name in LINK_EFFECTS:
            self._effects[rule] = LINK_EFFECTS[rule.kind.name](rule)  # what it has counted begins anew, too
        self.network.trace.emit(RuleChanged(rule.number, "enabled" if is_enabled else "disabled"))
        self._changed(rule)

    def remove(self, rule: Rule) -> None:
        """Take a rule away."""
        if rule.is_removed:
            return
        rule.is_enabled, rule.is_removed = False, True
        self.rules.remove(rule)
        self._effects.pop(rule, None)
        self.network.trace.emit(RuleChanged(rule.number, "removed"))
        self._changed(rule)

    def send(self, sender: Host, packet: Packet) -> None:
        """Send a packet on its way, by the rules."""
        now_us = self.network.clock.now_us
        flight = Flight(packet, sender)
        arrives_us = packet.arrives_us
        if packet.src != packet.dst and not packet.dst.startswith("127."):
            arrives_us = self._ask(flight, arrives_us, now_us)
            if arrives_us != packet.arrives_us:
                packet = flight.packet = replace(packet, arrives_us=arrives_us)
        self.network.trace.emit(packet)
        self._go_on(flight, arrives_us)

    def made(self, socket: RecoveringSocket) -> None:
        """Learn of a new socket."""
        self._pipes.made(socket)

    # Inside

    def _add(self, kind: Kind, values: dict[str, Value], judge: Judge | None = None, is_enabled: bool = True) -> Rule:
        if self.network.lab is None:
            self._attach()
        rule = Rule(self, self.network.next_number("rule"), kind, values)
        rule.is_enabled = is_enabled
        self.rules.append(rule)
        if judge is not None:
            self._effects[rule] = Judged(rule, judge)
        elif kind.name in LINK_EFFECTS:
            self._effects[rule] = LINK_EFFECTS[kind.name](rule)
        self.network.trace.emit(RuleAdded(rule.number, kind.name, json.dumps(rule.to_json())))
        if not is_enabled:
            self.network.trace.emit(RuleChanged(rule.number, "disabled"))
        self._changed(rule)
        return rule

    def _changed(self, rule: Rule) -> None:
        if rule.kind.group in ("connection", "http", "websocket"):
            self._pipes.changed(self.rules)
        elif rule.kind.group == "wifi":
            self._wifi.changed(rule)

    def _attach(self) -> None:
        """Take over all that is under way, and all sockets."""
        network = self.network
        network.lab = self
        network.tcp_socket = RecoveringSocket
        network.time_wait_us = TIME_WAIT_US
        for host in network.hosts:
            for socket in host.sockets:
                RecoveringSocket.adopt(socket, unacknowledged(network, socket))

        def taken_over(
            callback: Callable[..., object], args: tuple[Any, ...]
        ) -> tuple[Callable[..., object], tuple[Any, ...]]:
            if not isinstance(callback, MethodType) or callback.__func__ not in (Host.receive, Host.unreachable):
                return callback, args
            receiver = callback.__self__
            assert isinstance(receiver, Host)
            return self._arrive, (Flight(args[0], network.find_host(args[0].src) or receiver),)

        network.clock.redirect(taken_over)

    def _ask(self, flight: Flight, arrives_us: int, now_us: int) -> int:
        """Ask the rules that act now and were not asked yet; when the packet arrives by them."""
        packet = flight.packet
        for rule, effect in self._effects.items():
            if (
                rule in flight.asked
                or not rule.is_on(now_us)
                or not rule.covers(packet)
                or not is_protocol(packet, rule)
            ):
                continue
            flight.asked.add(rule)
            effect.meet(flight, now_us)
            if flight.is_decided:
                break
        arrives_us += flight.delay_us
        flight.delay_us = 0
        if flight.overtaken or flight.lost:
            return arrives_us
        flow = (packet.src, packet.src_port, packet.dst, packet.dst_port)
        arrives_us = self._arrivals[flow] = max(arrives_us, self._arrivals.get(flow, 0))
        if len(self._arrivals) > MANY:
            self._arrivals = {flow: at_us for flow, at_us in self._arrivals.items() if at_us > now_us}
        return arrives_us

    def _go_on(self, flight: Flight, arrives_us: int) -> None:
        """Tell what the rules have done, and let arrive what is left."""
        number, clock = flight.packet.packet, self.network.clock
        if flight.lost:
            self.network.trace.emit(PacketDropped(number, flight.lost))
        for rule, effect, delay_us in flight.effects:
            rule.hit(effect, packet=number, delay_us=delay_us)
        flight.effects = []
        if flight.lost:
            self._wifi.dropped(flight)
            return
        clock.post_at(arrives_us, self._arrive, flight)
        for later_us in flight.copies:
            copy = Flight(flight.packet, flight.sender)
            copy.asked = set(flight.asked)
            clock.post_at(arrives_us + later_us, self._arrive, copy)
        flight.copies = []

    def _arrive(self, flight: Flight) -> None:
        """Let a packet arrive, unless a rule that began since it left has something to say."""
        packet = flight.packet
        if packet.src != packet.dst and not packet.dst.startswith("127."):
            now_us = self.network.clock.now_us
            if not flight.is_decided:
                arrives_us = self._ask_again(flight, now_us)
                if flight.effects:
                    self._go_on(flight, arrives_us)
                    return
        host = self.network.find_host(packet.dst)
        if host is None:
            (flight.sender.receive if flight.sender.is_local(packet.dst) else flight.sender.unreachable)(packet)
        elif flight.is_refused and isinstance(packet, SegmentSent):
            host.refuse(packet)
        else:
            host.receive(packet)

    def _ask_again(self, flight: Flight, now_us: int) -> int:
        overtaken, flight.overtaken = flight.overtaken, True  # what is behind it may have been told to arrive already
        arrives_us = self._ask(flight, now_us, now_us)
        flight.overtaken = overtaken
        return arrives_us


def read_scope(given: Mapping[str, object]) -> dict[str, Value]:
    """Return the values of a rule of somebody's own: where it acts, and when."""
    _, values = read_rule({"kind": "partition", **given})
    return {parameter.name: values[parameter.name] for parameter in (*WHERE, PROTOCOL, *WHEN)}
