"""The page sets, switches and removes rules through the bridge, and its snapshot shows their hits."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.test_bridge import Page

HELLO = """
def hello(conn, ev, data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.0 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi')
        Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/', hello)
"""
FETCH = {"method": "GET", "target": "/", "headers": [], "body": ""}


@pytest.fixture
def page() -> Page:
    page = Page()
    page.boot(HELLO)
    return page


def value(page: Page, kind: str, /, **fields: object) -> dict:
    """Return what the page is answered."""
    return page.ask(kind, **fields)["value"]


def rules(page: Page) -> list[dict]:
    page.wait(20)
    return page.snapshot["rules"]


def test_kinds_and_presets_are_listed_with_all_that_a_form_needs(page):
    table = value(page, "rules.list")
    [loss] = [kind for kind in table["kinds"] if kind["name"] == "loss"]
    assert {parameter["name"] for parameter in loss["parameters"]} > {"percent", "host", "direction", "start"}
    assert all(preset["about"] and preset["rules"] for preset in table["presets"])


def test_rule_is_set_shown_with_its_hits_and_removed(page):
    assert rules(page) == []
    form = {"kind": "http-status", "status": 404, "host": "device"}
    assert value(page, "rules.add", rule=form) == {"rules": [1]}
    assert value(page, "http.fetch", **FETCH)["status"] == 404
    [shown] = rules(page)
    assert value(page, "rules.list")["rules"] == [shown]
    assert shown == {
        "rule": 1,
        "kind": "http-status",
        "values": {"status": 404, "host": "device"},
        "enabled": True,
        "hits": 1,
    }
    assert value(page, "rules.remove", rule=1) == {}
    assert rules(page) == []
    assert value(page, "http.fetch", **FETCH)["status"] == 200


def test_rule_is_switched(page):
    value(page, "rules.add", rule={"kind": "http-status", "enabled": False})
    assert [rule["enabled"] for rule in rules(page)] == [False]
    assert value(page, "http.fetch", **FETCH)["status"] == 200
    value(page, "rules.enable", rule=1, enabled=True)
    assert value(page, "http.fetch", **FETCH)["status"] == 503
    value(page, "rules.enable", rule=1, enabled=False)
    assert value(page, "http.fetch", **FETCH)["status"] == 200
    assert [(rule["enabled"], rule["hits"]) for rule in rules(page)] == [(False, 1)]


def test_preset_is_set_whole(page):
    assert value(page, "rules.add", preset="flaky cloud", values={"host": "device"}) == {"rules": [1, 2]}
    assert [(rule["kind"], rule["values"]["host"]) for rule in rules(page)] == [
        ("http-delay", "device"),
        ("http-status", "device"),
    ]


@pytest.mark.parametrize(("seed", "hits"), [(0, 1), (7, 0)])
def test_rules_stay_when_firmware_is_booted_again(page, seed, hits):
    value(page, "rules.add", rule={"kind": "http-status"})
    value(page, "rules.add", rule={"kind": "loss", "enabled": False})
    value(page, "http.fetch", **FETCH)
    value(page, "boot", files={"init.py": HELLO}, seed=seed)
    assert [(rule["kind"], rule["enabled"], rule["hits"]) for rule in rules(page)] == [
        ("http-status", True, hits),
        ("loss", False, 0),
    ]
    assert value(page, "http.fetch", **FETCH)["status"] == 503


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"type": "rules.add"}, "the message lacks 'rule'"),
        ({"type": "rules.add", "rule": 3}, "'rule' must be an object"),
        ({"type": "rules.add", "rule": {"kind": "los"}}, "there is no rule 'los'; did you mean 'loss'?"),
        ({"type": "rules.add", "preset": "tunnel"}, "there is no preset 'tunnel'"),
        ({"type": "rules.remove", "rule": 9}, "there is no rule 9"),
        ({"type": "rules.enable", "rule": 9}, "there is no rule 9"),
    ],
)
def test_what_is_wrong_is_said(page, message, text):
    kind = message.pop("type")
    assert text in page.ask(kind, **message)["error"]["message"]


def test_lab_is_not_loaded_before_the_page_asks_for_it():
    code = (
        "import sys, sim.bridge as b; b.warm_up();"
        "print([name for name in sys.modules if name.startswith(('sim.network.lab', 'sim.network.rule'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
