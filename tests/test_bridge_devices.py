"""The page adds devices to the network and takes them away while the others go on, and looks at any of them."""

from __future__ import annotations

import pytest

from tests.test_bridge import Page

MAIN = """
NO_CONTENT = 'HTTP/1.1 204 No Content\\r\\n\\r\\n'
GPIO.setup_output(2, 1)
HTTP.add_endpoint(HTTP.get_system_server(), '/main', lambda c, ev, d: Net.send(c, NO_CONTENT))
"""
CLOUD = """
let count = 0;
HTTP.add_endpoint(HTTP.get_system_server(), '/cloud', function(c, ev) {
  if (ev !== HTTP.EV_REQUEST) return;
  count++;
  Net.send(c, 'HTTP/1.0 200 OK\\r\\n\\r\\n' + JSON.stringify(count));
  Net.disconnect(c);
}, null);
RPC.addHandler('Cloud.Count', function() { return count; }, null);
GPIO.setup_output(5, 0);
ADC.enable(34);
UART.setConfig(0, {});
UART.setDispatcher(0, function(uart) { print('typed', UART.read(uart)); }, null);
UART.setRxEnabled(0, true);
"""
FETCH = {"method": "GET", "headers": [], "body": ""}


@pytest.fixture
def page() -> Page:
    page = Page()
    page.boot(MAIN)
    return page


def value(page: Page, kind: str, /, **fields: object) -> dict:
    """Return what the page is answered."""
    answer = page.ask(kind, **fields)
    assert answer["ok"], answer["error"]
    return answer["value"]


def add(page: Page, name: str = "cloud", source: str = CLOUD, **fields: object) -> dict:
    return value(page, "device.add", name=name, files={f"hosts/{name}.js": source}, **fields)


def known(page: Page) -> list[tuple[str, str, int]]:
    """Return what the page was told last of all devices."""
    page.wait(20)
    told = [message for message in page.messages if message.get("type") == "devices"]
    return [(one["host"], one["state"], one["boots"]) for one in told[-1]["devices"]]


def get(page: Page, target: str, to: str) -> tuple[int, str]:
    answer = value(page, "http.fetch", **FETCH, target=target, to=to)
    return answer["status"], answer["body"]


def test_a_device_is_added_asked_and_removed_while_the_other_goes_on(page):
    assert known(page) == [("device", "running", 1)]
    added = add(page)
    assert added == {"host": "cloud", "name": "cloud", "address": "192.168.4.3"}
    assert get(page, "/cloud", "cloud") == (200, "1")
    assert get(page, "/main", "device")[0] == 204
    assert known(page) == [("device", "running", 1), ("cloud", "running", 1)]
    assert value(page, "device.remove", host="cloud") == {}
    assert known(page) == [("device", "running", 1)]
    refused = page.ask("http.fetch", **FETCH, target="/cloud", to="cloud")
    assert "there is no device 'cloud'" in refused["error"]["message"]
    assert get(page, "/main", "device")[0] == 204


def test_a_device_that_is_there_boots_anew_with_its_new_files(page):
    first = add(page)
    get(page, "/cloud", "cloud")
    assert add(page) == first
    assert get(page, "/cloud", "cloud") == (200, "1")
    assert known(page)[1] == ("cloud", "running", 2)


def test_another_address_makes_it_another_host(page):
    add(page, address="10.0.0.7")
    assert add(page, address="10.0.0.8")["address"] == "10.0.0.8"
    assert get(page, "/cloud", "cloud") == (200, "1")
    assert known(page)[1] == ("cloud", "running", 1)


