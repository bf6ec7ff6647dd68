"""A scenario passes when the device does as it says; where it does not, the failure names line, wish and sight."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from sim.scenario import Outcome, ScenarioError, play, read

SCENARIOS: Final = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))

FIRMWARE: Final = """
let count = 0;
function reply(conn, status, text) {
  let fields = '\\r\\nContent-Type: application/json\\r\\nConnection: close\\r\\n\\r\\n';
  Net.send(conn, 'HTTP/1.1 ' + status + fields + text);
  Net.disconnect(conn);
}
HTTP.add_endpoint(HTTP.get_system_server(), '/count', function(conn, ev) {
  if (ev !== HTTP.EV_REQUEST) return;
  count++;
  reply(conn, '200 OK', JSON.stringify({count: count, token: 'a.b' + JSON.stringify(count), list: [1, {x: true}]}));
}, null);
HTTP.add_endpoint(HTTP.get_system_server(), '/silent', function() {}, null);
Timer.set(1000, Timer.REPEAT, function() { print('tick'); }, null);
GPIO.set_mode(5, GPIO.MODE_INPUT);
GPIO.set_pull(5, GPIO.PULL_UP);
GPIO.set_int_handler(5, GPIO.INT_EDGE_ANY, function(pin) { print('pin is', GPIO.read(pin)); }, null);
GPIO.enable_int(5);
"""


def played(tmp_path: Path, steps: str, firmware: str = FIRMWARE) -> Outcome:
    (tmp_path / "init.js").write_text(firmware)
    text = f"name: x\nversion: 1\nfirmware: init.js\nsteps:\n{steps}"
    return play(read(text, str(tmp_path / "t.yaml")))


def failure(tmp_path: Path, steps: str) -> tuple[int, str, str]:
    outcome = played(tmp_path, steps)
    assert outcome.failure is not None
    return outcome.failure.line, outcome.failure.wanted, outcome.failure.seen


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_scenarios_of_the_repository_pass(path: Path) -> None:
    outcome = play(read(path.read_text("utf-8"), str(path)))
    assert outcome.failure is None
    assert outcome.passed


def test_there_are_three_scenarios_at_least() -> None:
    assert len(SCENARIOS) >= 3


def test_the_same_scenario_has_the_same_records(tmp_path: Path) -> None:
    steps = "- rule: {set: loss percent=30, optional: true}\n- request: /count\n- advance: 3"
    assert played(tmp_path, steps).records == played(tmp_path, steps).records


@pytest.mark.parametrize(
    "steps",
    [
        "- request: {path: /count, expect: {json: {count: 1}, headers: {content-type: ~json, Etag: null}}}",
        "- request: {path: /count, expect: {json: {token: '~^a', count: '~^1$', list: [1, {x: true}]}, reason: OK}}",
        "- request: {path: /none, expect: {status: 404}}",
        "- request: {path: /silent, timeout: 2, expect: {error: timeout}}",
        "- request: {path: /, port: 81, expect: {error: connect}}",
        "- wait-console: {pattern: ^tick, timeout: 1}\n- wait-console: {pattern: ^tick, timeout: 1}",
        "- wait-console: {pattern: boom, timeout: 2, absent: true}",
        "- set-pin: {pin: 5, press: 0.1}\n- wait-console: {pattern: pin is 0, timeout: 0}\n- wait-console: pin is 1",
        "- set-pin: {pin: 5, level: 0}\n- wait-pin: {pin: 5, level: 0, timeout: 0}\n- set-pin: {pin: 5, release: true}"
        "\n- wait-pin: {pin: 5, level: 1, timeout: 0}",
        "- request: /count\n- wait-request: {path: /count, role: inbound, timeout: 0}",
        "- rule: {set: http-status status=503, as: busy}\n- request: {path: /count, expect: {status: 503}}\n"
        "- rule: {remove: busy}\n- request: {path: /count, expect: {status: 200}}",
        "- rule: {preset: satellite link}\n- request: /count",
        "- rpc: {method: Nope, expect: {code: 404}}",
    ],
)
def test_a_device_that_does_so_passes(tmp_path: Path, steps: str) -> None:
    outcome = played(tmp_path, steps)
    assert outcome.failure is None


def test_captures_keep_their_type_in_json_and_stand_for_themselves_in_patterns(tmp_path: Path) -> None:
    steps = r"""
