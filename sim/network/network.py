"""Routes packets between hosts and lets the clock deliver them; the first rule brings the lab, which then decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Final

from sim.clock import Clock
from sim.event import HostAdded, HostRemoved, NameResolved
from sim.network.address import LOOPBACK, is_ip
from sim.network.host import Host
from sim.network.packet import LOOPBACK_US, Packet
from sim.network.tcp import TcpSocket
from sim.trace import Trace

if TYPE_CHECKING:
    from sim.network.lab import Lab, Rule
    from sim.network.rule import Judge

__all__ = ["LATENCY_US", "Network"]

LATENCY_US: Final = 1_000
"""How long a packet takes from one host to another unless a rule says otherwise."""

TIME_WAIT_US: Final = 2_000_000
"""Twice the longest life of a segment here: links of milliseconds do not need the minutes of RFC 9293."""

FIRST: Final = 4
"""The third number of the first addresses, 192.168.4.1 and so on: those of Mongoose OS's own access point."""

IN_SUBNET: Final = 254
ADDRESSES: Final = IN_SUBNET * (256 - FIRST)


class Network:
    """All hosts, and the links between them. Each network has one clock, one trace and one source of randomness."""

    def __init__(
        self,
        *,
        seed: int = 0,
        clock: Clock | None = None,
        trace: Trace | None = None,
        latency_us: int = LATENCY_US,
    ) -> None:
        if latency_us < 0:
            raise ValueError(f"latency_us must not be negative, got {latency_us}")
        self.seed = seed
        self.clock = clock or Clock()
        self.trace = Trace(self.clock) if trace is None else trace
        self.random = Random(seed)
        self.latency_us = latency_us
        self.lab: Lab | None = None
        """What asks the rules, from when there was the first one."""
        self.tcp_socket: type[TcpSocket] = TcpSocket
        """What hosts make their TCP sockets of."""
        self.time_wait_us = TIME_WAIT_US
        self.exits: dict[tuple[str, int], str] = {}
        """Loopback addresses and ports that lead to another host: how an edge lets a device out through them."""
        self._hosts: dict[str, Host] = {}
        self._names: dict[str, str] = {}
        self._given = 0
        """How many addresses, from the first on, are taken."""
        self.next_packet = count(1).__next__
        """Returns the number of a new packet."""
        self._numbers: dict[str, int] = {}

    def add_host(self, name: str, address: str | None = None, aliases: Iterable[str] = ()) -> Host:
        """Add a machine; without an address it gets the next free one from 192.168.4.1 on.

        It answers to its name and to its `aliases`, each also with `.local` behind it.

        Raises:
            ValueError: a name or the address is taken, the address is none, or there is none left.
        """
        address = address or self._free_address()
        if address is None:
            raise ValueError(f"all addresses from {_address(0)} on are taken: give host {name!r} another one")
        if not is_ip(address):
            raise ValueError(f"{address!r} is not an IPv4 address")
        names = tuple(full for one in (name.lower(), *aliases) for full in (one, f"{one}.local"))
        if address in self._hosts or not self._names.keys().isdisjoint(names):
            raise ValueError(f"host {name!r} at {address} is there already")
        host = self._hosts[address] = Host(self, name, address)
        self._given += address == _address(self._given)
        self._names |= dict.fromkeys(names, address)
        self.trace.emit(HostAdded(name, address, names))
        return host

    def remove_host(self, host: Host) -> None:
        """Let a machine leave: its connections are dropped, and nobody has its names and its address any more."""
        host.shut_down()
        if self._hosts.pop(host.address, None) is host:
            self._names = {name: address for name, address in self._names.items() if address != host.address}
            self.trace.emit(HostRemoved(host.name, host.address))

    def _free_address(self) -> str | None:
        """Return the next address that was never given: what still goes to a host that has left shall reach none."""
        while self._given < ADDRESSES and _address(self._given) in self._hosts:
            self._given += 1
        return _address(self._given) if self._given < ADDRESSES else None

    def rule(self, rule: str | Mapping[str, object] | Judge, /, **values: object) -> Rule:
        """Set a rule that breaks the network (docs/reference/network.md); the handle by which it is switched.

        Args:
            rule: its kind, such as "loss"; or its JSON form; or an object of one's own with `judge(packet)`
                (`sim.network.rule`).
            values: what is not the default, such as `percent=20`, `host="device"`.

        Raises:
            ValueError: there is no such rule, or it takes no such value (`sim.network.lab.RuleError`).
        """
        lab = self._make_lab()
        if isinstance(rule, str):
            return lab.add({"kind": rule, **values})
        if isinstance(rule, Mapping):
            return lab.add({**rule, **values})
        return lab.add_judge(rule, values)

    def preset(self, name: str, /, **values: object) -> list[Rule]:
        """Set the rules of a preset, such as "busy access point"; `values` say where they act, as `host="device"`.

        Raises:
            ValueError: there is no such preset, or its rules take no such value.
        """
        from sim.network.lab import find_preset

        forms = [form | values for form in find_preset(name).rules]
        return [self.rule(form) for form in forms]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that are set, in their order."""
        return () if self.lab is None else tuple(self.lab.rules)

    @property
    def hosts(self) -> tuple[Host, ...]:
        """All hosts, in the order in which they joined."""
        return tuple(self._hosts.values())

    def knows(self, name: str) -> bool:
        """Tell whether a host has this name or address."""
        return name.lower() in self._names or name in self._hosts or name.lower() == "localhost"

    def find_host(self, name: str) -> Host | None:
        """Return the host with this name or address, None if there is none."""
        return self._hosts.get(self._names.get(name.lower(), name))

    def free_name(self, name: str) -> str:
        """Return the name, or with the first number behind it (`peer-2`) that makes it a new one."""
        names = (name if number == 1 else f"{name}-{number}" for number in count(1))
        return next(name for name in names if name not in self._names)

    def resolve(self, asker: Host, name: str) -> str | None:
        """Return the address of a name, or None, as always without WiFi; question and answer stand in the trace."""
        if is_ip(name):
            return name
        key = name.lower().rstrip(".")
        address = LOOPBACK if key == "localhost" else self._names.get(key) if asker.has_wifi else None
        self.trace.emit(NameResolved(asker.name, name, address or ""))
        return address

    # What hosts and sockets call

    def next_number(self, kind: str) -> int:
        """Return the next number, from 1, for things of a kind: connections, listeners, endpoints, exchanges."""
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return number

    def arrival_us(self, src: str, dst: str) -> int:
        """Return when a packet arrives that leaves now, unless a rule decides."""
        return self.clock.now_us + (self.latency_us if src != dst else LOOPBACK_US)

    def send(self, sender: Host, packet: Packet) -> None:
        """Send a packet on its way; `packet.arrives_us` counts unless a rule decides."""
        if self.lab is not None:
            self.lab.send(sender, packet)
            return
        if packet.data:
            self.trace.emit(packet)
        else:
            self.trace.emit_weightless(packet)
        host = self._hosts.get(packet.dst)
        if host is not None:
            self.clock.post_at(packet.arrives_us, host.receive, packet)
        elif sender.is_local(packet.dst):
            self.clock.post_at(packet.arrives_us, sender.receive, packet)
        else:
            self.clock.post_at(packet.arrives_us, sender.unreachable, packet)

    def _make_lab(self) -> Lab:
        from sim.network.lab import Lab  # here: a network without rules has no use for it

        return self.lab or Lab(self)  # it takes the network over with its first rule


def _address(number: int) -> str:
    """Return an address that hosts get by themselves; numbers begin with 0."""
    subnet, last = divmod(number, IN_SUBNET)
    return f"192.168.{FIRST + subnet}.{last + 1}"
