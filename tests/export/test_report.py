"""The report stands alone, and hostile content is text in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from sim.event import DeviceFailed, DevicePrinted, HttpRequested
from sim.export import to_report
from sim.export.report import MOST_ROWS
from sim.trace import Record, Trace
from tests.export.runs import RUNS, hostile, keep_alive, lossy


class Tags(HTMLParser):
    """Counts tags, and keeps their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a tag."""
        self.seen.append(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("run", [*RUNS.values(), lossy, hostile], ids=lambda run: run.__name__)
def test_the_page_needs_nothing_else(run: Callable[[], Trace]) -> None:
    page = to_report(run())
    tags = Tags(page)
    assert not {"script", "img", "link", "iframe", "object", "svg", "a", "b", "form"} & set(tags.seen)
    assert tags.attributes <= {"lang", "charset", "http-equiv", "content", "class"}
    assert page.encode("utf-8").decode() == page
    assert "url(" not in page.split("</style>")[0]


def test_it_tells_what_ran_and_what_happened() -> None:
    page = to_report(keep_alive())
    for text in ("192.168.4.1", "documented", "PUT /plain", "404 Not Found", "init.py:4", "{&quot;on&quot;:true}"):
        assert text in page


def test_it_tells_of_failures_and_of_what_did_not_arrive() -> None:
    trace = hostile()
    assert trace.of(DeviceFailed)
    assert re.search(r'class="failed">.*ValueError', to_report(trace), re.DOTALL)
    assert "<td>a test&#x27;s rule<td>1" in to_report(lossy())


def test_of_very_many_records_the_newest_are_shown() -> None:
    records = [Record(n, n, DevicePrinted("device", f"line {n}\n")) for n in range(MOST_ROWS + 7)]
    page = to_report(records)
    assert f"The newest {MOST_ROWS} of {MOST_ROWS + 7}." in page
    assert "line 6\n" not in page
    assert f"line {MOST_ROWS + 6}\n" in page


def test_a_long_body_is_cut() -> None:
    data = b"POST / HTTP/1.1\r\n\r\n" + b"x" * 100_000
    page = to_report([Record(0, 0, HttpRequested(1, 1, "device", "inbound", "POST", "/", "HTTP/1.1", 0, 19, data))])
    assert "and 83635 more bytes" in page
    assert len(page) < 30_000


def test_nothing_is_a_report_too() -> None:
    assert "0 records" in to_report([])
