"""Holds what one boot of the device has shown: its records, put together so that conditions can look at them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sim.event import (
    ConnectionOpened,
    DeviceBooted,
    DevicePrinted,
    HttpRequested,
    HttpResponded,
    RpcCalled,
    RpcReplied,
    RuleAdded,
)
from sim.trace import Record

__all__ = ["Call", "Exchange", "Scene", "difference", "quoted"]

QUOTED: Final = 60
"""Characters of a long text that a sentence quotes."""


@dataclass(slots=True)
class Exchange:
    """A request and its response, None until it comes."""

    seq: int
    request: HttpRequested
    answered: int = -1
    response: HttpResponded | None = None


@dataclass(slots=True)
class Call:
    """An RPC call and its reply, None until it comes."""

    seq: int
    called: RpcCalled
    replied: int = -1
    reply: RpcReplied | None = None


class Scene:
    """The records of a device since it booted last; `records` is empty if it never did."""

    def __init__(self, records: Iterable[Record], host: str) -> None:
        self.host = host
        self.records: list[Record] = []
        self.exchanges: dict[int, Exchange] = {}
        self.calls: dict[int, Call] = {}
        self.ends: dict[int, ConnectionOpened] = {}
        """The device's ends of connections by number."""
        self.rules: dict[int, str] = {}
        """The kinds of rules that break the network, by their numbers."""
        for record in records:
            self._take(record)

    def _take(self, record: Record) -> None:
        event = record.event
        if isinstance(event, ConnectionOpened):
            if event.host == self.host:
                self.ends[event.connection] = event
        elif getattr(event, "host", self.host) != self.host:
            return
        if isinstance(event, RuleAdded):
            self.rules[event.rule] = event.kind
        elif isinstance(event, DeviceBooted):
            self.records.clear()
            self.exchanges.clear()
            self.calls.clear()
        elif isinstance(event, HttpRequested):
            self.exchanges[event.exchange] = Exchange(record.seq, event)
        elif isinstance(event, HttpResponded) and event.exchange in self.exchanges:
            exchange = self.exchanges[event.exchange]
            if exchange.response is None or exchange.response.status < 200:
                exchange.answered, exchange.response = record.seq, event
        elif isinstance(event, RpcCalled):
            self.calls[event.call] = Call(record.seq, event)
        elif isinstance(event, RpcReplied) and event.call in self.calls:
            self.calls[event.call].replied, self.calls[event.call].reply = record.seq, event
        self.records.append(record)

    def printed(self) -> list[tuple[int, str]]:
        """Return the lines of the console, each with the number of the record that ended it."""
        lines: list[tuple[int, str]] = []
        rest, seq = "", -1
        for record in self.records:
            if isinstance(record.event, DevicePrinted):
                seq = record.seq
                *whole, rest = (rest + record.event.text).split("\n")
                lines += [(seq, line.rstrip()) for line in whole]
        return [*lines, (seq, rest)] if rest else lines


def quoted(text: str | bytes) -> str:
    """Return the beginning of a text as a sentence quotes it."""
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return json.dumps(text if len(text) <= QUOTED else text[:QUOTED] + "...", ensure_ascii=False)


def difference(wanted: object, seen: object, what: str) -> str | None:
    """Say in what a JSON value is not as wanted, or None; of an object only the wanted members count."""
    if isinstance(wanted, dict):
        if not isinstance(seen, dict):
            return f"{what} is {_shown(seen)}, no object"
        for name, value in wanted.items():
            if name not in seen:
                return f"{what} has no {name!r}"
            found = difference(value, seen[name], f"{name!r} of {what}")
            if found:
                return found
        return None
    same = isinstance(wanted, bool) == isinstance(seen, bool) and wanted == seen
    return None if same else f"{what} is {_shown(seen)}, not {_shown(wanted)}"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= QUOTED else text[:QUOTED] + "..."
