"""Several devices, each with firmware of its own, are on one network: the page adds, shows, asks and removes them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screen import Screen

EVERY_THIRD = "a cloud that answers 503 every third time (JavaScript)"
DEVICE = """
print('main is up')
NO_CONTENT = 'HTTP/1.1 204 No Content\\r\\n\\r\\n'
HTTP.add_endpoint(HTTP.get_system_server(), '/main', lambda c, ev, d: Net.send(c, NO_CONTENT))

def ask(pin):
    HTTP.query({'url': 'http://cloud/orders', 'success': lambda body: print('cloud says', body),
                'error': lambda message: print('cloud fails', message)})

GPIO.set_button_handler(0, GPIO.PULL_UP, GPIO.INT_EDGE_NEG, 20, ask)
"""


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    screen = Screen(page).open(site)
    screen.run(DEVICE)
    expect(screen.console).to_contain_text("main is up")
    return screen


def chooser(screen: Screen) -> Locator:
    return screen.page.get_by_role("combobox", name="Device", exact=True)


def add(screen: Screen, program: str = EVERY_THIRD, name: str = "", address: str = "") -> Locator:
    """Fill the form for a new device and press its button; the form."""
    screen.press("Add a device")
    form = screen.page.get_by_role("form", name="New device")
    form.get_by_label("Program").select_option(program)
    if name:
        form.get_by_label("Name").fill(name)
    form.get_by_label("Address").fill(address)
    form.get_by_role("button", name="Add device").click()
    return form


def test_a_device_is_added_shown_asked_and_removed_while_the_first_goes_on(screen: Screen):
    form = add(screen)
    expect(form).to_have_count(0)
    expect(chooser(screen).locator("option:checked")).to_have_text("cloud, 192.168.4.3")
    expect(screen.files).to_have_text(["init.py", "hosts/cloud.js"])
    expect(screen.endpoints).to_contain_text(["/*"])
    for status in ("200 OK", "200 OK", "503"):
        screen.send("GET", "/orders")
        expect(screen.answer).to_contain_text(status)
    expect(screen.endpoints.first).to_contain_text("503")
    expect(screen.traffic.get_by_role("columnheader").nth(1)).to_contain_text("cloud")
    expect(screen.page.locator("sim-switches .pending")).to_be_hidden()

    chooser(screen).select_option("device")
    expect(screen.endpoints).to_contain_text(["/main"])
    screen.send("GET", "/main")
    expect(screen.answer).to_contain_text("204")
    expect(screen.console).to_contain_text("init.py started (boot 2)")

    chooser(screen).select_option("cloud")
    screen.press("Remove cloud")
    expect(chooser(screen).locator("option")).to_have_text(["device, 192.168.4.1"])
    expect(screen.files).to_have_text(["init.py"])
    screen.send("GET", "/main")
    expect(screen.answer).to_contain_text("204")


def test_firmware_finds_the_new_device_by_its_name(screen: Screen):
    add(screen, address="10.0.0.9")
    expect(chooser(screen).locator("option:checked")).to_have_text("cloud, 10.0.0.9")
    expect(screen.files).to_have_text(["init.py", "hosts/cloud.js", "hosts/addresses.json"])
    chooser(screen).select_option("device")
    screen.page.get_by_role("tab", name="Hardware").click()
    button = screen.page.get_by_role("button", name="Press Button 1 (pin 0)")
    button.press("Enter")
    expect(screen.console).to_contain_text('cloud says {"number":1}')
    screen.press("Run")
    expect(chooser(screen).locator("option")).to_have_text(["device, 192.168.4.1", "cloud, 10.0.0.9"])


def test_console_hardware_and_configuration_are_those_of_the_device_that_is_shown(screen: Screen):
    add(screen, "answers requests (JavaScript)", name="lamp")
    expect(screen.files).to_have_text(["init.py", "hosts/lamp.js"])
    screen.write("print('lamp is up'); GPIO.setup_output(5, 1);")
    screen.press("Run it")
    expect(screen.console).to_contain_text("lamp is up")
    expect(screen.console).not_to_contain_text("main is up")
    screen.page.get_by_role("tab", name="Hardware").click()
    expect(screen.page.get_by_role("list", name="Pins").get_by_role("listitem")).to_have_count(1)
    expect(screen.page.get_by_role("img", name="Pin 5 is on")).to_be_visible()
    chooser(screen).select_option("device")
    expect(screen.console).to_contain_text("main is up")
    expect(screen.console).not_to_contain_text("lamp is up")
    expect(screen.page.get_by_role("img", name="Pin 5 is on")).to_have_count(0)


def test_what_cannot_be_is_said_at_its_field(screen: Screen):
    form = add(screen, name="device")
    expect(form.get_by_label("Name")).to_have_accessible_description("There is a device of this name.")
    form.get_by_label("Name").fill("a b")
    form.get_by_role("button", name="Add device").click()
    expect(form.get_by_label("Name")).to_have_accessible_description("A name has letters, digits, dots and hyphens.")
    form.get_by_label("Name").fill("ok")
    form.get_by_label("Address").fill("1.2.3")
    form.get_by_role("button", name="Add device").click()
    expect(form.get_by_label("Address")).to_have_accessible_description("'1.2.3' is not an IPv4 address")
    expect(screen.files).to_have_text(["init.py"])
    form.press("Escape")
    expect(screen.page.get_by_role("button", name="Add a device")).to_be_focused()


def test_a_device_whose_firmware_fails_is_there_and_says_so(screen: Screen):
    add(screen, name="bad")
    expect(screen.files).to_have_text(["init.py", "hosts/bad.js"])
    screen.write("let a = 1;\nboom();")
    screen.press("Run it")
    expect(chooser(screen).locator("option:checked")).to_have_text("bad, 192.168.4.3 (crashed)")
    screen.expect_state("running")
    expect(screen.console).to_contain_text("boom")


def test_the_page_of_another_device_is_shown(screen: Screen):
    add(screen, "answers requests (JavaScript)")
    screen.page.get_by_role("tab", name="Page", exact=True).click()
    expect(screen.page.frame_locator("sim-page iframe").get_by_text("hello")).to_be_visible()


def test_programs_in_the_page_have_devices_too(screen: Screen):
    got = screen.page.evaluate("""async () => {
      const {devices} = simdevice;
      const text = "HTTP.add_endpoint(HTTP.get_system_server(), '/x', function(c, ev) {"
        + " if (ev === HTTP.EV_REQUEST) Net.send(c, 'HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\nx'); }, null);"
        + " RPC.addHandler('Add', function(a) { return a.a + 1; }, null);";
      const added = await devices.add("lamp", text, {address: "10.0.0.5"});
      const answer = await simdevice.request("GET", "/x", {to: "lamp"});
      const sum = await simdevice.rpc("Add", {a: 2}, {to: "lamp"});
      await devices.add("py", {"init.py": "print('py')", "data.bin": new Uint8Array([255])});
      await devices.stop("py");
      const states = devices.list().map(({name, state}) => [name, state]);
      await devices.restart("py");
      await devices.show("py");
      const boots = devices.list()[2].boots;
      await devices.remove("py");
      await devices.remove("lamp");
      const wrong = await devices.add("a b", "").catch(({message}) => message);
      const gone = await simdevice.request("GET", "/x", {to: "lamp"}).catch(({message}) => message);
      return {added, text: answer.text, sum, states, boots, left: devices.list().length, wrong, gone};
    }""")
    added = got["added"]
    assert (added["name"], added["address"], added["state"], added["main"]) == (
        "lamp",
        "10.0.0.5",
        "running",
        "hosts/lamp.js",
    )
    assert (got["text"], got["sum"], got["boots"], got["left"]) == ("x", 3, 2, 1)
    assert got["states"] == [["device", "running"], ["lamp", "running"], ["py", "stopped"]]
    assert got["wrong"] == "A name has letters, digits, dots and hyphens."
    assert got["gone"] == "there is no device 'lamp'"
