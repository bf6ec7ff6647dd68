"""The page gets exchanges as code, and a description of the device, through the bridge."""

from __future__ import annotations

import json

import pytest

from sim.export.code import FORMS
from tests.test_bridge import Page
from tests.test_bridge_rules import FETCH, HELLO


@pytest.fixture
def page() -> Page:
    page = Page()
    page.boot(HELLO)
    page.ask("http.fetch", **FETCH)
    return page


def asked(page: Page) -> list[int]:
    return [record["seq"] for record in page.records if record["type"] == "http.requested"]


@pytest.mark.parametrize("form", FORMS)
def test_an_exchange_is_written_in_each_form(page: Page, form: str) -> None:
    text = page.ask("code.write", form=form, records=asked(page), firmware="hello.py")["value"]["text"]
    assert "GET" in text or "curl" in text
    assert ("hello.py" in text) is (form not in ("curl", "hurl"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"form": "pytest", "records": [10**9]}, "no longer in the trace"),
        ({"form": "pytest", "records": ["1"]}, "records must be a list of numbers"),
        ({"form": "pytest"}, "records must be a list of numbers"),
        ({"form": "perl", "records": []}, "expected one of pytest"),
    ],
)
def test_what_cannot_be_written_is_told(page: Page, fields: dict, said: str) -> None:
    answer = page.ask("code.write", **fields)
    assert not answer["ok"]
    assert said in answer["error"]["message"]


def test_the_device_is_described_by_what_was_seen(page: Page) -> None:
    text = page.ask("openapi.write")["value"]["text"]
    assert json.loads(text)["paths"]["/"]["get"]["responses"]["200"]
