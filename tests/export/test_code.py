"""Exchanges are written as code that makes them again: what is written runs, and sends what was sent."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.event import HttpRequested, HttpResponded, WsFramed
from sim.export import from_jsonl, to_jsonl
from sim.export.code import FORMS, CodeError, to_code
from sim.export.code.act import OWN, Request, story_of
from sim.mhttp.head import strict_request
from sim.testing import World
from sim.testing.backend import Native
from sim.trace import Record
from tests.export.hurl_reader import read_hurl
from tests.export.told import CASES, FIRMWARE, played

Sent = tuple[str, str, list[tuple[bytes, bytes]], bytes]


def sent(records: list[Record], role: str = "inbound", host: str = "device") -> list[Sent]:
    """Return what was asked of the device, but for what each client writes anew."""
    facts = [one.event for one in records if isinstance(one.event, HttpRequested)]
    return [
        (
            one.method,
            one.target,
            sorted(
                (name, value)
                for name, value in strict_request(one.data[: one.head_size]).headers
                if name.decode().lower() not in {*OWN, "sec-websocket-key"}
            ),
            one.data[one.head_size :],
        )
        for one in facts
        if one.role == role and one.host == host
    ]


def frames(records: list[Record]) -> list[tuple[str, int, bytes]]:
    facts = [one.event for one in records if isinstance(one.event, WsFramed)]
    return [(one.direction, one.opcode, one.data) for one in facts]


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    """A folder with the firmware."""
    (pytester.path / "init.py").write_text(FIRMWARE)
    return pytester.path


@pytest.mark.parametrize("case", CASES)
def test_a_test_for_pytest_passes_and_sends_the_same(case: str, folder: Path, pytester: pytest.Pytester) -> None:
    records = played(case)
    pytester.makepyfile(to_code(records, "pytest", firmware="init.py"))
    pytester.runpytest_inprocess("--sim-seed=7", "--sim-trace=on").assert_outcomes(passed=1)
    [trace] = folder.rglob("trace.jsonl")
    again = from_jsonl(trace.read_text("utf-8"))
    for role in ("inbound", "outbound"):
        assert sent(again, role) == sent(records, role)
    assert frames(again) == frames(records)


@pytest.mark.parametrize("case", CASES)
def test_a_scenario_passes(case: str, folder: Path) -> None:
    text = to_code(played(case), "scenario", firmware="init.py")
    lines = text.splitlines()
    program = [line[4:] for line in lines if line.startswith("#   ") or line == "#"]
    if program:
        (folder / "cloud.py").write_text("\n".join(program) + "\n")
    (folder / "told.yaml").write_text(text, "utf-8")
    assert main(["test", str(folder / "told.yaml")]) == 0


WORDS = """curl() { printf '%s\\0' "$@" >> words; printf '\\0' >> words; cat >> stdin; }
"""


@pytest.mark.parametrize("case", ["plain", "odd", "late"])
@pytest.mark.parametrize("shell", list(filter(shutil.which, ["bash", "zsh"])))
def test_a_shell_takes_the_commands_for_curl_apart_into_what_was_sent(case: str, shell: str, tmp_path: Path) -> None:
    records = played(case)
    (tmp_path / "script").write_text(WORDS + to_code(records, "curl", firmware="init.py"), "utf-8")
    subprocess.run([shell, "script"], stdin=subprocess.DEVNULL, cwd=tmp_path, check=True)
    calls = (tmp_path / "words").read_bytes().removesuffix(b"\0\0").split(b"\0\0")
    assert [requested(call.split(b"\0"), tmp_path) for call in calls] == [
        (method, target, sorted(fields), body) for method, target, fields, body in sent(records)
    ]


@pytest.mark.parametrize("case", ["plain", "odd", "hostile"])
@pytest.mark.parametrize("shell", list(filter(shutil.which, ["bash", "zsh"])))
def test_curl_itself_sends_what_was_sent(case: str, shell: str, tmp_path: Path) -> None:
    records, backend = played(case), Native(7)
    world = World(backend, 7)
    try:
        address = world.add_device({"init.py": FIRMWARE}, main="init.py").serve()
        commands = to_code(records, "curl", firmware="init.py").replace("http://127.0.0.1:8080", address)
        (tmp_path / "script").write_text(
            f'set -e\ncurl() {{ command curl -qsS --max-time 20 "$@"; }}\n{commands}', "utf-8"
        )
        done = subprocess.run([shell, "script"], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert without_curls_own(sent(list(world.trace))) == without_curls_own(sent(records))
        assert [path.name for path in tmp_path.iterdir()] == ["script"]
    finally:
        backend.close()


def without_curls_own(requests: list[Sent]) -> list[Sent]:
    """Return requests without the fields that curl adds by itself."""
    own = (b"User-Agent", b"Accept")
    return [(*about, [field for field in fields if field[0] not in own], body) for *about, fields, body in requests]


def requested(words: list[bytes], folder: Path) -> Sent:
    """Return the request that curl would send (its manual says so of these options)."""
    method, fields, body, url = "", [], b"", b""
    queue = iter(words)
    for word in queue:
        match word.decode("utf-8", "replace"):
            case "-X":
                method = next(queue).decode()
            case "--head":
                method = "HEAD"
            case "-H":
                name, colon, value = next(queue).partition(b":")
                if colon and value.strip() and name.lower() != b"transfer-encoding":
                    fields.append((name, value.strip()))
            case "--data-raw":
                body = next(queue)
            case "--data-binary":
                assert next(queue) == b"@-"
                body = (folder / "stdin").read_bytes()
            case "--globoff" | "--path-as-is":
                pass
            case _:
                assert not url
                url = word
    target = url.removeprefix(b"http://127.0.0.1:8080").decode()
    return method or ("POST" if body else "GET"), target, sorted(fields), body


@pytest.mark.parametrize("case", ["plain", "odd", "hostile"])
def test_a_file_for_hurl_is_of_its_grammar_and_says_what_was_sent_and_answered(case: str) -> None:
    records = played(case)
    told = [act for act in story_of(records, None, "") if isinstance(act, Request)]
    told = [act for act in told if not any("\udc80" <= one <= "\udcff" for _, value in act.fields for one in value)]
    entries = read_hurl(to_code(records, "hurl"))
    assert [(one.method, one.url, one.fields, one.body) for one in entries] == [
        (act.method, f"http://127.0.0.1:8080{act.target}", act.fields, act.body) for act in told
    ]
    assert [(one.status, one.expected_body) for one in entries] == [
        (act.answer.status, act.answer.body) for act in told if act.answer
    ]


def test_one_message_stands_for_its_exchange_or_its_websocket() -> None:
    records = played("plain")
    [answer] = [one.seq for one in records if isinstance(one.event, HttpResponded)][1:2]
    acts = story_of(records, {answer}, "").acts
    assert [(act.method, act.target) for act in acts] == [("POST", "/echo")]
    records = played("sockets")
    frame = [one.seq for one in records if isinstance(one.event, WsFramed)][-1]
    assert [act.target for act in story_of(records, {frame}, "").acts] == ["/chat"]


def test_between_two_devices_either_side_stands_for_the_exchange() -> None:
    records = played("asking")
    told = [(one.seq, one.event.host) for one in records if isinstance(one.event, HttpRequested)]
    assert {host for _, host in told} == {"device", "cloud"}
    assert len({to_code(records, "pytest", selected={seq}) for seq, _ in told}) == 1


REFUSED = [
    ("sockets", "curl", "curl speaks no such conversation"),
    ("sockets", "hurl", "Hurl has none"),
    ("asking", "curl", "curl asks only the device"),
    ("asking", "hurl", "Hurl asks only the device"),
    ("late", "hurl", "got no answer"),
    ("late", "playwright-js", "got no answer"),
    ("late", "playwright-python", "got no answer"),
]


@pytest.mark.parametrize(("case", "form", "why"), REFUSED)
def test_what_a_form_cannot_say_is_refused_with_the_reason(case: str, form: str, why: str) -> None:
    with pytest.raises(CodeError, match=why):
        to_code(played(case), form)


@pytest.mark.parametrize("form", FORMS)
def test_there_has_to_be_something_to_make_again(form: str) -> None:
    records = played("plain")
    with pytest.raises(CodeError, match="only HTTP and WebSocket messages"):
        to_code(records, form, selected={0})
    with pytest.raises(CodeError, match="no longer in the trace"):
        to_code(records, form, selected={10**6})


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected one of pytest, .*, got 'perl'"):
        to_code([], "perl")


def test_the_same_is_written_of_a_trace_that_was_saved() -> None:
    records = played("odd")
    assert to_code(from_jsonl(to_jsonl(records)), "pytest") == to_code(records, "pytest")
