"""Page and Python list the same messages."""

import re

import pytest

from sim import bridge
from tools.site import ROOT


@pytest.mark.parametrize("name", ["PAGE_TO_WORKER", "WORKER_TO_PAGE"])
def test_the_types_of_messages_are_the_same_in_the_page_and_in_python(name):
    source = (ROOT / "web" / "protocol.js").read_text()
    listed = re.search(rf"export const {name} = Object\.freeze\(\[([^\]]*)\]\)", source)
    assert listed
    assert re.findall(r'"([^"]+)"', listed[1]) == list(getattr(bridge, name))
