"""The kit for Playwright in Python drives the device in the page, and lets it answer other pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from sim.export import to_code, to_jsonl
from sim.replay import replay
from sim.testing import NoAnswer, RpcError, StartError
from sim.testing.playwright import SimPage, expect
from tests.export.told import FIRMWARE, PAGE_CASES, played

LAMP = "../testing/firmware/init.js"
CHAT = "../testing/firmware/chat.py"

lamp = pytest.mark.firmware(LAMP, files={"logo.bin": b"\x00\xff"})
chat = pytest.mark.firmware(CHAT)


@lamp
def test_requests_are_answered_as_by_any_device(sim_page: SimPage) -> None:
    answer = sim_page.post("/led", json={"on": True})
    assert (answer.status, answer.headers["content-type"], answer.json()) == (200, "application/json", {})
    assert answer.took > 0
    assert sim_page.get("/logo.bin").body == b"\x00\xff"
    assert sim_page.request("PUT", "/state", headers={"X-A": "é"}, body=b"\x80").json()["method"] == "PUT"


@lamp
def test_pins_are_read_and_set(sim_page: SimPage) -> None:
    assert (sim_page.pin(2).level, sim_page.pin(9).level) == (0, None)
    sim_page.pin(0).set(0)
    expect(sim_page).to_have_printed("pressed 1")
    sim_page.pin(0).release()
    expect(sim_page).to_have_pin(0, 1)


@lamp
def test_rpc_gives_the_result_or_an_error_with_its_code(sim_page: SimPage) -> None:
    assert sim_page.rpc("Sys.GetInfo")["app"]
    with pytest.raises(RpcError) as problem:
        sim_page.rpc("No.Such")
    assert problem.value.code == 404


@lamp
def test_assertions_say_what_there_was_instead(sim_page: SimPage) -> None:
    sim_page.get("/state")
    expect(sim_page).to_have_requested("GET", re.compile("ST.TE", re.IGNORECASE), status=200, role="inbound")
    expect(sim_page).not_to_have_requested("POST", "/led", json={"on": False})
    expect(sim_page).not_to_have_printed("pressed")
    expect(sim_page).not_to_have_pin(2, 1)
    with pytest.raises(AssertionError, match=r"switch\nwaited 0 ms for a request POST /led; .*: GET /state 200"):
        expect(sim_page, "switch").to_have_requested("POST", "/led", timeout=0)
    with pytest.raises(AssertionError, match="for the end of a request GET"):
        expect(sim_page).not_to_have_requested("GET", "/state")
    with pytest.raises(AssertionError, match="level 1 at pin 2; it is 0"):
        expect(sim_page).to_have_pin(2, 1, timeout=0)


def test_firmware_may_be_a_text_and_its_failure_is_told(sim_page: SimPage) -> None:
    sim_page.run(source="print('one', 1);", seed=5)
    expect(sim_page).to_have_printed(re.compile(r"one \d"))
    assert sim_page.console == "one 1 \n"
    assert [record["seed"] for record in sim_page.records("device.booted")] == [5]
    with pytest.raises(StartError, match=r"init\.js:1"):
        sim_page.run(source="nothing();")
    with pytest.raises(StartError, match="names a program to boot that it does not hold"):
        sim_page.run(files={"a.txt": "a"}, main="b.js")
    assert sim_page.state["state"] == "crashed"


@chat
def test_a_websocket_hands_over_its_messages(sim_page: SimPage) -> None:
    socket = sim_page.ws("/hello", protocols=["a"])
    assert (socket.subprotocol, socket.json(), socket.receive()) == ("a", {"hello": True}, b"\x00\xff")
    socket = sim_page.ws("/ws")
    socket.send("ä")
    socket.send(b"\x00")
    assert (socket.receive(), socket.receive()) == ("ä", b"\x00")
    with pytest.raises(NoAnswer, match="waited 0 ms") as problem:
        socket.receive(timeout=0)
    assert problem.value.kind == "timeout"
    socket.send("bye")
    assert socket.closed() == (4000, "so long")
    with pytest.raises(NoAnswer) as problem:
        socket.send("late")
    assert problem.value.kind == "closed"


@lamp
def test_time_is_that_of_the_page(sim_page: SimPage) -> None:
    sim_page.clock.pause()
    before = sim_page.clock.now_us
    assert sim_page.clock.step() in (True, False)
    sim_page.clock.set_speed(100)
    sim_page.clock.resume()
    sim_page.get("/state")
    assert sim_page.clock.now_us > before


@lamp
def test_a_device_that_is_off_refuses(sim_page: SimPage) -> None:
    sim_page.stop()
    with pytest.raises(NoAnswer) as problem:
        sim_page.get("/state")
    assert problem.value.kind in ("connect", "closed")  # the page may have kept a connection that now ends
    sim_page.restart()
    assert sim_page.get("/state").ok


@pytest.mark.firmware(CHAT, files={"index.html": "<script defer src=page.js></script><output></output>", "page.js": """
const output = document.querySelector("output");
const socket = new WebSocket("ws://chat.local/ws");
socket.onopen = () => { socket.send("hi"); socket.send(new Uint8Array([7])); };
socket.onmessage = async ({data}) => {
  output.textContent += typeof data === "string" ? data : new Uint8Array(await data.arrayBuffer());
  if (typeof data !== "string") socket.send("bye");
};
socket.onclose = ({code, reason}) => (output.textContent += ` ${code} ${reason}`);
"""})  # fmt: skip
def test_the_device_answers_the_sockets_of_another_page(sim_page: SimPage, sim_context: BrowserContext) -> None:
    page = sim_context.new_page()
    sim_page.answer(page, "http://chat.local/")
    page.goto("http://chat.local/")
    expect(page.locator("output")).to_have_text("hi7 4000 so long")
    page.close()


@lamp
def test_the_device_answers_pages_of_other_origins_and_fails_them_when_it_is_off(
    sim_page: SimPage, sim_context: BrowserContext
) -> None:
    page = sim_context.new_page()
    sim_page.answer(page, "http://lamp.local")
    page.goto("http://lamp.local/state")
    got = page.evaluate("fetch('/led', {method: 'POST', body: '{\"on\": 1}'}).then((answer) => answer.status)")
    assert got == 200
    expect(sim_page).to_have_requested("POST", "/led", body='{"on": 1}')
    [record] = sim_page.records("http.requested", since=0)[-1:]
    assert "Host: lamp.local\r\n" in record["data"]
    sim_page.stop()
    assert page.evaluate("fetch('/led').catch((error) => error.name)") == "TypeError"
    page.close()


def test_the_example_of_the_documentation_runs_as_it_stands(pytester: pytest.Pytester) -> None:
    docs = Path(__file__).parents[2] / "docs"
    [firmware] = re.findall(
        r"^```js[^\n]*\n(.*?)^```$", (docs / "howto" / "pytest.md").read_text("utf-8"), re.M | re.S
    )
    (pytester.path / "init.js").write_text(firmware)
    text = (docs / "howto" / "playwright.md").read_text("utf-8")
    examples = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    pytester.makepyfile(**{f"test_{number}": source for number, source in enumerate(examples)})
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_exchanges_written_as_tests_pass(pytester: pytest.Pytester) -> None:
    (pytester.path / "told.py").write_text(FIRMWARE)
    codes = {case: to_code(played(case), "playwright-python", firmware="told.py") for case in PAGE_CASES}
    pytester.makepyfile(**{f"test_{case}": code for case, code in codes.items()})
    pytester.runpytest_subprocess().assert_outcomes(passed=len(PAGE_CASES))


def test_what_the_page_does_not_take_is_told(pytester: pytest.Pytester) -> None:
    mark = "@pytest.mark.firmware(source='', limits={'body': 1})"
    pytester.makepyfile(f"import pytest\n\n{mark}\ndef test_it(sim_page):\n    pass\n")
    done = pytester.runpytest_subprocess()
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*sim_page has no limits=: it takes source, files, main, profile, seed, config*"])


def test_a_failure_leaves_the_files_that_tests_without_a_browser_leave(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        FIRMWARE = "print('up'); HTTP.add_endpoint(HTTP.get_system_server(), '/x', function() {}, null);"

        @pytest.mark.firmware(source=FIRMWARE)
        def test_fails(sim_page):
            assert sim_page.get("/none").status == 200

        @pytest.mark.firmware(source=FIRMWARE)
        def test_passes(sim_page):
            assert sim_page.get("/none").status == 404

        def test_page_is_gone(sim_page):
            sim_page.page.close()
            assert False
        """
    )
    done = pytester.runpytest_subprocess()
    done.assert_outcomes(failed=2, passed=1)
    done.stdout.fnmatch_lines(["*mos-sim: last messages (sim_page)*", "*GET /none*", "*404 Not Found*"])
    done.stdout.fnmatch_lines(["*mos-sim: files*", "*trace.jsonl"])
    done.stdout.fnmatch_lines(["*mos-sim: replay*", "python -m sim replay *", "*#r=*"])
    done.stdout.fnmatch_lines(["*the page cannot tell: *"])
    [folder] = (one for one in (pytester.path / "sim-results").iterdir() if "fails" in one.name)
    names = {path.name for path in folder.iterdir()}
    assert names == {"trace.jsonl", "run.har", "run.pcapng", "report.html", "run.json", "replay-link.txt"}
    again = replay((folder / "run.json").read_text("utf-8"))
    assert again.is_same
    assert to_jsonl(again.records) == (folder / "trace.jsonl").read_text("utf-8")
