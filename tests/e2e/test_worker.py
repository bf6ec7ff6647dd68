"""The worker starts Python from the site alone, brings what firmware imports, and says in a sentence what is wrong."""

from __future__ import annotations

import shutil

import pytest

from tools.site import DIST

pytestmark = pytest.mark.first_visit

POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'"
TALK = """
async (messages) => {
  const worker = new Worker("worker.js", { type: "module" });
  const statuses = [], printed = [], answers = [];
  const waiting = new Map();
  worker.onmessage = ({ data: said }) => {
    const data = typeof said === "string" ? JSON.parse(said) : said;
    if (data.type === "status") statuses.push(data);
    else if (data.type === "records") printed.push(...data.records.map(({ text, message }) => text ?? message));
    else waiting.get(data.id)(data);
  };
  const answered = messages.map((message, id) => new Promise((resolve) => waiting.set(id + 1, resolve)));
  messages.forEach((message, id) => worker.postMessage({ id: id + 1, ...message }));
  for (const answer of answered) answers.push(await answer);
  worker.terminate();
  return { answers, statuses, printed: printed.filter((text) => text !== undefined).join("") };
}
"""
BARE_PAGE = "icon.svg"  # of the same origin, and starts no worker itself
START = {"type": "start"}
WHOLE = "loading the whole library"


def firmware(source, packages=()):
    """Return the message that boots a firmware, and one more so that the records before it have come."""
    metadata = f"# /// script\n# dependencies = {list(packages)}\n# ///\n" if packages else ""
    return [{"type": "boot", "files": {"init.py": metadata + source}, "main": "init.py"}, {"type": "stop"}]


@pytest.fixture
def talk(page, site):
    """Send messages to a fresh worker, all at once, and return what it says until all are answered."""

    def run(*messages, at=site):
        page.goto(at + BARE_PAGE)
        return page.evaluate(TALK, list(messages))

    return run


@pytest.fixture
def site_without(serve, tmp_path):
    """Serve a copy of the site that lacks one file."""

    def run(name):
        shutil.copytree(DIST, tmp_path / "dist")
        (tmp_path / "dist" / name).unlink()
        return serve(tmp_path / "dist")

    return run


def test_messages_that_come_before_python_is_there_wait_for_it(talk):
    heard = talk(START, *firmware("print('here')"))
    assert [answer["ok"] for answer in heard["answers"]] == [True] * 3
    assert heard["printed"] == "here\n"


def test_the_start_names_its_versions(talk):
    value = talk(START)["answers"][0]["value"]
    assert value["version"] == "0.1.0"
    assert value["python"].startswith("3.")
    assert value["ms"] > 0


def test_the_start_tells_how_many_bytes_have_come_and_never_goes_back(talk):
    statuses = talk(START)["statuses"]
    steps = [status["step"] for status in statuses]
    loaded = [status["loaded"] for status in statuses if status["phase"] == "python"]
    assert steps == sorted(steps)
    assert loaded == sorted(loaded)
    assert loaded[0] == 0
    assert 0 < loaded[-1] < statuses[0]["total"]


def test_it_works_below_any_path_and_with_a_policy_that_forbids_eval(talk, serve):
    below = serve(prefix="/some/where/", headers={"Content-Security-Policy": POLICY})
    heard = talk(START, *firmware("print('here')"), at=below)
    assert heard["printed"] == "here\n"


def test_a_message_before_the_start_is_refused(talk):
    (answer,) = talk({"type": "stop"})["answers"]
    assert answer["error"]["message"] == "Python has not started"


def loaded_archives(heard):
    """Return what the worker has said of archives that it loads."""
    return [status["text"] for status in heard["statuses"] if status["phase"] == "library"]


@pytest.mark.parametrize(
    "statement",
    ["import csv, http.client, xml.etree.ElementTree", "__import__('email.mime.text')", "b'x'.decode('koi8-r')"],
)
def test_firmware_can_use_what_the_image_lacks_of_the_standard_library(talk, statement):
    heard = talk(START, *firmware(f"{statement}\nprint('imported')"))
    assert heard["printed"] == "imported\n"
    assert loaded_archives(heard).count(WHOLE) == 1


