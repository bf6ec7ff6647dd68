"""Page and Python list the same messages."""

import re
from dataclasses import fields

import pytest

from sim import bridge, view, view_hardware, view_host, view_rules
from sim.event import EVENT_TYPES, FIELDS
from tools.site import ROOT


@pytest.mark.parametrize("name", ["PAGE_TO_WORKER", "WORKER_TO_PAGE"])
def test_the_types_of_messages_are_the_same_in_the_page_and_in_python(name):
    source = (ROOT / "web" / "protocol.js").read_text()
    listed = re.search(rf"export const {name} = Object\.freeze\(\[([^\]]*)\]\)", source)
    assert listed
    assert re.findall(r'"([^"]+)"', listed[1]) == list(getattr(bridge, name))


SOURCE = (ROOT / "web" / "protocol.js").read_text()
RECORDS = re.findall(r'Stamp & \{type: "([a-z.]+)",([^}]*)\}', SOURCE)
PARTS = {
    "Device": view_host.DeviceView,
    "Listener": view_host.ListenerView,
    "Endpoint": view_host.EndpointView,
    "Method": view_host.MethodView,
    "Connection": view_host.ConnectionView,
    "Pin": view_hardware._Pin,
    "Rule": view_rules._Rule,
}


def names_in(text):
    return re.findall(r"(\w+)\??:", text)


@pytest.mark.parametrize(("name", "text"), RECORDS, ids=[name for name, _ in RECORDS])
def test_the_fields_that_the_page_reads_are_those_of_the_record(name, text):
    assert names_in(text)
    assert set(names_in(text)) <= set(FIELDS[EVENT_TYPES[name]])


@pytest.mark.parametrize("name", PARTS)
def test_the_parts_of_the_snapshot_have_the_fields_that_the_page_reads(name):
    [text] = re.findall(rf"@typedef \{{\{{([^}}]*)\}}\}} {name}$", SOURCE, re.M)
    assert names_in(text)
    assert set(names_in(text)) <= {field.name for field in fields(PARTS[name])}


def test_the_snapshot_has_the_same_fields_in_the_page_and_in_python():
    [text] = re.findall(r"@typedef \{\{([^}]*)\}\} Snapshot$", SOURCE, re.M)
    assert set(names_in(text)) == set(view.View().to_json())
