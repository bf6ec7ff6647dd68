"""`run` and `export` write the formats into files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.export import from_jsonl, to_jsonl
from tests.export import tshark
from tests.export.runs import ITSELF, keep_alive

NAMES = ("--pcap", "--har", "--trace", "--report")


def names_in(folder: Path) -> list[str]:
    return [part for name in NAMES for part in (name, str(folder / name[2:]))]


def test_run_writes_what_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware = tmp_path / "init.py"
    firmware.write_text(ITSELF)
    assert main(["run", str(firmware), *names_in(tmp_path)]) == 0
    assert main(["run", str(firmware), "--json"]) == 0
    assert (tmp_path / "trace").read_text() == capsys.readouterr().out
    assert len(tshark.summary((tmp_path / "pcap").read_bytes(), tmp_path)) > 3
    assert json.loads((tmp_path / "har").read_text())["log"]["entries"] == []
    assert (tmp_path / "report").read_text("utf-8").startswith("<!doctype html>")


def test_run_writes_all_records_also_those_that_left_the_trace(tmp_path: Path) -> None:
    firmware = tmp_path / "init.py"
    firmware.write_text("for n in range(100_050):\n    print(n)\n")
    assert main(["run", str(firmware), "--trace", str(tmp_path / "all")]) == 0
    records = from_jsonl((tmp_path / "all").read_text())
    assert [record.seq for record in records] == list(range(len(records)))
    assert len(records) > 100_050


def test_run_that_fails_to_start_is_written_too(tmp_path: Path) -> None:
    firmware = tmp_path / "init.py"
    firmware.write_text("boom()")
    assert main(["run", str(firmware), "--trace", str(tmp_path / "all")]) == 1
    assert "device.failed" in (tmp_path / "all").read_text()


def test_export_makes_the_other_formats_of_a_saved_trace(tmp_path: Path) -> None:
    saved = tmp_path / "saved.jsonl"
    saved.write_text(to_jsonl(keep_alive()))
    assert main(["export", str(saved), *names_in(tmp_path)]) == 0
    assert (tmp_path / "trace").read_text() == saved.read_text()
    assert len(json.loads((tmp_path / "har").read_text())["log"]["entries"]) == 4
    assert main(["export", str(saved), "--har", str(tmp_path / "har"), "--connection", "4"]) == 0
    [entry] = json.loads((tmp_path / "har").read_text())["log"]["entries"]
    assert entry["request"]["url"] == "http://device/nothing"


@pytest.mark.parametrize(
    ("text", "arguments", "why"),
    [
        ("{}", ["--har", "out"], "line 1 is no record of a trace: seq must be a whole number"),
        ("", [], "nothing to write: give --pcap, --har, --trace or --report with a file"),
        ("", ["--har", "missing/folder"], "cannot write"),
        (None, ["--har", "out"], "cannot read"),
        ("\udcff", ["--har", "out"], "cannot read"),
    ],
)
def test_what_cannot_be_is_said(
    text: str | None,
    arguments: list[str],
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path("saved").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main(["export", "saved", *arguments]) == 2
    assert why in capsys.readouterr().err
