"""Takes hosts out of the reach of their access point and lets them find it again, and tells them so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.clock import TimerHandle
from sim.event import SegmentSent
from sim.network.lab.links import Flight
from sim.network.lab.rule import Rule
from sim.network.packet import ACK, LOOPBACK_US, SYN

if TYPE_CHECKING:
    from sim.network.network import Network

__all__ = ["Wifi"]


class Wifi:
    """The WiFi of all hosts: it is there unless a rule that acts takes it away."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._rules: dict[Rule, TimerHandle | None] = {}

    def changed(self, rule: Rule) -> None:
        """Learn that a rule was set, switched or removed, or begins or ends by itself."""
        clock = self._network.clock
        timer = self._rules.pop(rule, None)
        if timer is not None:
            timer.cancel()
        if rule.is_enabled:
            next_us = rule.changes_us(clock.now_us)
            self._rules[rule] = None if next_us is None else clock.call_at(next_us, self.changed, rule)
        name = rule.text_of("host")
        host = self._network.find_host(name)
        has_wifi = not any(one.text_of("host") == name and one.is_on(clock.now_us) for one in self._rules)
        if host is not None and host.has_wifi != has_wifi:
            host.has_wifi = has_wifi
            rule.hit("WiFi on" if has_wifi else "WiFi off")
            host.wifi_changed(has_wifi)

    def dropped(self, flight: Flight) -> None:
        """Tell a host without WiFi at once that it cannot connect, as its own stack knows."""
        packet, sender = flight.packet, flight.sender
        if sender.has_wifi or not isinstance(packet, SegmentSent) or packet.flags & (SYN | ACK) != SYN:
            return
        socket = sender.find_socket(packet.src_port, packet.dst, packet.dst_port)
        if socket is not None:
            self._network.clock.call_later(LOOPBACK_US, socket.unreachable)
