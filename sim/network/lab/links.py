"""Is what rules do to packets on their way: each effect looks at a flight, and decides about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from sim.event import DatagramSent, SegmentSent
from sim.network.host import Host
from sim.network.lab.rule import SECOND_US, Rule
from sim.network.packet import ACK, SYN, Packet
from sim.network.rule import Deliver, Drop, Judge

__all__ = ["LINK_EFFECTS", "Effect", "Flight", "Judged", "WifiOff"]

IP_HEAD: Final = 20
TCP_HEAD: Final = 20
UDP_HEAD: Final = 8


class Flight:
    """A packet under way, and what rules have decided about it so far."""

    __slots__ = (
        "asked",
        "copies",
        "delay_us",
        "effects",
        "is_decided",
        "is_refused",
        "lost",
        "overtaken",
        "packet",
        "sender",
    )

    def __init__(self, packet: Packet, sender: Host) -> None:
        self.packet = packet
        self.sender = sender
        self.asked: set[Rule] = set()
        """Rules that have had their say: one that is set later is asked when the packet arrives."""
        self.effects: list[tuple[Rule, str, int]] = []
        self.delay_us = 0
        self.is_decided = False
        """No further rule is asked."""
        self.lost = ""
        """Why the packet does not arrive, "" if it does."""
        self.is_refused = False
        self.overtaken = False
        """Later packets may arrive before this one."""
        self.copies: list[int] = []
        """How much later each further copy arrives."""

    def delay(self, rule: Rule, us: int, effect: str = "delayed") -> None:
        """Let the packet arrive later."""
        if us > 0:
            self.delay_us += us
            self.effects.append((rule, effect, us))

    def lose(self, rule: Rule, effect: str = "dropped", reason: str = "") -> None:
        """Let the packet vanish."""
        self.lost = reason or f"{rule.kind.name} (rule {rule.number})"
        self.is_decided = True
        self.effects.append((rule, effect, 0))


class Effect(Protocol):
    """What a rule does to packets where it acts."""

    def meet(self, flight: Flight, now_us: int) -> None:
        """Decide about a packet."""


class Latency:
    """Adds the same time to every packet."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._us = rule.us_of("ms")

    def meet(self, flight: Flight, now_us: int) -> None:
        flight.delay(self._rule, self._us)


class Jitter(Latency):
    """Adds up to a time."""

    def meet(self, flight: Flight, now_us: int) -> None:
        flight.delay(self._rule, self._rule.random.randint(0, self._us))


class Bandwidth:
    """Sends one packet after the other, each direction between two hosts for itself."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._bits_per_s = rule.number_of("kbit") * 1000
        self._free_us: dict[tuple[str, str], int] = {}

    def meet(self, flight: Flight, now_us: int) -> None:
        packet = flight.packet
        head = IP_HEAD + (TCP_HEAD if isinstance(packet, SegmentSent) else UDP_HEAD)
        takes_us = round((head + len(packet.data)) * 8 * SECOND_US / self._bits_per_s)
        begins_us = max(now_us, self._free_us.get((packet.src, packet.dst), 0))
        self._free_us[packet.src, packet.dst] = begins_us + takes_us
        flight.delay(self._rule, begins_us + takes_us - now_us, "queued")


class Loss:
    """Drops packets at random."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def meet(self, flight: Flight, now_us: int) -> None:
        if _is_what(flight.packet, self._rule) and self._rule.draws():
            flight.lose(self._rule)


class DropFirst:
    """Drops so many packets, and then no more."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._left = int(rule.number_of("count"))

    def meet(self, flight: Flight, now_us: int) -> None:
        if self._left and _is_what(flight.packet, self._rule):
            self._left -= 1
            flight.lose(self._rule)


class Duplicate:
    """Lets packets arrive a second time."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def meet(self, flight: Flight, now_us: int) -> None:
        if self._rule.draws():
            us = self._rule.us_of("ms")
            flight.copies.append(us)
            flight.effects.append((self._rule, "duplicated", us))


class Reorder:
    """Holds packets back while later ones pass."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def meet(self, flight: Flight, now_us: int) -> None:
        if self._rule.draws() and (us := self._rule.us_of("ms")):
            flight.overtaken = True
            flight.delay(self._rule, us, "held back")


class Partition:
    """Drops everything."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def meet(self, flight: Flight, now_us: int) -> None:
        flight.lose(self._rule)


class HalfOpen:
    """Drops all of a connection once it has carried enough, or was silent for long enough."""

    MOST: Final = 10_000
    """Connections that are kept in mind, the newest."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._left = int(rule.number_of("bytes"))
        self._idle_us = round(rule.number_of("idle") * SECOND_US)
        self._flows: dict[
            frozenset[tuple[str, int]], tuple[int, int]
        ] = {}  # -> bytes so far (-1: dead), last heard of

    def meet(self, flight: Flight, now_us: int) -> None:
        packet = flight.packet
        assert isinstance(packet, SegmentSent)
        key = frozenset(((packet.src, packet.src_port), (packet.dst, packet.dst_port)))
        seen, last_us = self._flows.get(key, (0, now_us))
        if packet.flags & (SYN | ACK) == SYN:
            seen, last_us = 0, now_us
        if seen >= 0:
            seen += len(packet.data)
            is_over = now_us - last_us >= self._idle_us if self._idle_us else bool(packet.data) and seen > self._left
            seen = -1 if is_over else seen
        self._flows[key] = (seen, now_us)
        if len(self._flows) > self.MOST:
            del self._flows[next(iter(self._flows))]
        if seen < 0:
            flight.lose(self._rule)


class Refuse:
    """Lets the packets that open a connection be answered with a reset."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def meet(self, flight: Flight, now_us: int) -> None:
        packet = flight.packet
        if isinstance(packet, SegmentSent) and packet.flags & (SYN | ACK) == SYN and self._rule.draws():
            flight.is_refused = flight.is_decided = True
            flight.effects.append((self._rule, "refused", 0))


class WifiOff(Partition):
    """Drops all that the device without WiFi sends, or is sent."""


class Judged:
    """Asks an object of somebody's own; the first that does not pass decides."""

    def __init__(self, rule: Rule, judge: Judge) -> None:
        self._rule = rule
        self._judge = judge

    def meet(self, flight: Flight, now_us: int) -> None:
        verdict = self._judge.judge(flight.packet)
        if isinstance(verdict, Drop):
            flight.lose(self._rule, reason=verdict.reason)
        elif isinstance(verdict, Deliver):
            flight.is_decided = flight.overtaken = True
            flight.delay_us = verdict.delay_us - (flight.packet.arrives_us - now_us)
            flight.effects.append((self._rule, "delivered", verdict.delay_us))


def _is_what(packet: Packet, rule: Rule) -> bool:
    match rule.values["what"]:
        case "syn":
            return isinstance(packet, SegmentSent) and bool(packet.flags & SYN)
        case "data":
            return bool(packet.data)
        case _:
            return True


def is_protocol(packet: Packet, rule: Rule) -> bool:
    """Tell whether the packet is of the protocol that a rule is for."""
    protocol = rule.values.get("protocol", "any")
    return protocol == "any" or (protocol == "udp") == isinstance(packet, DatagramSent)


LINK_EFFECTS: Final[dict[str, Callable[[Rule], Effect]]] = {
    "latency": Latency,
    "jitter": Jitter,
    "bandwidth": Bandwidth,
    "loss": Loss,
    "drop-first": DropFirst,
    "duplicate": Duplicate,
    "reorder": Reorder,
    "partition": Partition,
    "half-open": HalfOpen,
    "refuse": Refuse,
    "wifi-off": WifiOff,
}
