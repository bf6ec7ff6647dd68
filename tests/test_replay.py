"""A run of a test or of a scenario is played again on the command line, and in a page that goes on from there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.replay import RunError, replay
from sim.run.file import LONGEST, read_run, to_fragment
from sim.testing import NoAnswer, SimError, World
from sim.testing.backend import Native
from tests.test_bridge import Page
from tests.test_run import FIRMWARE, fetch, lively, replayed, saved, trace_of


@pytest.fixture
def world() -> World:
    return World(Native(3), 3)


def failing(world: World) -> str:
    """Return the run of a test that has no answer at its end."""
    device = world.add_device({"init.js": FIRMWARE, "logo.bin": b"\xff\x00"}, name="device")
    assert device.get("/").status == 200
    socket = device.ws("/ws")
    socket.send("hello")
    assert socket.receive() == "echo"
    device.pin(4).set(1)
    world.clock.advance(3)
    assert "tick" in device.console
    world.network.rule("refuse", optional=True)
    with pytest.raises(NoAnswer):
        device.get("/", timeout=5)
    return world.saved_run("a test")


def test_the_run_of_a_test_gives_the_same_records_again(world: World) -> None:
    text = failing(world)
    made = replay(text)
    assert made.difference is None
    assert made.name == "a test"
    assert [record.to_line() for record in made.records] == [record.to_line() for record in world.trace]
    assert made.sha256 == world.trace.digest


def test_the_run_of_a_test_does_not_hold_what_it_only_looked_at(world: World) -> None:
    names = [name for _, _, name, _, _ in read_run(failing(world)).calls]
    assert "console" not in names
    assert "now_us" not in names
    assert names.count("device") == 1


def test_the_run_of_a_test_can_be_opened_in_a_page_and_gone_on_with(world: World) -> None:
    text, page = failing(world), Page()
    told = replayed(text, page)
    assert told["is_same"]
    assert told["project"]["files"] == {"init.js": FIRMWARE}
    assert told["project"]["binary"] == {"logo.bin": "\xff\x00"}
    assert page.snapshot["device"]["state"] == "running"
    page.ask("time.speed", speed=1)
    [rule] = page.snapshot["rules"]
    page.ask("rules.remove", rule=rule["rule"])
    assert fetch(page)["ok"]
    again = saved(page)
    assert len(read_run(again).inputs) == 2
    assert replayed(again)["is_same"]


def test_a_device_of_another_name_is_the_one_that_the_page_shows(world: World) -> None:
    lamp = world.add_device({"init.js": FIRMWARE}, name="lamp")
    assert lamp.get("/").ok
    page = Page()
    assert replayed(world.saved_run(), page)["is_same"]
    assert page.snapshot["device"]["name"] == "lamp"
    assert [one["hits"] for one in page.snapshot["endpoints"] if one["uri"] == "/"] == [1]


def test_one_can_go_back_in_the_run_of_a_test_also_into_the_middle_of_a_call(world: World) -> None:
    text, page = failing(world), Page()
    replayed(text, page)
    whole = trace_of(page)
    for seq in range(0, len(whole), 5):
        told = page.ask("run.rewind", seq=page.bridge.base + seq)["value"]
        assert told["is_same"], told
        now = trace_of(page)
        assert now == whole[: len(now)]
        assert len(now) > seq
        # What follows is a branch of its own
        other = Page()
        assert replayed(saved(page), other)["is_same"]
        assert trace_of(other) == now
        replayed(text, page)


def test_a_branch_of_a_test_is_the_same_again(world: World) -> None:
    page = Page()
    replayed(failing(world), page)
    [first, *_] = [record["seq"] for record in trace_of(page) if record["type"] == "http.requested"]
    page.ask("run.rewind", seq=page.bridge.base + first)
    page.ask("time.speed", speed=1)
    assert fetch(page)["ok"]
    page.wait(1500)
    text = saved(page)
    assert read_run(text).stopped is not None
    other = Page()
    assert replayed(text, other)["is_same"]
    assert trace_of(other) == trace_of(page)


def test_an_object_of_the_tests_own_keeps_a_run_from_being_saved(world: World) -> None:
    class Judge:
        def judge(self, packet: object) -> None:
            """Let everything pass."""

    world.network.rule(Judge(), optional=True)
    with pytest.raises(SimError, match=r"cannot be saved: rule was given an object of the test's own"):
        world.saved_run()


def test_a_real_port_keeps_a_run_from_being_saved(world: World) -> None:
    device = world.add_device({"init.js": FIRMWARE}, name="device")
    device.serve()
    with pytest.raises(SimError, match="a port of its device was a real one"):
        world.saved_run()
    world.backend.close()


def test_a_test_that_asks_too_much_cannot_be_saved(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.engine.calls.MOST_INPUTS", 5)
    device = world.add_device({"init.js": FIRMWARE}, name="device")
    for _ in range(5):
        device.get("/")
    with pytest.raises(SimError, match="it is too long"):
        world.saved_run()


def test_a_short_run_fits_into_a_link_and_a_long_one_does_not() -> None:
    run = read_run(saved(lively()))
    fragment = to_fragment(run)
    assert fragment is not None
    assert fragment.startswith("#r=")
    assert len(fragment) < 5_000
    noise = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(LONGEST))
    assert to_fragment(run._replace(name=noise)) is None


def test_the_command_says_that_the_records_are_the_same(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, trace = tmp_path / "run.json", tmp_path / "trace.jsonl"
    file.write_text(failing(world))
    assert main(["replay", str(file), "--trace", str(trace)]) == 0
    count = len(world.trace)
    assert capsys.readouterr().out == f"the same {count} records as recorded, sha256 {world.trace.digest}\n"
    assert trace.read_text() == world.trace.to_jsonl()
    assert main(["replay", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "name": "a test", "records": count, "is_same": True, "difference": None, "sha256": world.trace.digest
    }  # fmt: skip


def test_the_command_shows_the_first_record_that_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = json.loads(saved(lively()))
    run["inputs"][1][2]["target"] = "/another"
    file = tmp_path / "run.json"
    file.write_text(json.dumps(run))
    assert main(["replay", str(file)]) == 1
    first, recorded, now = capsys.readouterr().out.splitlines()
    assert first.startswith("record ")
    assert recorded.startswith('  recorded: {"seq":')
    assert '"GET / HTTP' in recorded
    assert now.startswith("  now:      {")
    assert '"GET /another HTTP' in now
    run["inputs"] = run["inputs"][:1]
    file.write_text(json.dumps(run))
    assert main(["replay", str(file)]) == 1
    assert "recorded: {" in capsys.readouterr().out


def test_the_command_tells_a_record_that_the_run_did_not_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short, page = lively(), lively()
    fetch(page)
    run = json.loads(saved(page))
    kept = json.loads(saved(short))
    file = tmp_path / "run.json"
    file.write_text(json.dumps({**kept, "inputs": run["inputs"], "end": run["end"]}))
    assert main(["replay", str(file)]) == 1
    assert "recorded: nothing\n  now:      {" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is no JSON"),
        ("{}", "it is no run of mos-sim"),
        ('{"mos-sim-run": 99}', "it was made by a later version of mos-sim: its format is 99, and 1 is known here"),
        ('{"mos-sim-run": 1}', "'first' must be a whole number, 0 or more, got null"),
    ],
)
def test_the_command_refuses_what_is_no_run(
    text: str, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.json"
    file.write_text(text)
    assert main(["replay", str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"mos-sim: cannot replay {file}: {problem}")
    with pytest.raises(RunError):
        replay(text)


def test_the_command_refuses_a_file_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(tmp_path / "none.json")]) == 2
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    assert main(["replay", str(tmp_path / "bytes.json")]) == 2
    assert capsys.readouterr().err.endswith("it is no text in UTF-8\n")


SCENARIO = """
name: Fails
version: 1
firmware: {source: "print('here');"}
steps:
  - advance: 1
  - wait-console: there
