"""The bridge takes the files of a project, text and bytes, and checks its programs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.bridge import Bridge

NOT_BYTES = "\N{EURO SIGN}"


def ask(bridge: Bridge, answers: list[dict[str, Any]], **message: Any) -> dict[str, Any]:
    """Send a message that is answered at once, and return the answer."""
    bridge.handle(json.dumps({"id": len(answers) + 1, **message}), 0)
    return answers[-1]


@pytest.fixture
def page() -> Any:
    """Ask a bridge."""
    answers: list[dict[str, Any]] = []

    def collect(text: str) -> None:
        message = json.loads(text)
        if "id" in message:
            answers.append(message)

    bridge = Bridge(collect)
    return lambda **message: ask(bridge, answers, **message)


def test_binary_files_reach_the_device_byte_for_byte(page):
    source = "let f = File.read('logo.png'); print(f.length, f.at(0), f.at(3)); if (f.length !== 4) die('wrong');"
    value = page(type="boot", files={"init.js": source}, binary={"logo.png": "\x89\x00\n\xff"})
    assert value["ok"], value
    assert page(type="reboot")["ok"]


def test_what_boots_is_chosen_by_the_device_if_it_is_not_told(page):
    assert page(type="boot", files={"app.js": "print(1);", "note.txt": ""})["ok"]
    refused = page(type="boot", files={"a.js": "", "b.js": ""})
    assert "which file to boot?" in refused["error"]["message"]


@pytest.mark.parametrize(
    ("binary", "message"),
    [
        ([], "'binary' must be an object of texts"),
        ({"a": 1}, "'binary' must be an object of texts"),
        ({"init.js": ""}, "'init.js' is in 'files' and in 'binary'"),
        ({"a": NOT_BYTES}, "'binary' holds a character that is no byte"),
    ],
)
def test_files_of_another_form_are_refused_in_a_sentence(page, binary, message):
    for kind in ("boot", "check"):
        answer = page(type=kind, files={"init.js": ""}, binary=binary)
        assert answer["error"]["message"] == message


def test_a_check_tells_file_line_column_level_and_message_and_runs_nothing(page):
    files = {"init.js": "while (true) {}\n", "lib.js": "let a = 1;\n  HTTP.add_endpont(a);\n", "lamp.py": "x = 1"}
    [finding] = page(type="check", files=files, binary={"logo.png": "\xff"})["value"]["findings"]
    assert (finding["file"], finding["line"], finding["level"]) == ("lib.js", 2, "error")
    assert finding["column"] > 2
    assert "did you mean add_endpoint?" in finding["message"]


def test_a_check_of_a_project_without_mistakes_finds_nothing(page):
    assert page(type="check", files={"init.js": "print('hi');"})["value"] == {"findings": []}


def test_odd_characters_in_a_program_are_no_failure_of_the_check(page):
    assert page(type="check", files={"init.js": "print('\ud800 \x00');"})["ok"]
