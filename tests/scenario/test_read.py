"""A scenario is read as its table says; what is wrong with one is told with file and line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft202012Validator

from sim.scenario import MissingLibrary, ScenarioError, read
from sim.scenario.schema import to_reference, to_schema
from sim.scenario.steps import DEEDS
from sim.scenario.table import STEPS
from sim.scenario.tree import read_tree

DOCS: Final = Path(__file__).parents[2] / "docs"
HEAD: Final = "name: It works\nversion: 1\nfirmware: init.js\nsteps:\n"

GOOD: Final = [
    "- request: /led",
    "- request: POST /led",
    "- request: {path: /, method: PUT, body: x, headers: {A: b}, expect: {status: 204, within: 0.5}}",
    "- request: {path: /, json: [1, null], expect: {json: {a: [~x, 1, null]}, headers: {A: ~b, C: null}}}",
    "- ws: {path: /ws, protocols: [a, b], send: [x, y], expect: {text: ~z}, capture: {all: text}, close: true}",
    "- ws: {as: other, json: {a: 1}, expect: {closed: 1006, reason: ''}}",
    "- rpc: Sys.GetInfo",
    "- rpc: {method: Sum, args: {a: 1}, timeout: 2.5, expect: {code: -1, message: ~no}}",
    "- set-pin: {pin: 4, level: 0}",
    "- set-pin: {pin: 4, press: 0.2}",
    "- rule: loss percent=20",
    "- rule: {set: {kind: loss, percent: 20}, optional: true, as: lossy}",
    "- rule: {preset: busy access point, values: {host: device}}",
    "- rule: {remove: lossy}",
    "- advance: 5",
    "- advance: {seconds: 0.5}",
    "- wait-console: ^ready",
    "- wait-console: {pattern: 'error|fault', timeout: 3, absent: true}",
    "- wait-pin: {pin: 2, level: 1}",
    "- wait-request: /orders",
    "- wait-request: {path: ~orders, method: GET, role: inbound, expect: {json: {a: 1}}}",
]

BAD: Final = [  # (steps, what is said behind `t.yaml:`)
    ("- reqest: /led", "5: there is no step 'reqest'; did you mean 'request'?"),
    ("- request: /led\n  advance: 1", "5: a step is a map with one key"),
    ("- /led", "5: a step is a map with one key"),
    ("- request:", "5: request must be a map, got null"),
    ("- request: 7", "5: 'path' of request must be text, got 7"),
    ("- request:\n    pth: /", "6: request has no 'pth'; did you mean 'path'?"),
    ("- request:\n    method: GET", "5: request: 'path' is missing"),
    (
        "- request:\n    path: /\n    timeout: soon",
        "7: 'timeout' of request must be a number of seconds, got \"soon\"",
    ),
    ("- request: {path: /, timeout: -1}", "5: 'timeout' of request must be a number of seconds, got -1"),
    ("- request: {path: /, body: x, json: 1}", "5: request takes not both body and json"),
    ("- request: {path: /, headers: {A: 1}}", "5: 'headers' of request must be a map of texts"),
    ("- request:\n    path: /\n    expect:\n      status: ok", "8: 'status' of expect of request must be a status"),
    ("- request: {path: /, expect: {status: true}}", "5: 'status' of expect of request must be a status"),
    ("- request: {path: /, expect: {error: never}}", "5: 'error' of expect of request must be `timeout`"),
    ("- set-pin: {pin: 4}", "5: set-pin needs exactly one of level, press, release"),
    ("- set-pin: {pin: 4, level: 0, press: 1}", "5: set-pin needs exactly one of level, press, release"),
    ("- set-pin: {pin: 4, level: 2}", "5: 'level' of set-pin must be 0 or 1, got 2"),
    ("- rule: {}", "5: rule needs exactly one of set, preset, remove"),
    ("- rule: {preset: bad weather}", "5: 'preset' of rule must be the name of a"),
    ("- rule: {set: {percent: 2}}", "5: 'set' of rule must be a [rule]"),
    ("- advance: soon", "5: 'seconds' of advance must be a number of seconds"),
    ("- advance: .inf", "5: '.inf' is no number that JSON has"),
    ("- wait-pin: {pin: 2}", "5: wait-pin: 'level' is missing"),
]

BAD_INSIDE: Final = [  # what no schema can say
    ("- wait-console: 'a('", "5: 'a(' is no regular expression"),
    ("- request:\n    path: /\n    expect:\n      json:\n        a: [1, '~[']", "9: '[' is no regular expression"),
    ("- rule: los percent=20", "5: there is no rule 'los'; did you mean 'loss'?"),
    ("- rule: {set: {kind: loss, percent: 200}}", "5: 'percent' of the rule 'loss' must be"),
    ("- request: {path: /, capture: {1a: status}}", "5: '1a' is no name for a capture"),
]


@pytest.mark.parametrize("steps", GOOD)
def test_a_good_step_is_taken_by_reader_and_schema(steps: str) -> None:
    assert len(read(HEAD + steps, "t.yaml").steps) == 1
    Draft202012Validator(to_schema()).validate(read_tree(HEAD + steps, "t.yaml").value)


@pytest.mark.parametrize(("steps", "said"), BAD)
def test_a_bad_step_is_refused_by_reader_and_schema(steps: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read(HEAD + steps, "t.yaml")
    assert str(error.value).startswith(f"t.yaml:{said}")
    if ".inf" not in steps:
        assert not Draft202012Validator(to_schema()).is_valid(read_tree(HEAD + steps, "t.yaml").value)


@pytest.mark.parametrize(("steps", "said"), BAD_INSIDE)
def test_a_step_is_refused_for_what_stands_inside(steps: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read(HEAD + steps, "t.yaml")
    assert str(error.value).startswith(f"t.yaml:{said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "t.yaml:1: scenario must be a map, got null"),
        ("name: x\nversion: 2\nfirmware: a.js\nsteps: [advance: 1]", "t.yaml:2: 'version' of scenario must be the"),
        ("name: x\nversion: 1\nsteps: [advance: 1]", "t.yaml:1: scenario: 'firmware' is missing"),
        ("name: x\nversion: 1\nfirmware: {}\nsteps: [advance: 1]", "t.yaml:3: firmware needs exactly one of path"),
        ("name: x\nversion: 1\nfirmware: a.js\nsteps: []", "t.yaml:4: 'steps' of scenario must be a list of steps"),
        ("name: x\nname: y", "t.yaml:2: 'name' stands there twice"),
        ("name: !!python/object:os.system x", "t.yaml:1: the tag tag:yaml.org,2002:python/object:os.system has no"),
        ("a: &a [*a]", "t.yaml:1: an alias stands within what it stands for"),
        ("a: [1, 2", "t.yaml:"),
        ("a: *b", "t.yaml:1: this is no YAML"),
        ("a: b: c", "t.yaml:1: this is no YAML"),
        ("\x00", "t.yaml: this is no YAML"),
        ("[" * 5000, "t.yaml: this is no YAML"),
        ("? [a]\n: b", "t.yaml:1: a key must be text"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read(text, "t.yaml")
    assert str(error.value).startswith(said)


def test_aliases_that_multiply_without_end_are_refused() -> None:
    bomb = "\n".join([f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]" for n in range(9)])
    with pytest.raises(ScenarioError, match="more than 100000 values"):
        read(bomb, "t.yaml")


def test_scalars_are_those_of_yaml_1_2() -> None:
    text = "[on, yes, true, False, null, ~, 012, 0x1F, 0o17, 1_000, 1.5, 2026-11-22, '7', ~a]"
    wanted = ["on", "yes", True, False, None, None, 12, 31, 15, 1000, 1.5, "2026-11-22", "7", "~a"]
    assert read_tree(text, "t.yaml").value == wanted


def test_without_the_library_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    with pytest.raises(MissingLibrary, match=r"pip install ruamel.yaml"):
        read(HEAD + GOOD[0], "t.yaml")


def test_the_published_schema_is_that_of_the_reader() -> None:
    published = json.loads((DOCS / "scenario.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(published)
    assert published == to_schema(), "write it anew: python -m tools.scenario"


def test_the_reference_has_the_table_of_the_reader() -> None:
    text = (DOCS / "reference" / "scenario.md").read_text("utf-8")
    assert text.endswith(to_reference()), "write it anew: python -m tools.scenario"


def test_every_kind_of_step_is_carried_out() -> None:
    assert list(DEEDS) == list(STEPS)
