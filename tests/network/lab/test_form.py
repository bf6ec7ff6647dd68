"""Rules are written as JSON and as lines of text, and what is wrong with one is said in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.network.lab import KINDS, PRESETS, RuleError, describe, kinds_json, presets_json, read_rule, read_text
from sim.network.network import Network

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "network.md").read_text("utf-8")


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_works_with_its_defaults_and_has_a_form_that_is_read_back(name: str) -> None:
    network = Network()
    network.add_host("device")
    rule = network.rule(name)
    assert rule.to_json() == {"kind": name}
    again = network.rule(json.loads(json.dumps(rule.to_json())))
    assert again.values == rule.values
    assert rule.hits == (1 if name == "wifi-off" else 0)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_default_is_a_value_that_the_parameter_can_have(kind) -> None:
    given = {parameter.name: parameter.default for parameter in kind.parameters}
    assert read_rule({"kind": kind.name, **given}) == (kind, given)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "a rule needs its kind"),
        ({"kind": "los"}, "there is no rule 'los'; did you mean 'loss'?"),
        ({"kind": "loss", "percents": 3}, "the rule 'loss' takes no 'percents'; did you mean 'percent'?"),
        ({"kind": "loss", "percent": 101}, "'percent' of the rule 'loss' must be from 0 to 100 %, got 101"),
        ({"kind": "loss", "percent": "many"}, "'percent' of the rule 'loss' must be a number, got \"many\""),
        ({"kind": "loss", "percent": float("nan")}, "must be a number, got NaN"),
        ({"kind": "loss", "percent": True}, "must be a number, got true"),
        ({"kind": "loss", "what": "acks"}, "'what' of the rule 'loss' must be one of any, syn, data, got \"acks\""),
        ({"kind": "drop-first", "count": 1.5}, "'count' of the rule 'drop-first' must be a whole number, got 1.5"),
        ({"kind": "latency", "host": 1}, "'host' of the rule 'latency' must be text, got 1"),
        ({"kind": "latency", "direction": "in"}, "'direction' of the rule 'latency' is seen from a host"),
        ({"kind": "latency", "peer": "x"}, "'peer' of the rule 'latency' is the other end of a link"),
        ({"kind": "latency", "every": 5}, "'every' of the rule 'latency' must be longer than 'lasts'"),
        ({"kind": "latency", "enabled": 0}, "'enabled' of a rule must be true or false, got 0"),
        ({"kind": "wifi-off", "host": ""}, "'host' of the rule 'wifi-off' must say whose WiFi it is"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(given: dict[str, object], text: str) -> None:
    network = Network()
    with pytest.raises(RuleError) as error:
        network.rule(given)
    assert text in str(error.value)
    assert network.lab is None  # and nothing has changed


def test_rule_is_written_as_a_line() -> None:
    form = read_text("http-status status=404 path='/a b' percent=33.5")
    assert form == {"kind": "http-status", "status": 404, "path": "/a b", "percent": 33.5}
    assert read_text(describe(form)) == form


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "there is no rule ''"),
        ("loss 20", "'20' in the rule 'loss 20' is no NAME=VALUE"),
        ("loss 'x", "No closing"),
    ],
)
def test_line_that_is_no_rule_says_why(text: str, told: str) -> None:
    with pytest.raises(RuleError, match=told):
        read_rule(read_text(text))


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_presets_are_sets_of_rules_with_a_sentence(preset) -> None:
    network = Network()
    network.add_host("device")
    assert [rule.to_json() for rule in network.preset(preset.name)] == list(preset.rules)
    assert preset.about.endswith(".")


def test_unknown_preset_names_those_there_are() -> None:
    with pytest.raises(RuleError, match="there is no preset 'tunnel'; there are 'train through a tunnel'"):
        Network().preset("tunnel")


def test_table_is_json() -> None:
    table = json.loads(json.dumps(kinds_json()))
    [loss] = [kind for kind in table if kind["name"] == "loss"]
    assert loss["parameters"][0] == {
        "name": "percent",
        "type": "number",
        "about": "How many packets vanish.",
        "default": 10,
        "unit": "%",
        "low": 0,
        "high": 100,
    }
    assert [preset["name"] for preset in json.loads(json.dumps(presets_json()))] == list(PRESETS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_and_parameter_stands_in_the_reference(kind) -> None:
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{kind.name}` |")]
    assert kind.about.rstrip(".") in row
    assert [own.name for own in kind.own if f"`{own.name}`" not in row] == []
    assert [one.name for one in kind.parameters if f"`{one.name}`" not in PAGE] == []


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_every_preset_stands_in_the_reference(preset) -> None:
    assert f"| {preset.name} | {preset.about} |" in PAGE