def test_firmware_with_common_imports_needs_not_the_whole_library(talk):
    names = (
        "asyncio base64 binascii collections dataclasses datetime enum functools hashlib hmac itertools json logging"
    )
    names += " math random re secrets statistics string struct textwrap time traceback typing urllib.parse zlib"
    source = f"import {', '.join(names.split())}\ndatetime.datetime.strptime('2026', '%Y')\nprint('imported')"
    heard = talk(START, *firmware(source))
    assert heard["printed"] == "imported\n"
    assert WHOLE not in loaded_archives(heard)


def test_firmware_can_ask_the_loader_of_a_module_what_it_is(talk):
    source = """
import importlib.util, inspect, pkgutil
for name in "json", "json.decoder":
    loader = importlib.util.find_spec(name).loader
    print(loader.is_package(name), loader.get_source(name), loader.get_code(name).co_name)
try:
    inspect.getsource(importlib.import_module("json"))
except OSError as error:
    print(error)
"""
    said = "True None <module>\nFalse None <module>\ncould not get source code\n"
    assert talk(START, *firmware(source))["printed"] == said


@pytest.mark.parametrize(
    ("source", "message"),
    [("import no_such_module", "No module named 'no_such_module'"), ("fro json import dumps", "invalid syntax")],
)
def test_an_error_of_the_firmware_brings_not_the_whole_library(talk, source, message):
    heard = talk(START, *firmware(source))
    assert message in heard["printed"]
    assert WHOLE not in loaded_archives(heard)


def test_packages_that_firmware_names_are_installed_from_the_site(talk):
    source = "import cbor2, fastjsonschema\nprint(cbor2.loads(cbor2.dumps([1])))"
    heard = talk(START, *firmware(source, ["cbor2>=5", "FastJSONSchema"]))
    assert heard["printed"] == "[1]\n"


def test_a_package_that_the_site_lacks_is_named_with_those_that_it_has(talk):
    heard = talk(START, *firmware("", ["numpy>=2"]))
    assert heard["answers"][1]["error"]["message"] == "this site has no package numpy; it has: cbor2, fastjsonschema"


def test_metadata_that_names_no_list_of_packages_is_an_error_of_the_boot(talk):
    answer = talk(START, *firmware("# /// script\n# dependencies = 3\n# ///"))["answers"][1]
    assert answer["error"]["name"] == "ValueError"
    assert "dependencies must be a list" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [("cbor2<2", "Can't find a pure Python 3 wheel for 'cbor2<2'."), ("cbor2>>2", "Expected end or semicolon")],
)
def test_a_requirement_that_cannot_be_met_is_refused_with_the_reason(talk, requirement, reason):
    error = talk(START, *firmware("", [requirement]))["answers"][1]["error"]
    assert error["message"].startswith(f"{requirement} could not be installed: {reason}")
    assert "\n" not in error["message"]


def test_the_wheel_runs_as_the_image_does(talk):
    where = "import sim\nprint(sim.__file__)"
    image = talk(START, *firmware(where))
    wheel = talk({**START, "install": "micropip"}, *firmware(where))
    assert ".zip/sim/" in image["printed"]
    assert "/site-packages/sim/" in wheel["printed"]


@pytest.mark.parametrize("name", ["pyodide.asm.mjs", "pyodide.asm.wasm", "image.bin"])
def test_a_file_that_is_missing_is_named(talk, site_without, name):
    heard = talk(START, at=site_without(f"pyodide/{name}"))
    text = heard["answers"][0]["error"]["message"]
    assert text.startswith(f"pyodide/{name} could not be loaded")
    assert (heard["statuses"][-1]["phase"], heard["statuses"][-1]["text"]) == ("failed", text)


def test_a_policy_that_forbids_webassembly_is_named(talk, serve):
    strict = serve(headers={"Content-Security-Policy": POLICY.replace(" 'wasm-unsafe-eval'", "")})
    heard = talk(START, at=strict)
    assert "'wasm-unsafe-eval'" in heard["answers"][0]["error"]["message"]
    assert heard["statuses"][-1]["phase"] == "failed"


def test_rules_are_loaded_when_they_are_wanted(talk):
    rule = {"kind": "http-status", "status": 418, "path": "/x"}
    fetch = {"type": "http.fetch", "method": "GET", "target": "/x", "headers": [], "body": ""}
    said = talk(START, *firmware("")[:1], {"type": "rules.list"}, {"type": "rules.add", "rule": rule}, fetch)
    assert len(said["answers"][2]["value"]["presets"]) >= 8
    assert said["answers"][3]["value"] == {"rules": [1]}
    assert said["answers"][4]["value"]["status"] == 418
