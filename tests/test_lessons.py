"""Lessons are read, played and judged; those of the project can be done, and leave something to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.__main__ import main
from sim.bridge import Bridge
from sim.check import check
from sim.lesson import LessonError, State, judge, parse, play
from tests.test_docs import text_of
from tests.world import World

LESSONS = sorted((Path(__file__).parents[1] / "lessons").glob("*.md"))

HELLO = """
HTTP.add_endpoint(HTTP.get_system_server(), '/hello', function(conn, ev) {
  if (ev === HTTP.EV_REQUEST) Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello');
}, null);
"""


def lesson_of(checks: str, tries: str = "", extra: str = "") -> str:
    return f"+++\ntitle = 'T'\nstart = ''\nsolution = ''\n{extra}\n{tries}\n{checks}\n+++\nText.\n"


def states(checks: str, firmware: str, tries: str = "") -> list[tuple[str, str]]:
    """What becomes of checks on some firmware: their states, and what is said."""
    verdicts = play(parse(lesson_of(checks, tries)), {"init.js": firmware})
    return [(str(verdict.state), verdict.detail) for verdict in verdicts]


def one(kind: str, fields: str, firmware: str, tries: str = "") -> tuple[str, str]:
    [outcome] = states(f"[[check]]\ntext = 'x'\nkind = '{kind}'\n{fields}", firmware, tries)
    return outcome


# The project's own


def test_there_are_six_lessons() -> None:
    assert len(LESSONS) == 6
    assert sorted(parse(path.read_text("utf-8")).order for path in LESSONS) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_solution_of_a_lesson_passes_and_its_start_does_not(path: Path) -> None:
    lesson = parse(path.read_text("utf-8"))
    for verdict in play(lesson, lesson.solution):
        assert verdict.state is State.PASS, f"{verdict.text}: {verdict.detail}"
    assert any(verdict.state is not State.PASS for verdict in play(lesson, lesson.start))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_hints_steps_and_a_solution_without_findings(path: Path) -> None:
    lesson = parse(path.read_text("utf-8"))
    assert lesson.about
    assert len(lesson.hints) >= 2
    assert lesson.text.count("\n## ") >= 2
    assert check({name: text.encode() for name, text in lesson.solution.items()}) == []


# What is checked


GET = "[[try]]\ntarget = '/hello'"


def test_a_request_passes_when_its_answer_is_as_wanted() -> None:
    state, detail = one("http", "target = '/hello'\nstatus = 200\nbody = 'ell'", HELLO, GET)
    assert state == "pass"
    assert detail.startswith("GET /hello was answered 200 OK (record ")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("status = 201", "GET /hello was answered 200 OK, not 201 (record "),
        ("body = 'bye'", 'GET /hello was answered 200 OK, but the body is "hello", without "bye" (record '),
        ("json = {a = 1}", 'GET /hello was answered 200 OK, but the body is "hello", which is no JSON (record '),
        ("header = 'X-A: b'", "GET /hello was answered 200 OK, but it has no header field X-A (record "),
        ("header = 'Content-Length: 6'", 'its header field Content-Length is "5", not "6" (record '),
    ],
)
def test_a_request_fails_with_what_its_answer_was(fields: str, said: str) -> None:
    state, detail = one("http", f"target = '/hello'\n{fields}", HELLO, GET)
    assert state == "fail"
    assert said in detail


def test_a_request_that_nobody_has_sent_is_open_and_says_what_was_sent_instead() -> None:
    assert one("http", "target = '/hello'\nstatus = 200", HELLO) == (
        "open",
        "No request /hello has reached the device yet.",
    )
    state, detail = one("http", "method = 'PUT'\ntarget = '/hello'", HELLO, GET)
    assert state == "open"
    assert detail.startswith("No request PUT /hello has reached the device yet; instead, GET /hello was answered 200")


def test_a_request_without_an_answer_fails() -> None:
    silent = "HTTP.add_endpoint(HTTP.get_system_server(), '/hello', function() {}, null);"
    state, detail = one("http", "target = '/hello'\nstatus = 200", silent, GET)
    assert (state, detail[:29]) == ("fail", "GET /hello was not answered (")


def test_an_unknown_path_is_one_without_endpoint() -> None:
    fields = "unknown = true\nstatus = 404"
    assert one("http", fields, HELLO, GET)[0] == "open"
    assert one("http", fields, HELLO, "[[try]]\ntarget = '/no'")[0] == "pass"
    assert one("http", fields, HELLO, "[[try]]\ntarget = '/rpc/Nope'")[0] == "open"


@pytest.mark.parametrize(
    ("says", "state", "said"),
    [("on", "pass", 'The console says "it is on'), ("off", "fail", 'The console says "it is on", without "off"')],
)
def test_console(says: str, state: str, said: str) -> None:
    found = one("console", f"says = '{says}'", "print('it', 'is', 'on');")
    assert found[0] == state
    assert found[1].startswith(said)
    assert one("console", f"says = '{says}'", "") == ("open", "The console is empty yet.")


def test_a_pin_counts_with_the_level_that_it_has_at_the_end() -> None:
    firmware = "GPIO.setup_output(2, 0); GPIO.write(2, 1); GPIO.write(2, 0);"
    assert one("pin", "pin = 2\nlevel = 0", firmware)[0] == "pass"
    state, detail = one("pin", "pin = 2\nlevel = 1", firmware)
    assert (state, detail[:28]) == ("fail", "Pin 2 is low, not high (reco")
    assert one("pin", "pin = 3\nlevel = 1", firmware)[0] == "open"


SUM = "RPC.addHandler('Sum', function(a) { return {sum: a.a + a.b}; }, null);"
CALL = "[[try]]\nmethod = 'POST'\ntarget = '/rpc/Sum'\nbody = '{\"a\": 1, \"b\": 2}'"


@pytest.mark.parametrize(
    ("fields", "state", "said"),
    [
        ("result = {sum = 3}", "pass", 'Sum gave "{\\"sum\\":3}"'),
        ("result = {sum = 4}", "fail", "'sum' of the result of Sum is 3, not 4"),
        ("result = {sum = true}", "fail", "'sum' of the result of Sum is 3, not true"),
        ("code = 500", "fail", "code 500 was wanted"),
        ("params = {a = 7}", "open", "Nobody has called Sum yet; instead, Sum was called with"),
    ],
)
def test_rpc(fields: str, state: str, said: str) -> None:
    found = one("rpc", f"method = 'Sum'\n{fields}", SUM, CALL)
    assert found[0] == state
    assert said in found[1]


def test_websocket_messages_count_by_direction() -> None:
    firmware = """