def test_the_snapshot_tells_of_the_device_that_is_shown(page):
    add(page)
    get(page, "/cloud", "cloud")
    value(page, "device.show", host="cloud")
    value(page, "http.fetch", **FETCH, target="/main")
    page.wait(20)
    shown = page.snapshot
    assert (shown["device"]["host"], shown["shown"]["host"]) == ("device", "cloud")
    assert [(one["uri"], one["hits"], one["last_status"]) for one in shown["endpoints"]] == [("/cloud", 1, 200)]
    assert "Cloud.Count" in [one["method"] for one in shown["methods"]]
    assert [one["pin"] for one in shown["pins"]] == [5]
    assert {one["host"] for part in ("connections", "listeners") for one in shown[part]} == {"cloud"}
    value(page, "device.show", host="device")
    value(page, "http.fetch", **FETCH, target="/main")
    assert [one["uri"] for one in page.snapshot["endpoints"]] == ["/main"]


def test_who_is_shown_is_shown_no_more_when_it_is_removed(page):
    add(page)
    value(page, "device.show", host="cloud")
    value(page, "device.remove", host="cloud")
    page.wait(20)
    assert page.snapshot["shown"]["host"] == "device"


def test_choosing_a_device_shows_it_although_nothing_has_happened(page):
    add(page)
    value(page, "device.show", host="cloud")
    assert page.snapshot["shown"]["host"] == "cloud"


def test_hardware_and_configuration_of_any_device_are_set(page):
    add(page)
    value(page, "device.show", host="cloud")
    value(page, "sensor.set", host="cloud", kind="adc", at=34, values={"mv": 1234})
    value(page, "pin.set", host="cloud", pin=7, level=1)
    page.wait(20)
    told = [message for message in page.messages if message.get("type") == "hardware"][-1]
    assert told["sensors"][0]["values"] == {"mv": 1234}
    assert 7 in [one["pin"] for one in told["pins"] if one["outside"] == 1]
    value(page, "config.set", host="cloud", values={"debug": {"level": 3}})
    assert value(page, "config.get", host="cloud")["values"]["debug"]["level"] == 3
    assert value(page, "config.get")["values"]["debug"]["level"] != 3
    value(page, "uart.send", host="cloud", uart=0, data="hi")
    page.wait(20)
    printed = [(one["host"], one["text"]) for one in page.records if one["type"] == "device.printed"]
    assert ("cloud", "typed hi \n") in printed


def test_one_device_is_stopped_and_restarted_without_the_others(page):
    add(page)
    value(page, "stop", host="cloud")
    assert known(page) == [("device", "running", 1), ("cloud", "stopped", 1)]
    value(page, "reboot", host="cloud")
    assert known(page) == [("device", "running", 1), ("cloud", "running", 2)]


def test_a_websocket_goes_to_any_device(page):
    source = "HTTP.add_endpoint(HTTP.get_system_server(), '/ws', function(c, ev) {"
    add(page, source=f"{source} if (ev === HTTP.EV_WS_CONNECT) print('open'); }}, null);")
    assert value(page, "ws.open", target="/ws", protocols=[], to="cloud")["socket"] == 1


def test_devices_that_were_added_go_when_something_else_is_booted(page):
    add(page)
    value(page, "boot", files={"init.py": MAIN})
    assert known(page) == [("device", "running", 1)]


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("device.add", {"name": "a", "files": {}}, "the files hold no program of the device 'a', such as hosts/a.js"),
        ("device.add", {"name": "page", "files": {"hosts/page.js": ""}}, "host 'page' at "),
        ("device.add", {"name": "a", "files": {"hosts/a/x.txt": ""}}, "which file to boot?"),
        ("device.add", {"name": "a", "files": {"hosts/a.js": ""}, "address": "x"}, "'x' is not an IPv4 address"),
        ("device.remove", {"host": "device"}, "'device' is the device that the page boots: it stays"),
        ("device.remove", {"host": "a"}, "there is no device 'a'"),
        ("device.show", {"host": "a"}, "there is no device 'a'"),
        ("pin.set", {"host": "a", "pin": 1, "level": 1}, "there is no device 'a'"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(page, kind, fields, said):
    assert said in page.ask(kind, **fields)["error"]["message"]
    assert known(page) == [("device", "running", 1)]