"""


def test_the_run_of_a_failed_scenario_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        (folder / "fails.yaml").write_text(SCENARIO)
    files = [str(folder / "fails.yaml") for folder in folders]
    assert main(["test", *files, "--runs", str(tmp_path / "runs")]) == 1
    assert f"run of {files[0]}: {tmp_path / 'runs' / 'fails.run.json'}" in capsys.readouterr().out
    for name in ("fails.run.json", "fails-2.run.json"):
        assert main(["replay", str(tmp_path / "runs" / name)]) == 0


def test_a_session_of_the_command_line_can_be_played_again_also_in_a_page(tmp_path: Path) -> None:
    project, saved = tmp_path / "lamp", tmp_path / "run.json"
    (project / "hosts").mkdir(parents=True)
    (project / "init.js").write_text(FIRMWARE)
    (project / "hosts" / "cloud.js").write_text("print('cloud', Math.random());")
    (project / "data.bin").write_bytes(b"\xff\x00")
    given = ["--seed", "5", "--profile", "mongoose-6.7", "--limit", "connections=7", "--rule", "loss percent=20"]
    assert main(["run", str(project), "--for", "3", *given, "--save-run", str(saved)]) == 0
    made = replay(saved.read_text())
    assert made.difference is None
    assert made.name == "lamp"
    assert len(made.records) > 5
    page = Page()
    told = replayed(saved.read_text(), page)
    assert told["is_same"]
    assert told["project"]["files"] == {"init.js": FIRMWARE, "hosts/cloud.js": "print('cloud', Math.random());"}
    page.ask("time.speed", speed=1)
    assert fetch(page)["ok"]


def test_a_session_whose_firmware_fails_is_saved_too(tmp_path: Path) -> None:
    (tmp_path / "init.js").write_text("print(1); fail();")
    saved = tmp_path / "run.json"
    assert main(["run", str(tmp_path / "init.js"), "--save-run", str(saved)]) == 1
    assert replay(saved.read_text()).is_same


def test_a_run_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "init.js").write_text("print(1);")
    assert main(["run", str(tmp_path / "init.js"), "--save-run", str(tmp_path / "no" / "run.json")]) == 2
    assert "cannot write the run" in capsys.readouterr().err


def test_the_command_refuses_a_run_that_would_go_on_for_ever(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = json.loads(failing(world))
    run["end"] = [10**18, 10**15]
    file = tmp_path / "run.json"
    file.write_text(json.dumps(run))
    assert main(["replay", str(file)]) == 2
    assert "1,000,000,000,000,000 events happened in it, and no more than 10,000,000" in capsys.readouterr().err
    file.write_text(json.dumps({**run, "end": [10**18, 5000]}))
    assert main(["replay", str(file), "--most-events", "4999"]) == 2
    assert "--most-events" in capsys.readouterr().err
    assert main(["replay", str(file), "--most-events", "5000"]) == 1
