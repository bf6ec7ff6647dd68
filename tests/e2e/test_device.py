"""The device column: what the device offers and whom it talks to, and what a hand can set of its hardware."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screen import Screen

BOARD = """\
led = Cfg.get('board.led1.pin')
GPIO.setup_output(led, 0)
GPIO.setup_input(4, GPIO.PULL_UP)
presses = 0

def pressed(pin):
    global presses
    presses += 1
    GPIO.toggle(led)
    print('press', presses)

GPIO.set_button_handler(Cfg.get('board.btn1.pin'), GPIO.PULL_UP, GPIO.INT_EDGE_NEG, 20, pressed)
ADC.enable(34)
sensor = DHT.create(5, DHT.DHT22)

def read(conn, ev, data):
    if ev == HTTP.EV_REQUEST:
        text = '%d mV, %.1f C, pin 4 is %d' % (ADC.read_voltage(34), sensor.getTemp(), GPIO.read(4))
        Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\n' + text)
        Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/read', read)
"""

HOLD = """\
def hold(conn, ev, data):
    if ev == HTTP.EV_REQUEST:
        print('held')
    if ev == Net.EV_CLOSE:
        print('gone')

HTTP.add_endpoint(HTTP.get_system_server(), '/hold', hold)
Net.serve({'addr': 'tcp://9000', 'onevent': lambda conn, data, ev: None})
"""


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    return Screen(page).open(site)


@pytest.fixture
def board(screen: Screen) -> Screen:
    """The page with a firmware that uses pins and sensors, and its hardware in sight."""
    screen.run(BOARD)
    expect(screen.endpoints.first).to_contain_text("/read")
    screen.page.get_by_role("tab", name="Hardware").click()
    return screen


def pin(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Pins").get_by_role("listitem").filter(has_text=name)


def test_an_led_lights_when_a_button_is_pressed_by_pointer_or_keyboard(page: Page, board: Screen):
    lamp = pin(page, "LED 1").get_by_role("img")
    expect(lamp).to_have_accessible_name("LED 1 is off")
    button = page.get_by_role("button", name="Press Button 1")
    button.hover()
    page.mouse.down()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(lamp).to_have_accessible_name("LED 1 is on")
    page.mouse.up()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(board.console).to_contain_text("press 1")
    button.focus()
    page.keyboard.down("Space")
    expect(lamp).to_have_accessible_name("LED 1 is off")
    page.keyboard.up("Space")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(board.console).to_contain_text("press 2")


def test_an_input_is_connected_to_a_level(page: Page, board: Screen):
    line = pin(page, "Pin 4")
    expect(line).to_contain_text("input, pull-up")
    expect(line).to_contain_text("level 1")
    page.get_by_label("Pin 4: what is connected").select_option("to ground (0)")
    expect(line).to_contain_text("level 0")
    board.send("GET", "/read")
    expect(board.body()).to_contain_text("pin 4 is 0")
    page.get_by_label("Pin 4: what is connected").select_option("not connected")
    expect(line).to_contain_text("level 1")


def test_sensors_are_set_and_stay_so_over_a_restart(page: Page, board: Screen):
    voltage = page.get_by_label("Voltage of ADC, pin 34 in mV")
    voltage.fill("1650")
    voltage.press("Enter")
    page.get_by_label("Temperature of DHT, pin 5, slider").fill("30")
    expect(page.get_by_label("Temperature of DHT, pin 5 in °C")).to_have_value("30")
    board.send("GET", "/read")
    expect(board.body()).to_contain_text("1650 mV, 30.0 C")
    board.press("Restart")
    expect(board.console).to_contain_text("boot 2")
    expect(page.get_by_label("Temperature of DHT, pin 5 in °C")).to_have_value("30")


def test_a_value_of_the_configuration_is_found_changed_and_kept(page: Page, board: Screen):
    page.get_by_text("Configuration", exact=True).click()
    page.get_by_label("Find in the configuration").fill("led1")
    field = page.get_by_label("board.led1.pin", exact=True)
    expect(field).to_have_value("2")
    field.fill("7")
    field.press("Enter")
    expect(page.get_by_role("status", name="State of the configuration")).to_contain_text("board.led1.pin is saved")
    page.get_by_role("button", name="Restart the device").click()
    expect(board.console).to_contain_text("boot 2")
    expect(pin(page, "LED 1")).to_contain_text("pin 7")
    expect(field).to_have_value("7")


def test_connections_are_ended_by_hand_as_by_the_other_side(page: Page, screen: Screen):
    screen.run(HOLD)
    expect(screen.endpoints.first).to_contain_text("/hold")
    expect(page.get_by_text("Listens on")).to_contain_text("TCP 9000")
    for verb, reason in (("Close", "CLOSED"), ("Reset", "CLOSED (reset)")):
        screen.send("GET", "/hold")
        expect(screen.console).to_contain_text("held")
        row = screen.connections.first
        expect(row).to_contain_text("ESTABLISHED")
        expect(row).to_contain_text("inbound")
        row.get_by_role("button", name=f"{verb} connection").click()
        expect(screen.connections.first).to_contain_text(reason)
        expect(screen.console).to_contain_text("gone")
        expect(screen.connections.first.get_by_role("button")).to_have_count(0)
        page.get_by_role("region", name="Console").get_by_role("button", name="Clear").click()


def test_endpoints_are_tried_and_lead_to_their_line(page: Page, screen: Screen):
    screen.run(HOLD)
    row = screen.endpoints.first
    expect(row).to_contain_text("never hit")
    row.get_by_role("button", name="init.py:1").click()
    row.get_by_role("button", name="Try /hold").click()
    expect(page.get_by_label("Path", exact=True)).to_have_value("/hold")


def test_a_device_that_is_off_has_nothing_to_set(page: Page, board: Screen):
    board.press("Stop")
    expect(page.get_by_role("tabpanel", name="Hardware")).to_contain_text("No device is running.")
    expect(page.get_by_role("button", name="Press Button 1")).to_have_count(0)


def test_the_tabs_of_the_device_are_moved_through_by_keyboard(page: Page, screen: Screen):
    page.get_by_role("tab", name="Device", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Hardware")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Hardware")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("tabpanel", name="Faults")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tabpanel", name="Page")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (700, 520), (390, 844), (320, 568)])
def test_no_size_of_the_window_cuts_the_hardware_off(page: Page, board: Screen, width: int, height: int):
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_text("Configuration", exact=True).click()
    page.get_by_label("Find in the configuration").fill("led1")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for control in page.get_by_role("tabpanel", name="Hardware").locator("button, input, select").all():
        box = control.bounding_box()
        assert box is not None, control
        assert box["x"] >= 0, control
        assert box["x"] + box["width"] <= width, control


def test_the_lights_of_a_strip_have_their_colours(page: Page, screen: Screen):
    screen.run(
        "strip = NeoPixel.create(5, 3, NeoPixel.GRB)\n"
        "strip.setPixel(0, 255, 0, 0)\nstrip.setPixel(2, 0, 0, 255)\nstrip.show()\n"
    )
    page.get_by_role("tab", name="Hardware").click()
    lights = page.get_by_role("img", name="Strip of 3 lights").locator("rect")
    expect(lights).to_have_count(3)
    shown = lights.evaluate_all("(lights) => lights.map((light) => getComputedStyle(light).fill)")
    assert shown == ["rgb(255, 0, 0)", "rgb(0, 0, 0)", "rgb(0, 0, 255)"]
