"""What the page shows before there is a device is a run of the example that really happened."""

from __future__ import annotations

import pytest

from tools.recording import TARGET, record
from tools.site import ROOT

HELLO = {"init.js": (ROOT / "examples" / "hello.js").read_text()}
DEAF = {"init.py": "print('no endpoint')\n"}


def test_the_recorded_run_has_the_request_its_answer_and_the_endpoint_that_was_hit():
    recorded = record(HELLO)
    heads = [one["data"].split("\r\n")[0] for one in recorded["records"] if one["type"] == "http.requested"]
    assert heads == [f"GET {TARGET} HTTP/1.1"]
    (endpoint,) = recorded["snapshot"]["endpoints"]
    assert (endpoint["uri"], endpoint["hits"], endpoint["last_status"]) == (TARGET, 1, 200)
    assert recorded["answer"]["body"] == "  hello! \n"


def test_the_same_example_is_recorded_in_the_same_way():
    assert record(HELLO) == record(HELLO)


def test_a_firmware_that_does_not_start_or_has_no_such_endpoint_is_not_recorded():
    with pytest.raises(RuntimeError, match=r"cannot be recorded.*404"):
        record({"init.py": "1 +\n"})
    with pytest.raises(RuntimeError, match=r"cannot be recorded.*404"):
        record(DEAF)