- request: {path: /count, expect: {json: {token: "~^(?P<token>.*)1$"}}, capture: {one: json.count, x: json.list.1.x}}
- request: {path: "/count?${one}", expect: {json: {token: "~^${token}2$", list: ["${one}", {x: "${x}"}]}}}
- wait-request: {path: "~count\\?${one}$", role: inbound}
- request: {path: "/$${one}", expect: {status: 404}}
- wait-request: {path: "/${one}", role: inbound, timeout: 0}
"""
    line, wanted, seen = failure(tmp_path, steps)
    assert (line, wanted) == (10, "a request /1 that the device receives")
    assert seen == "there were GET /${one}"


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ("- request:\n    path: /count\n    expect:\n      status: 201", (8, "status 201", "200")),
        (
            "- request:\n    path: /count\n    expect:\n      json:\n        list:\n        - 1\n        - x: false",
            (11, "json.list.1.x false", "true"),
        ),
        (
            "- request: {path: /count, expect: {json: {list: [1]}}}",
            (5, "json.list that is a list of 1", '[1, {"x": true}]'),
        ),
        ("- request: {path: /count, expect: {json: {no: ~.}}}", (5, "json.no in json", '{"')),
        (
            "- request: {path: /count, expect: {headers: {ETag: ~.}}}",
            (5, "headers.ETag in headers", '{"content-type"'),
        ),
        ("- request: {path: /none, expect: {json: {}}}", (5, "JSON", "404 Not Found")),
        ("- request: {path: /count, expect: {error: timeout}}", (5, "no answer (timeout)", '200 OK {"')),
        ("- request: {path: /count, expect: {within: 0.001}}", (5, "an answer within 0.001 s", "it took 0.004 s")),
        ("- request: {path: /silent, timeout: 2}", (5, "an answer", "GET /silent: no answer within 2 s")),
        ("- request: {path: /silent, timeout: 2, expect: {status: 200}}", (5, "an answer", "GET /silent: no answer")),
        ("- request: {path: /silent, timeout: 1, expect: {error: connect}}", (5, 'error "connect"', '"timeout"')),
        ("- request: '/${token}'", (5, "a capture with the name token", "there are none")),
        ("- request: {path: /count, capture: {a: json.b.c}}", (5, "something at json.b.c", "json is {")),
        ("- request: {path: /, method: 'A B'}", (5, "that request A B / can be done", "")),
        ("- rpc: Nope", (5, "the method to succeed", "RPC error 404")),
        ("- ws: {path: /ws}", (5, "an answer", "WebSocket /ws:")),
        ("- ws: {send: hi}", (5, "a WebSocket with the name ws", "there are none")),
        ("- rule: loss host=nobody\n- request: /count", (5, "rule loss host=nobody to have an effect", "it had none")),
        ("- rule: {remove: x}", (5, "rules with the name x", "there are none")),
        ("- wait-pin: {pin: 5, level: 0, timeout: 1}", (5, "level 0 at pin 5", "it is 1")),
        (
            "- advance: 1\n- wait-console:\n    pattern: boom\n    timeout: 2",
            (7, "something on the console that matches boom", 'printed since: "tick | tick | tick"'),
        ),
        (
            "- wait-console: {pattern: tick, timeout: 2, absent: true}",
            (5, "nothing on the console that matches tick", 'printed since: "tick"'),
        ),
        (
            "- wait-request: {path: /orders, method: GET, timeout: 1}",
            (5, "a request GET /orders that the device sends", "there were none"),
        ),
    ],
)
def test_a_failure_names_line_wish_and_sight(tmp_path: Path, steps: str, wanted: tuple[int, str, str]) -> None:
    line, wish, seen = failure(tmp_path, steps)
    assert (line, wish) == wanted[:2]
    assert seen.startswith(wanted[2])


def test_steps_behind_a_failure_are_skipped_and_the_last_messages_are_told(tmp_path: Path) -> None:
    outcome = played(tmp_path, "- request: /count\n- request: {path: /none, expect: {status: 200}}\n- advance: 1")
    assert [one.state for one in outcome.steps] == ["pass", "pass", "fail", "skip"]
    assert outcome.failure is not None
    assert "device <- GET /count" in outcome.failure.messages
    assert "device == 404 Not Found" in outcome.failure.messages


def test_firmware_that_fails_to_start_is_a_failure_of_its_line(tmp_path: Path) -> None:
    outcome = played(tmp_path, "- advance: 1", "print(a +);")
    assert [one.state for one in outcome.steps] == ["fail", "skip"]
    assert outcome.failure is not None
    assert (outcome.failure.line, outcome.failure.wanted) == (3, "the firmware to start")
    assert "init.js:1" in outcome.failure.seen


def test_firmware_that_is_not_there_is_an_error_of_its_line(tmp_path: Path) -> None:
    text = "name: x\nversion: 1\nfirmware: no.js\nsteps: [advance: 1]"
    with pytest.raises(ScenarioError, match=r"t\.yaml:3: cannot read .*no\.js"):
        play(read(text, str(tmp_path / "t.yaml")))


def test_hosts_and_firmware_in_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "cloud.py").write_text("HTTP.add_endpoint(HTTP.get_system_server(), '/', lambda *got: None)")
    text = """
name: x
version: 1
hosts: {cloud: cloud.py}
firmware:
  main: init.py
  name: lamp
  config: {board: {led1: {pin: 3}}}
  source: |
    print(Cfg.get('board.led1.pin'))
steps:
  - wait-console: {pattern: ^3$, timeout: 0}
  - request: {path: /, to: cloud, timeout: 1, expect: {error: timeout}}
"""
    outcome = play(read(text, str(tmp_path / "t.yaml")))
    assert outcome.failure is None
