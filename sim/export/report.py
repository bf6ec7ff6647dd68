"""Writes a trace as one page of HTML that needs nothing else: no script, no style sheet, no network.

All of a trace may come from hostile firmware or peers: it is text here and stays text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from sim.event import DeviceBooted, DeviceFailed, DeviceLogged, DevicePrinted, HostAdded, PacketDropped
from sim.export.exchange import Exchange, gather
from sim.export.text import line_of, messages_of, time_of
from sim.trace import Record

__all__ = ["MOST_ROWS", "to_report"]

MOST_ROWS: Final = 5_000
"""Rows of a table, the newest; the page says how many there were."""

MOST_BODY: Final = 16_384
"""Bytes of a message that the page shows."""

STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif }
body { max-width: 75rem; margin: 1.5rem auto; padding: 0 1rem }
table { border-collapse: collapse } th { text-align: left }
td, th { padding: .15rem .9rem .15rem 0; vertical-align: top }
pre, td, summary { font-family: ui-monospace, monospace; font-size: .85rem; unicode-bidi: isolate }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8882; padding: .5rem }
pre { max-height: 30rem; overflow: auto }
.failed { color: #c22 } .by { opacity: .7 }
"""

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def to_report(records: Iterable[Record], title: str = "Run of a simulated device") -> str:
    """Return the page: what ran, its exchanges with heads and bodies, its other messages, the console, all records."""
    held = list(records)
    parts = [_summary(held), _exchanges(gather(held)), _messages(held), _console(held), _records(held)]
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{_safe(title)}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n<style>{STYLE}</style>\n'
        f"<h1>{_safe(title)}</h1>\n{''.join(parts)}</html>\n"
    )


def _safe(text: str) -> str:
    """Return text as HTML, with signs for what cannot be printed; lines and tabs stay."""
    printable = "".join(
        char if char.isprintable() or char in "\n\t" else char.encode("unicode_escape").decode() for char in text
    )
    return escape(printable)


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{title}</h2>\n{content}</section>\n" if content else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{_safe(text)}" for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{_safe(cell)}" for cell in row) + "\n" for row in rows)
    return f"<table>\n<tr>{head}\n{body}</table>\n"


def _newest(rows: Sequence[Record]) -> tuple[Sequence[Record], str]:
    if len(rows) <= MOST_ROWS:
        return rows, ""
    return rows[-MOST_ROWS:], f"<p>The newest {MOST_ROWS} of {len(rows)}.\n"


def _summary(records: Sequence[Record]) -> str:
    devices = [
        (e.name, e.address, e.main, e.profile, str(e.seed), str(e.boot))
        for record in records
        if isinstance(e := record.event, DeviceBooted)
    ]
    hosts = [(e.host, e.address) for record in records if isinstance(e := record.event, HostAdded)]
    counts = Counter(record.event.type for record in records)
    ends = f"{time_of(records[0].at_us)} to {time_of(records[-1].at_us)} of virtual time. " if records else ""
    lost = f"The first {records[0].seq} records had left the trace. " if records and records[0].seq else ""
    faults = _table(("Did not arrive", "Packets"), _drops(records)) if counts["packet.dropped"] else ""
    return (
        f"<p>{ends}{len(records)} records. {lost}\n"
        + _table(("Device", "Address", "Firmware", "Profile", "Seed", "Boot"), devices)
        + _section("Hosts", _table(("Host", "Address"), hosts) if hosts else "")
        + faults
    )


def _drops(records: Sequence[Record]) -> list[tuple[str, str]]:
    reasons = Counter(e.reason for record in records if isinstance(e := record.event, PacketDropped))
    return [(reason, str(count)) for reason, count in sorted(reasons.items())]


def _exchanges(exchanges: Sequence[Exchange]) -> str:
    told = [_exchange(one) for one in exchanges[-MOST_ROWS:]]
    lost = f"<p>The newest {MOST_ROWS} of {len(exchanges)}.\n" if len(exchanges) > MOST_ROWS else ""
    return _section("HTTP", lost + "".join(told) if told else "")


def _exchange(exchange: Exchange) -> str:
    request, response = exchange.request, exchange.response
    begun_us, (_, done_us) = exchange.begun_us, exchange.received_us
    outcome = exchange.ended or "no response" if response is None else f"{response.status} {response.reason}"
    took = "" if response is None else f" in {(done_us - begun_us) / 1000:g} ms"
    by = "" if exchange.by is None else f' <span class="by">{_safe(f"{exchange.by[0]}:{exchange.by[1]}")}</span>'
    title = f"{time_of(begun_us)}  {request.host}  {request.method} {request.target} \u2192 {outcome}{took}"
    bodies = f"<pre>{_bytes(request.data)}</pre>\n"
    bodies += "" if response is None else f"<pre>{_bytes(response.data)}</pre>\n"
    mark = "" if response is not None and response.status < 400 else ' class="failed"'
    return f"<details><summary{mark}>{_safe(title)}{by}</summary>\n{bodies}</details>\n"


def _bytes(data: bytes) -> str:
    text = data[:MOST_BODY].decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    more = len(data) - MOST_BODY
    return _safe(text) + (f"\n... and {more} more bytes" if more > 0 else "")


def _messages(records: Sequence[Record]) -> str:
    rows, lost = _newest(messages_of(records))
    text = "\n".join(line_of(record) for record in rows)
    return _section("Messages", f"{lost}<pre>{_safe(text)}</pre>\n" if rows else "")


def _console(records: Sequence[Record]) -> str:
    kinds = (DevicePrinted, DeviceLogged, DeviceFailed)
    rows, lost = _newest([record for record in records if isinstance(record.event, kinds)])
    return _section("Console", f"{lost}<pre>{''.join(map(_said, rows))}</pre>\n" if rows else "")


def _said(record: Record) -> str:
    event = record.event
    if isinstance(event, DeviceFailed):
        return f'<span class="failed">{_safe(event.trace)}</span>'
    if isinstance(event, DeviceLogged):
        return _safe(f"[{event.file}:{event.line}] {event.text}\n")
    assert isinstance(event, DevicePrinted)
    return _safe(event.text)


def _records(records: Sequence[Record]) -> str:
    rows, lost = _newest(records)
    text = "\n".join(line_of(record) for record in rows)
    inside = f"{lost}<pre>{_safe(text)}</pre>\n"
    return _section("Records", f"<details><summary>{len(records)} records</summary>\n{inside}</details>\n")