HTTP.add_endpoint(HTTP.get_system_server(), '/ws', function(conn, ev, data) {
  if (ev === HTTP.EV_WS_FRAME) HTTP.ws_send(conn, 1, '{"got":"' + HTTP.param(data, HTTP.BODY) + '"}');
}, null);
"""
    say = "[[try]]\nkind = 'ws'\ntarget = '/ws'\nsend = ['a', 'b']"
    assert one("ws", "json = {got = 'b'}", firmware, say)[0] == "pass"
    assert one("ws", "direction = 'in'\nsays = 'b'", firmware, say)[0] == "pass"
    assert one("ws", "direction = 'in'\nsays = 'c'", firmware, say)[0] == "fail"
    assert one("ws", "says = 'a'\ntimes = 3", firmware, say)[0] == "open"


def test_mqtt_messages_count_by_topic() -> None:
    firmware = """
Cfg.set({mqtt: {enable: true, server: 'broker:1883'}}, false);
MQTT.sub('in', function(conn, topic, text) { MQTT.pub('out', '<' + text + '>', 0); }, null);
"""
    tries = "[[try]]\nkind='wait'\nms=500\n[[try]]\nkind = 'mqtt'\ntopic = 'in'\nsays = 'x'"
    assert one("mqtt", "topic = 'out'\nsays = '<x>'", firmware, tries)[0] == "pass"
    assert one("mqtt", "topic = 'in'\ndirection = 'in'\nsays = 'x'", firmware, tries)[0] == "pass"
    assert one("mqtt", "topic = 'out'\nsays = 'y'", firmware, tries)[0] == "fail"
    assert "instead, PUBLISH out" in one("mqtt", "topic = 'other'", firmware, tries)[1]


BROKEN = """
[[try]]
kind = "rule"
rule = { kind = "http-status", status = 404, host = "device" }
[[try]]
target = "/hello"
[[try]]
kind = "mend"
[[try]]
target = "/hello"
"""


@pytest.mark.parametrize(
    ("fields", "state", "said"),
    [
        ("rule = 'http-*'", "pass", "The rule http-status had an effect: status 404 (record "),
        ("effect = 'status 503'", "fail", "The rule http-status had an effect: status 404, not status 503 (record "),
        ("times = 2", "open", "The rule http-status had an effect: status 404, 1 of 2 times (record "),
        (
            "rule = 'loss'",
            "open",
            "No rule loss has had an effect yet; instead, the rule http-status had an effect: status 404 (record ",
        ),
    ],
)
def test_rules_break_the_network_until_it_is_mended(fields: str, state: str, said: str) -> None:
    found = one("rule", fields, HELLO, BROKEN)
    assert found[0] == state
    assert found[1].startswith(said)


def test_a_preset_breaks_the_network() -> None:
    tries = f"[[try]]\nkind = 'rule'\npreset = 'strict firewall'\n{GET}"
    assert one("rule", "rule = 'refuse'\neffect = 'refused'", HELLO, tries)[0] == "pass"


def test_what_a_lesson_has_broken_is_mended_behind_it() -> None:
    page = Page()
    tries = "[[try]]\nkind = 'rule'\nrule = { kind = 'loss', percent = 1 }\n"
    source = f"+++\ntitle = 'T'\nstart = ''\nsolution = ''\n{tries}{CHECK}\n+++\nText\n"
    page.say("boot", files={"init.js": HELLO}, main="init.js")
    page.say("lesson.check", lesson=source)
    listed = page.say("rules.list")["value"]
    assert isinstance(listed, dict)
    assert listed["rules"] == []


def test_the_device_survives_a_connection_that_is_reset() -> None:
    fields = "target = '/hello'\nstatus = 200\nafter = {kind = 'closed', reason = 'reset'}"
    reset = "[[try]]\nkind = 'tcp'\nsend = 'GET /he'\nend = 'reset'"
    assert one("http", fields, HELLO, f"{reset}\n{GET}")[0] == "pass"
    state, detail = one("http", fields, HELLO, f"{GET}\n{reset}")
    assert state == "open"
    assert detail.startswith("Nothing has changed since what has to come before")
    state, detail = one("http", fields, HELLO, GET)
    assert state == "open"
    assert detail.startswith("What has to come before is not there yet: ")


def test_what_must_not_be_passes_until_it_is() -> None:
    assert one("failed", "absent = true", "")[0] == "pass"
    state, detail = one("failed", "absent = true", "boom();")
    assert state == "fail"
    assert detail.startswith("The firmware failed at init.js:1: ")


def test_buttons_and_voltages_are_tried() -> None:
    firmware = """
