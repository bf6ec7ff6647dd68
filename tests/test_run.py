"""A run can be saved, and played again with the same trace; in a page one can go back in it, and on from there."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.run.file import read_run
from tests.test_bridge import Page

FIRMWARE = """
let server = HTTP.get_system_server();
HTTP.add_endpoint(server, '/', function(conn, ev, msg) {
  if (ev === HTTP.EV_REQUEST) {
    print('asked', Math.random());
    Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\n' + JSON.stringify(Math.random()));
    Net.disconnect(conn);
  }
}, null);
HTTP.add_endpoint(server, '/ws', function(conn, ev, msg) {
  if (ev === HTTP.EV_WS_FRAME) HTTP.ws_send(conn, 1, 'echo');
}, null);
Timer.set(700, true, function() { print('tick', Math.random()); }, null);
"""


def booted(page: Page, source: str = FIRMWARE, **fields: Any) -> Page:
    answer = page.ask("boot", files={"init.js": source}, **fields)
    assert answer["ok"], answer
    return page


def fetch(page: Page, target: str = "/", **fields: Any) -> dict[str, Any]:
    return page.ask("http.fetch", method="GET", target=target, headers=[], body="", **fields)


def saved(page: Page, **fields: Any) -> str:
    answer = page.ask("run.save", **fields)
    assert answer["ok"], answer
    text = answer["value"]["run"]
    assert isinstance(text, str)
    return text


def replayed(text: str, page: Page | None = None, **fields: Any) -> dict[str, Any]:
    answer = (page or Page()).ask("run.replay", run=text, **fields)
    assert answer["ok"], answer
    value: dict[str, Any] = answer["value"]
    return value


def trace_of(page: Page) -> list[dict[str, Any]]:
    """Return the records of the network that there is, numbered from 0."""
    base = page.bridge.base
    return [{**record, "seq": record["seq"] - base} for record in page.records if record["seq"] >= base]


def lively() -> Page:
    page = booted(Page())
    fetch(page)
    socket = page.ask("ws.open", target="/ws", protocols=[])["value"]["socket"]
    page.ask("ws.send", socket=socket, opcode=1, data="hello")
    page.wait(1234)
    page.ask("rules.add", rule={"kind": "loss", "percent": 30})
    page.ask("pin.set", pin=4, level=1)
    fetch(page, **{"from": "browser"})
    page.wait(500)
    page.ask("reboot")
    fetch(page)
    page.ask("ws.close", socket=socket, code=1000, reason="")
    page.wait(333.3)
    return page


def test_a_run_gives_the_same_records_again() -> None:
    page = lively()
    text = saved(page, name="lively")
    other = Page()
    told = replayed(text, other)
    assert told["difference"] is None
    assert told["is_same"]
    assert told["name"] == "lively"
    assert told["records"] == read_run(text).outcome.records == len(trace_of(page))
    assert told["sha256"] == read_run(text).outcome.sha256
    assert trace_of(other) == trace_of(page)


def test_it_stands_where_the_run_ended_and_goes_on_from_there_as_the_other_did() -> None:
    page, other = lively(), Page()
    replayed(saved(page), other)
    assert [one["time"]["paused"] for one in other.messages if "time" in one][-1]
    assert other.delay_ms == -1
    other.wait(5000)
    assert trace_of(other) == trace_of(page)
    for one in (page, other):
        one.ask("time.pause")
        one.ask("time.step")
        one.ask("time.step")
    assert trace_of(other) == trace_of(page)


def test_the_page_learns_that_time_stands_although_nothing_happens_at_the_end() -> None:
    page, other = booted(Page(), "print(1);"), Page()
    page.wait(700)
    page.ask("pin.set", pin=2, level=1)
    replayed(saved(page), other)
    other.wait(200)
    times = [message["time"] for message in other.messages if message.get("type") == "records"]
    assert times[-1] == {"now_us": page.bridge.pace.now_us, "speed": 1, "paused": True}


def test_time_stands_behind_a_run_until_another_firmware_is_booted() -> None:
    page = booted(Page())
    text = saved(page)
    replayed(text, page)
    page.ask("reboot")
    assert page.bridge.pace.is_paused
    booted(page)
    assert not page.bridge.pace.is_paused
    assert fetch(page)["ok"]
    replayed(text, page)
    page.ask("time.pause")
    booted(page)
    assert page.bridge.pace.is_paused


def test_a_run_that_was_played_can_be_saved_as_one() -> None:
    page, other = lively(), Page()
    text = saved(page)
    replayed(text, other)
    again = saved(other)
    assert read_run(again) == read_run(text)


def test_events_of_one_moment_keep_their_order_when_time_was_stepped() -> None:
    page = booted(Page())
    page.ask("time.pause")
    page.handle({"id": "a", "type": "http.fetch", "method": "GET", "target": "/", "headers": [], "body": ""})
    for _ in range(3):
        page.ask("time.step")
    page.handle({"id": "b", "type": "http.fetch", "method": "GET", "target": "/", "headers": [], "body": ""})
    for _ in range(7):
        page.ask("time.step")
    page.ask("reboot")
    page.ask("time.step")
    assert replayed(saved(page))["is_same"]


@given(
    st.lists(
        st.sampled_from(
            ["fetch", "ask", "reboot", "wait", "pause", "step", "go", "loss", "boot", "seed", "stop", "ws"]
        ),
        max_size=25,
    ),
    st.integers(0, 900),
)
def test_whatever_was_done_it_is_the_same_again(deeds: list[str], ms: int) -> None:
    page = booted(Page())
    request = {"method": "GET", "target": "/", "headers": [], "body": ""}
    for number, deed in enumerate(deeds):
        match deed:
            case "fetch":
                page.handle({"id": f"f{number}", "type": "http.fetch", **request})
            case "ask":
                page.handle({"id": f"a{number}", "type": "http.fetch", **request, "from": "browser"})
            case "wait":
                page.wait(ms)
            case "pause" | "step":
                page.ask(f"time.{deed}")
            case "go":
                page.ask("time.speed", speed=1)
            case "loss":
                page.ask("rules.add", rule={"kind": "loss", "percent": 40})
            case "boot":
                booted(page)
            case "seed":
                booted(page, seed=number)
            case "ws":
                page.handle({"id": f"w{number}", "type": "ws.open", "target": "/ws", "protocols": []})
            case _:
                page.ask(deed)
    text = saved(page)
    other = booted(Page(), seed=77)
    assert replayed(text, other)["difference"] is None
    assert trace_of(other) == trace_of(page)


def test_another_network_begins_another_run() -> None:
    page = lively()
    booted(page, seed=5)
    run = read_run(saved(page))
    assert [message["type"] for _, _, message in run.inputs] == ["boot"]
    assert run.seed == 5
    assert [rule["kind"] for rule in run.rules] == ["loss"]
    assert run.sockets == 1
    assert replayed(saved(page))["is_same"]


def test_what_was_waited_for_when_another_network_begins_is_answered() -> None:
    page = booted(Page(), "HTTP.add_endpoint(HTTP.get_system_server(), '/', function(conn, ev, msg) {}, null);")
    page.handle({"id": "f", "type": "http.fetch", "method": "GET", "target": "/", "headers": [], "body": ""})
    assert page.answers("f") == []
    booted(page, seed=1)
    [answer] = page.answers("f")
    assert not answer["ok"]


def test_one_can_go_back_to_a_record_and_on_from_there() -> None:
    page = lively()
    before = trace_of(page)
    requests = [record["seq"] for record in before if record["type"] == "http.requested"]
    seq = page.bridge.base + requests[1]
    told = page.ask("run.rewind", seq=seq)["value"]
    assert told["is_same"], told
    now = trace_of(page)
    assert now == before[: len(now)]
    assert requests[1] < len(now) < requests[2]
    assert page.bridge.pace.is_paused
    # A new branch, which is a run of its own
    page.ask("time.speed", speed=1)
    fetch(page, "/other")
    page.wait(2000)
    assert "/other" in [r["target"] for r in trace_of(page) if r["type"] == "http.requested"]
    assert replayed(saved(page))["is_same"]


def test_the_page_learns_that_its_websocket_has_closed_and_nothing_of_those_that_are_played() -> None:
    page = booted(Page())
    socket = page.ask("ws.open", target="/ws", protocols=[])["value"]["socket"]
    page.ask("ws.send", socket=socket, opcode=1, data="hello")
    page.wait(10)
    seq = page.bridge.network.trace.next_seq - 1
    told = len(page.messages)
    page.ask("run.rewind", seq=seq)
    events = [message for message in page.messages[told:] if message.get("type") == "ws.event"]
    assert [(event["socket"], event["kind"]) for event in events] == [(socket, "closed")]


def test_every_record_can_be_gone_back_to() -> None:
    page = booted(Page())
    fetch(page)
    text, whole = saved(page), trace_of(page)
    for record in whole[::7]:
        other = Page()
        told = replayed(text, other, until_seq=record["seq"])
        assert told["is_same"]
        got = trace_of(other)
        assert got == whole[: len(got)]
        assert len(got) > record["seq"]


def test_the_first_record_that_differs_is_shown_as_it_was_and_as_it_is() -> None:
    run = json.loads(saved(lively()))
    fetches = [one for one in run["inputs"] if one[2]["type"] == "http.fetch"]
    fetches[1][2]["target"] = "/another"
    told = replayed(json.dumps(run))
    assert not told["is_same"]
    difference = told["difference"]
    assert '"GET / HTTP' in difference["expected"]
    assert '"GET /another HTTP' in difference["got"]
    assert json.loads(difference["got"])["seq"] == difference["record"]
    del run["trace"]
    assert replayed(json.dumps(run))["difference"] == {**difference, "expected": None}


def test_a_run_that_ends_early_or_late_differs_at_the_number_of_its_records() -> None:
    run = json.loads(saved(lively()))
    shorter = {**run, "inputs": run["inputs"][:3]}
    difference = replayed(json.dumps(shorter))["difference"]
    assert difference["expected"]
    assert difference["got"] != difference["expected"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"mos-sim-run": 2}, "later version"),
        ({"mos-sim-run": "1"}, "version"),
        ({"seed": "x"}, "'seed'"),
        ({"inputs": {}}, "'inputs'"),
        ({"inputs": [[1, 2]]}, r"'inputs\[0\]'"),
        ({"inputs": [[0, 0, {"type": "tick"}]]}, "of a type that no run has: 'tick'"),
        ({"inputs": [[0, 0, {"type": "stop"}]]}, "does not begin with a boot"),
        ({"inputs": [[0, 0, {"type": "boot", "files": {}}]]}, "cannot be carried out"),
        ({"inputs": [[5, 0, {"type": "boot"}], [4, 0, {"type": "stop"}]]}, "earlier"),
        ({"calls": [[0, "call", "__init__", ["l", []], ["d", []]]]}, "public"),
        ({"calls": [[0, "call", "boot", 7, 8]]}, "arguments"),
        ({"sha256": "0"}, "SHA-256"),
        ({"marks": "%%%"}, "base64"),
        ({"marks": "AAAA"}, "3 bytes"),
        ({"rules": [{"kind": "what"}]}, "'rules'"),
        ({"end": [1]}, "'end'"),
    ],
)
def test_a_damaged_run_is_refused_with_the_reason(change: dict[str, Any], problem: str) -> None:
    run = json.loads(saved(booted(Page())))
    answer = Page().ask("run.replay", run=json.dumps({**run, **change}))
    assert not answer["ok"]
    assert re.search(problem, answer["error"]["message"]), answer


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", "[" * 100_000, '{"mos": 1}'])
def test_what_is_no_run_is_refused(text: str) -> None:
    answer = Page().ask("run.replay", run=text)
    assert answer["error"]["name"] == "RunError"


def test_devices_that_join_and_leave_are_in_the_run_and_its_project() -> None:
    page = booted(Page())
    for name in ("lamp", "fan"):
        added = page.ask("device.add", name=name, files={f"hosts/{name}.js": FIRMWARE})
        assert added["ok"], added
    page.ask("http.fetch", method="GET", target="/", headers=[], body="", to="lamp")
    page.ask("device.remove", host="fan")
    page.wait(900)
    other = Page()
    told = replayed(saved(page), other)
    assert told["difference"] is None
    assert told["project"]["files"] == {"init.js": FIRMWARE, "hosts/lamp.js": FIRMWARE}
    assert trace_of(other) == trace_of(page)


def test_while_a_run_is_played_only_what_ends_it_can_be_done() -> None:
    page = booted(Page(), "Timer.set(1, true, function() {}, null);")
    page.wait(10_000)
    text = saved(page)
    page.handle({"id": "r", "type": "run.replay", "run": text})
    assert page.delay_ms == 0
    assert not fetch(page)["ok"]
    assert booted(page).answers("r")[0]["error"]["message"] == "something else was done meanwhile"
    assert fetch(page)["ok"]


def test_what_is_refused_while_a_run_is_played_is_no_part_of_it() -> None:
    page = booted(Page(), "Timer.set(1, true, function() {}, null);")
    page.wait(5_000)
    text = saved(page)
    page.handle({"id": "r", "type": "run.replay", "run": text})
    assert not page.ask("pin.set", pin=2, level=1)["ok"]
    page.wait(0)
    while not page.answers("r"):
        page.wait(0)
    assert read_run(saved(page)) == read_run(text)


LATE = """
HTTP.add_endpoint(HTTP.get_system_server(), '/', function(conn, ev, msg) {
  if (ev === HTTP.EV_REQUEST) Timer.set(200, false, function(conn) { Net.disconnect(conn); }, conn);
}, null);
"""


def test_a_connection_that_has_just_closed_is_closed_in_the_run_too() -> None:
    page = booted(Page(), LATE)
    page.handle({"id": "f", "type": "http.fetch", "method": "GET", "target": "/", "headers": [], "body": ""})
    [conn] = page.snapshot["connections"]
    assert conn["state"] == "ESTABLISHED"
    number = conn["connection"]
    page.wall_ms += 9_000  # in which it closes, before what is asked now
    assert page.ask("connection.reset", connection=number)["error"]["message"] == f"connection {number} is not open"
    assert replayed(saved(page))["is_same"]


@pytest.mark.parametrize("files", [3, None, ["init.js"]])
def test_messages_that_were_refused_are_not_taken_for_the_project(files: object) -> None:
    page = booted(Page())
    assert not page.ask("boot", files=files)["ok"]
    assert not page.ask("device.add", name="lamp", files=files)["ok"]
    told = replayed(saved(page))
    assert told["is_same"]
    assert told["project"]["files"] == {"init.js": FIRMWARE}


@pytest.mark.parametrize("boot", [{"files": {}}, {"profile": "none"}, {"main": "none.js"}, {"seed": "x"}])
def test_boots_that_were_refused_are_no_project_of_a_run_that_is_played(boot: dict[str, Any]) -> None:
    page = booted(Page())
    answer = page.ask("boot", **{"files": {"init.js": "print(1);", "lost.js": ""}, **boot})
    assert not answer["ok"]
    told = replayed(saved(page))
    assert told["is_same"]
    assert told["project"]["files"] == {"init.js": FIRMWARE}


@pytest.mark.parametrize("boot", [{"files": {}}, {"profile": "none"}, {"main": "none.js"}, {"files": 3}])
def test_a_run_whose_boot_cannot_be_ends_nothing(boot: dict[str, Any]) -> None:
    run = json.loads(saved(booted(Page())))
    run["inputs"][0][2].update(boot)
    page = booted(Page())
    answer = page.ask("run.replay", run=json.dumps(run))
    assert "inputs[0], the boot it begins with, cannot be carried out" in answer["error"]["message"]
    assert fetch(page)["ok"]
    assert replayed(saved(page))["is_same"]


def with_calls(*calls: list[Any]) -> str:
    """Return a run with calls in place of what the page did."""
    run = json.loads(saved(booted(Page())))
    files = ["d", [["init.js", FIRMWARE]]]
    first = [0, "call", "add_device", ["l", [files, ["d", []], None]], ["d", []]]
    return json.dumps({**run, "inputs": [], "calls": [first, *calls]})


def call(target: int, action: str, name: str, *args: Any) -> list[Any]:
    return [target, action, name, ["l", list(args)], ["d", []]]


BAD_CALLS = [
    (call(0, "get", "network"), "calls[1] would get 'network' of the engine, which no test does"),
    (call(0, "set", "clock", 1), "calls[1] would set 'clock' of the engine"),
    (call(0, "call", "run_until", ["h", 0], 5), "calls[1] would call 'run_until' of the engine"),
    (call(0, "call", "advance"), "calls[1]: 'advance' takes 1 arguments, got 0"),
    (call(0, "call", "advance", -5), "calls[1]: argument 0 of 'advance' must be microseconds, got '-5'"),
    (call(0, "call", "advance", 1.5), "must be microseconds"),
    (call(0, "call", "boot", ["h", 0]), "must be the name of a device"),
    (call(0, "call", "add_device", ["d", [[1, ""]]], ["d", []], None), "must be the files, by name"),
    (call(0, "call", "add_device", ["d", []], ["d", [["network", 1]]], None), "must be options among name, main"),
    (call(0, "call", "rule", "loss", ["d", [["percent", ["h", 0]]]]), "must be values"),
    (call(0, "call", "receive", 1, 1, "device", 1), "must be a handle"),
    (call(1, "get", "network"), "calls[1] would get 'network', which no test does"),
    (call(1, "set", "boots", 7), "calls[1] would set 'boots', which no test does"),
    (call(1, "call", "reboot", ["h", 0]), "gives 'reboot' a handle, and it takes plain values alone"),
    (call(7, "call", "reboot"), "calls[1] is about handle 7, which no call before it has given"),
]


@pytest.mark.parametrize(("bad", "problem"), BAD_CALLS)
def test_a_call_that_no_test_makes_is_refused_by_its_place(bad: list[Any], problem: str) -> None:
    answer = Page().ask("run.replay", run=with_calls(bad))
    assert problem in answer["error"]["message"]


@pytest.mark.parametrize(("bad", "problem"), [one for one in BAD_CALLS if "handle 7" not in one[1]])
def test_a_call_that_no_test_makes_costs_nobody_a_device(bad: list[Any], problem: str) -> None:
    page = booted(Page())
    assert not page.ask("run.replay", run=with_calls(bad))["ok"]
    assert fetch(page)["ok"]


def test_a_call_is_made_of_a_thing_that_has_it_alone() -> None:
    calls = [call(0, "call", "peer", "x"), call(1, "call", "reboot")]
    assert (
        "calls[2] would call 'reboot' of handle 1"
        in Page().ask("run.replay", run=with_calls(*calls))["error"]["message"]
    )


def test_calls_that_failed_are_not_taken_for_the_project() -> None:
    twice = call(0, "call", "add_device", ["d", [["init.js", "print(2);"]]], ["d", []], None)
    assert replayed(with_calls(twice))["project"]["files"] == {"init.js": FIRMWARE}


@pytest.mark.parametrize("wait", [call(0, "call", "go_to", 10**9, 10**15), call(0, "call", "advance", 10**18)])
def test_no_call_goes_on_behind_the_end_of_the_run(wait: list[Any]) -> None:
    boot = call(0, "call", "boot", "device")
    assert not replayed(with_calls(boot, wait))["is_same"]


def test_an_input_behind_the_end_is_refused() -> None:
    run = json.loads(saved(booted(Page())))
    run["inputs"].append([10**15, 10**9, {"type": "stop"}])
    answer = Page().ask("run.replay", run=json.dumps(run))
    assert "inputs[1] is later than the run's end" in answer["error"]["message"]


def test_a_run_that_is_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.bridge.run.MOST_INPUTS", 3)
    page = booted(Page())
    for _ in range(3):
        fetch(page)
    answer = page.ask("run.save")
    assert "it is too long" in answer["error"]["message"]
    booted(page, seed=1)
    assert page.ask("run.save")["ok"]


def test_before_a_device_was_booted_there_is_no_run() -> None:
    assert Page().ask("run.save")["error"]["message"] == "nothing has been booted yet"
    page = Page()
    page.ask("stop")
    assert page.ask("run.save")["error"]["message"] == "nothing has been booted yet"
    assert "no record 0" in Page().ask("run.rewind", seq=0)["error"]["message"]
