"""The examples and the help of the editor are what the folder and the API hold."""

from __future__ import annotations

import json

import pytest

from sim.catalog import make_catalog
from tools.examples import FIRST, read_examples, said_in, script_of, texts_of
from tools.help import help_of
from tools.site import ROOT

DOCUMENTED = """\
let server = HTTP.get_system_server();
HTTP.add_endpoint(server, '/my/api', function(conn, ev, ev_data) {
  if (ev === HTTP.EV_REQUEST) {
    Net.send(conn, 'HTTP/1.0 200 OK\\n\\n  hello! \\n');
    Net.disconnect(conn);
  }
}, null);
"""
EXAMPLES = read_examples(ROOT / "examples")


def test_the_first_example_is_that_of_the_documentation_to_the_letter():
    assert EXAMPLES[0].title == FIRST
    assert EXAMPLES[0].files == {"init.js": DOCUMENTED.encode()}


def test_every_program_and_folder_is_an_example_under_a_title_of_its_own():
    names = [path for path in (ROOT / "examples").iterdir() if path.is_dir() or path.suffix in (".js", ".py")]
    assert len(EXAMPLES) == len(names)
    assert len({example.title for example in EXAMPLES}) == len(EXAMPLES)


def test_examples_stand_by_language_mjs_first():
    languages = [example.language for example in EXAMPLES]
    assert languages == sorted(languages)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("// One.\n// Try: two\n// three\nlet a;\n", ("One.", "two three")),
        ("# One.\nx = 1\n", ("One.", "")),
        ("let a; // no\n", ("", "")),
        ("#!/usr/bin/env python\n", ("", "")),
    ],
)
def test_the_first_comment_says_what_it_is_about_and_what_to_try(source, said):
    assert said_in(source) == said


def test_a_folder_is_an_example_with_what_boots_first(tmp_path):
    (tmp_path / "lamp").mkdir()
    (tmp_path / "hello.js").write_text(DOCUMENTED)
    (tmp_path / "hello.py").write_text("print(1)")
    (tmp_path / "lamp" / "a.bin").write_bytes(b"\xff\x00")
    (tmp_path / "lamp" / "init.py").write_text("# A lamp. Try: it\n")
    first, lamp, second = sorted(read_examples(tmp_path), key=lambda example: example.title != FIRST)[:3]
    assert [first.title, *sorted([lamp.title, second.title])] == ["hello", "hello (Python)", "lamp"]
    [lamp] = [example for example in read_examples(tmp_path) if example.title == "lamp"]
    assert list(lamp.files) == ["init.py", "a.bin"]
    assert (lamp.about, lamp.tip) == ("A lamp.", "it")
    listed = json.loads(texts_of([lamp]))["lamp"]
    assert listed == [{"name": "init.py", "text": "# A lamp. Try: it\n"}, {"name": "a.bin", "data": "\xff\x00"}]


def test_the_script_of_the_examples_holds_their_list_and_the_first():
    script = script_of(EXAMPLES)
    assert json.dumps(DOCUMENTED) in script
    assert all(json.dumps(example.title) in script for example in EXAMPLES)


def test_the_help_has_every_name_of_the_api_once():
    catalog = make_catalog()
    entries = {entry["name"]: entry for entry in help_of(catalog)}
    assert len(entries) == len(list(help_of(catalog)))
    for module in catalog.modules.values():
        assert module.name in entries
        assert {f"{module.name}.{name}" for name in module.members} <= entries.keys()
    assert catalog.functions.keys() <= entries.keys()


def test_the_help_tells_how_each_language_writes_a_name():
    entries = {entry["name"]: entry for entry in help_of(make_catalog())}
    endpoint = entries["HTTP.add_endpoint"]
    assert endpoint["js"] == "HTTP.add_endpoint(listener, uri, handler, userdata)"
    assert endpoint["py"].startswith("HTTP.add_endpoint(listener: ")
    assert endpoint["text"].endswith("A script gives all 4 arguments.")
    assert entries["ffi"]["py"] == ""
    assert entries["HTTP.EV_REQUEST"]["js"].startswith("HTTP.EV_REQUEST = ")