ADC.enable(34);
GPIO.set_button_handler(0, GPIO.PULL_UP, GPIO.INT_EDGE_NEG, 50, function() { print('read', ADC.read(34)); }, null);
"""
    tries = "[[try]]\nkind = 'adc'\npin = 34\nvalue = 77\n[[try]]\nkind = 'press'\npin = 0"
    assert one("console", "says = 'read 77'", firmware, tries)[0] == "pass"


def test_only_the_last_boot_counts() -> None:
    world = World(HELLO, "init.js")
    lesson = parse(lesson_of("[[check]]\ntext='x'\nkind='http'\ntarget='/hello'\nstatus=200"))
    assert judge(lesson, world.trace)[0].state is State.OPEN
    world.get("/hello")
    assert judge(lesson, world.trace)[0].state is State.PASS
    world.device.reboot()
    assert judge(lesson, world.trace)[0].state is State.OPEN


def test_a_verdict_names_the_record_that_shows_it() -> None:
    world = World(HELLO, "init.js")
    world.get("/no")
    [verdict] = judge(parse(lesson_of("[[check]]\ntext='x'\nkind='http'\ntarget='/no'\nstatus=200")), world.trace)
    [record] = [record for record in world.trace if record.seq == verdict.seq]
    assert record.event.type == "http.responded"
    assert f"(record {verdict.seq})" in verdict.detail


# How a lesson is written

CHECK = "[[check]]\ntext = 'x'\nkind = 'console'\nsays = 'a'"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("# No front matter", "a lesson begins with a line +++"),
        ("+++\ntitle = \n+++\n", "the front matter is no TOML: "),
        ("+++\ntitle = 'T'\n+++\n", "front matter: 'start' is missing"),
        (lesson_of(CHECK, extra="colour = 1"), "front matter: there is no field 'colour'"),
        (lesson_of(CHECK, extra="hints = [1]"), "front matter: 'hints' must be a list of texts"),
        (lesson_of(CHECK, extra="profile = 'x'"), "front matter: there is no profile 'x'"),
        (lesson_of("", extra="check = []"), "front matter: there is no [[check]]"),
        (lesson_of("check = 1"), "front matter: 'check' must be tables, [[check]]"),
        (lesson_of("[[check]]\ntext = 'x'"), "check 1: 'kind' must be one of http, console, "),
        (lesson_of("[[check]]\nkind = 'pin'"), "check 1: 'text' must say in a sentence"),
        (lesson_of(f"{CHECK}\ntimes = 0"), "check 1: 'times' must be a whole number from 1, got 0"),
        (lesson_of(f"{CHECK}\nafter = {{kind = 'x'}}"), "check 1, after: 'kind' must be one of"),
        (lesson_of(f"{CHECK}\nsaid = 'a'"), "check 1: there is no field 'said'; there are says"),
        (lesson_of("[[check]]\ntext = 'x'\nkind = 'pin'\npin = true\nlevel = 1"), "'pin' must be a whole number"),
        (lesson_of("[[check]]\ntext = 'x'\nkind = 'pin'\npin = 1\nlevel = 2"), "check 1: 'level' must be 0 or 1"),
        (
            lesson_of(CHECK, "[[try]]\nkind = 'rule'\nrule = {kind = 'los'}"),
            "try 1: there is no rule 'los'; did you mean 'loss'?",
        ),
        (lesson_of(CHECK, "[[try]]\nkind = 'rule'\npreset = 'x'"), "try 1: there is no preset 'x'"),
        (
            lesson_of(CHECK, "[[try]]\nkind = 'rule'"),
            "try 1: it must have either 'rule', a table, or 'preset', a name",
        ),
        (lesson_of(CHECK, "[[try]]\nkind = 'x'"), "try 1: 'kind' must be one of http, ws, "),
        (lesson_of(CHECK, "[[try]]\nkind = 'wait'\nms = 99999999"), "try 1: 'ms' must be between 0 and 60000"),
    ],
)
def test_what_is_wrong_with_a_lesson_is_said_with_its_place(source: str, said: str) -> None:
    with pytest.raises(LessonError, match=r".") as raised:
        parse(source)
    assert said in str(raised.value)


def test_the_solution_has_what_it_does_not_name_from_the_start() -> None:
    source = (
        "+++\ntitle = 'T'\n[start]\n'init.js' = 'a'\n'hosts/x.js' = 'b'\n[solution]\n'init.js' = 'c'\n"
        f"{CHECK}\n+++\nText\n"
    )
    lesson = parse(source.replace("\n", "\r\n"))
    assert lesson.solution == {"init.js": "c", "hosts/x.js": "b"}
    assert lesson.text == "Text\n"


def test_every_kind_of_check_and_try_stands_in_the_reference() -> None:
    from dataclasses import fields

    from sim.lesson.attempt import TRIES
    from sim.lesson.document import KINDS, Front
    from sim.lesson.table import fields_of

    page = text_of("reference/lesson.md")
    for kinds in (KINDS, TRIES):
        for name, kind in kinds.items():
            [line] = [
                line for line in page.splitlines() if line.startswith(f"| `{name}` |") and kind_fits(kinds, line)
            ]
            for part_name in fields_of(kind):
                assert f"`{part_name}`" in line, f"{name}.{part_name}"
    for part in fields(Front):
        assert f"`{part.name}`" in page or part.name in ("check", "tries")


def kind_fits(kinds: object, line: str) -> bool:
    """Of the two tables, that of the checks has three columns."""
    from sim.lesson.document import KINDS

    return (line.count(" | ") >= 2) == (kinds is KINDS)


# On the command line


def test_lessons_that_hold_are_exit_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesson", *map(str, LESSONS)]) == 0
    assert capsys.readouterr().out.count("solution: ") == len(LESSONS)


def test_a_lesson_that_cannot_be_done_is_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.md").write_text(lesson_of(CHECK))
    assert main(["lesson", str(tmp_path / "x.md")]) == 1
    assert "the solution does not pass: x: The console is empty yet." in capsys.readouterr().out


def test_a_lesson_with_nothing_to_do_is_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.md").write_text(lesson_of("[[check]]\ntext = 'x'\nkind = 'failed'\nabsent = true"))
    assert main(["lesson", "--json", str(tmp_path / "x.md")]) == 1
    [result] = json.loads(capsys.readouterr().out)
    assert result["problem"] == "there is nothing to do: the start passes all checks"
    assert [check["state"] for check in result["solution"]] == ["pass"]


def test_somebodys_firmware_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "init.js").write_text(HELLO)
    first = str(LESSONS[1])
    assert "first-endpoint" in first
    assert main(["lesson", first, "--firmware", str(tmp_path)]) == 0
    (tmp_path / "init.js").write_text(HELLO.replace("hello", "helo"))
    assert main(["lesson", first, "--firmware", str(tmp_path)]) == 1
    assert "has registered /helo, not /hello (record " in capsys.readouterr().out


def test_what_is_no_lesson_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.md").write_text("# x")
    assert main(["lesson", str(tmp_path / "x.md")]) == 2
    assert main(["lesson", str(tmp_path / "none.md")]) == 2
    (tmp_path / "x.md").write_bytes(b"\xff")
    assert main(["lesson", str(tmp_path / "x.md")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3


# By way of the bridge


class Page:
    """A bridge whose wall clock is turned by hand."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.bridge = Bridge(lambda text: self.posted.append(json.loads(text)))
        self.wall_ms = 0.0

    def say(self, kind: str, **fields: object) -> dict[str, Any]:
        """Send a message and let time pass until it is answered."""
        delay = self.bridge.handle(json.dumps({"id": 7, "type": kind, **fields}), self.wall_ms)
        for _ in range(200):
            answers = [message for message in self.posted if message.get("id") == 7]
            self.posted = []
            if answers:
                return answers[0]
            self.wall_ms += max(1.0, delay)
            delay = self.bridge.handle('{"type": "tick"}', self.wall_ms)
        raise AssertionError("no answer")


