"""A saved trace is read back as it was, and a text that is none is refused with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.event import EVENT_TYPES
from sim.export import TraceError, from_jsonl, to_har, to_jsonl, to_pcapng
from sim.trace import Record, Trace
from tests.export.runs import RUNS, hostile, keep_alive

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "trace.md").read_text("utf-8")
NAMES = {"int": "number", "str": "text", "bytes": "bytes", "bool": "true or false", "tuple[str, ...]": "list of texts"}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "int": st.integers(),
    "str": st.text(st.characters(codec=None)),
    "bytes": st.binary(),
    "bool": st.booleans(),
    "tuple[str, ...]": st.lists(st.text(), max_size=3).map(tuple),
}
FACTS = st.one_of(
    [st.builds(kind, **{one.name: VALUES[str(one.type)] for one in fields(kind)}) for kind in EVENT_TYPES.values()]
)


@given(st.integers(0), st.integers(0), FACTS, st.none() | st.tuples(st.text(), st.integers(0, 10**9 - 1)))
def test_every_record_is_read_back_as_it_was(seq: int, at_us: int, fact: Any, by: Any) -> None:
    record = Record(seq, at_us, fact, by)
    assert from_jsonl(to_jsonl([record])) == [record]


@pytest.mark.parametrize("run", [*RUNS.values(), hostile], ids=lambda run: run.__name__)
def test_a_saved_trace_gives_the_same_exports(run: Callable[[], Trace]) -> None:
    trace = run()
    saved = from_jsonl(to_jsonl(trace))
    assert saved == list(trace)
    assert to_har(saved) == to_har(trace)
    assert to_pcapng(saved) == to_pcapng(trace)


GOOD = '{"seq":0,"at_us":0,"type":"connection.closed","connection":1,"reason":"fin"}'


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 3 is no record of a trace: Expecting"),
        ("[]", "expected an object, got []"),
        ("[" * 100_000, "line 3 is no record"),
        ('{"seq":"0"}', 'seq must be a whole number, got "0"'),
        ('{"seq":0,"at_us":true}', "at_us must be a whole number, got true"),
        ('{"seq":0,"at_us":0,"type":"x"}', 'there is no record of type "x"'),
        ('{"seq":0,"at_us":0,"type":["x"]}', "there is no record of type"),
        (GOOD.replace(',"reason":"fin"', ""), "connection.closed lacks its field 'reason'"),
        (GOOD.replace('"fin"', "5"), "reason must be text, got 5"),
        (GOOD.replace('"reason"', '"more":1,"reason"'), "connection.closed has no field 'more'"),
        (GOOD.replace('"type"', '"by":"init.js","type"'), "by must be a file and a line, such as init.js:4"),
        ('{"seq":0,"at_us":0,"type":"uart.sent","host":"","uart":0,"data":"\\u0100"}', "data holds bytes"),
    ],
)
def test_what_is_no_record_is_refused_with_its_line(line: str, why: str) -> None:
    with pytest.raises(TraceError, match=re.escape(why)) as caught:
        from_jsonl(f"{GOOD}\n\n{line}\n")
    assert str(caught.value).startswith("line 3 ")


def described() -> dict[str, dict[str, str]]:
    """Return what the page says of the fields: by type of record, the kind of each field."""
    kinds = {
        name: kind
        for kind, names in re.findall(r"^\| ([a-z ]+) \| [^|]* \| (`.*`) \|$", PAGE, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", names)
    }
    return {
        name: {field: kinds[field] for field in re.findall(r"`(\w+)`", text) if field in kinds}
        for name, text in re.findall(r"^## ([a-z.]+)$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    }


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_the_page_on_the_trace_gives_the_kind_of_every_field(name: str) -> None:
    wanted = {one.name: NAMES[str(one.type)] for one in fields(EVENT_TYPES[name])}
    assert {field: kind for field, kind in described()[name].items() if field in wanted} == wanted


def test_lines_are_flat_objects_in_ascii() -> None:
    for line in to_jsonl(keep_alive()).splitlines():
        assert line.isascii()
        record = json.loads(line)
        assert list(record)[:2] == ["seq", "at_us"]
        assert not any(isinstance(value, dict) for value in record.values())