def test_the_page_reads_and_checks_a_lesson() -> None:
    page, source = Page(), LESSONS[1].read_text("utf-8")
    read = page.say("lesson.read", lesson=source)["value"]
    assert isinstance(read, dict)
    assert (read["title"], len(read["checks"])) == ("First endpoint", 4)
    for run, passed in (("start", 1), ("solution", 4)):
        page.say("boot", files=read[run], main="init.js")
        answer = page.say("lesson.check", lesson=source)["value"]
        assert isinstance(answer, dict)
        assert sum(check["state"] == "pass" for check in answer["checks"]) == passed


def test_a_check_without_tries_looks_at_what_is_there() -> None:
    page, source = Page(), LESSONS[1].read_text("utf-8")
    page.say("boot", files={"init.js": HELLO}, main="init.js")
    answer = page.say("lesson.check", lesson=source, tries=False)["value"]
    assert isinstance(answer, dict)
    assert [check["state"] for check in answer["checks"]] == ["pass", "open", "open", "open"]


def test_another_device_can_be_booted_while_a_lesson_is_checked() -> None:
    page, rule = Page(), '[[try]]\nkind = "rule"\nrule = {kind = "loss", percent = 20}\n'
    page.say("boot", files={"init.js": HELLO})
    lesson = lesson_of(CHECK, rule + '[[try]]\nkind = "wait"\nms = 5000\n' * 2)
    page.bridge.handle(json.dumps({"id": 8, "type": "lesson.check", "lesson": lesson}), 0)
    page.wall_ms += 1000
    page.bridge.handle('{"type": "tick"}', page.wall_ms)
    assert page.bridge.network.rules
    page.bridge.handle(json.dumps({"id": 9, "type": "boot", "files": {"init.js": HELLO}, "seed": 1}), page.wall_ms)
    answers = {message["id"]: message for message in page.posted if "id" in message}
    assert answers[8]["error"]["message"] == "another device was booted meanwhile"
    assert answers[9]["ok"]
    assert not page.bridge.network.rules


def test_what_cannot_be_checked_is_said() -> None:
    page, source = Page(), LESSONS[1].read_text("utf-8")
    assert page.say("lesson.check", lesson=source)["error"]["message"] == "no device has been booted yet"
    page.say("boot", files={"init.js": HELLO}, main="init.js")
    page.say("time.pause")
    assert "time stands still" in page.say("lesson.check", lesson=source)["error"]["message"]
    page.say("time.speed", speed=1)
    page.say("stop")
    assert page.say("lesson.check", lesson=source)["error"]["message"] == "the device is off"
    assert page.say("lesson.read", lesson="# x")["error"]["name"] == "LessonError"
