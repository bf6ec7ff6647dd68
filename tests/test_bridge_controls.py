"""The page presses, turns and types through the bridge, ends connections and holds time."""

from __future__ import annotations

import pytest

from sim.bridge import AHEAD_US
from tests.test_bridge import Page

BOARD = """
GPIO.setup_output(2, 0)
GPIO.setup_input(4, GPIO.PULL_UP)
GPIO.set_button_handler(0, GPIO.PULL_UP, GPIO.INT_EDGE_NEG, 20, lambda pin: print('pressed', pin))
ADC.enable(34)
sensor = DHT.create(5, DHT.DHT22)
UART.setRxEnabled(0, 1)
UART.setDispatcher(0, lambda uart: UART.readAvail(0) and print('got', UART.read(0)))

def handle(conn, ev, data):
    if ev == HTTP.EV_REQUEST:
        GPIO.write(2, 1)
        Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\n%d %s %d' % (ADC.read(34), sensor.getTemp(), GPIO.read(4)))
        Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/', handle)
"""

HOLD = """
def hold(conn, ev, data):
    if ev == Net.EV_CLOSE:
        print('closed')

HTTP.add_endpoint(HTTP.get_system_server(), '/', hold)
"""


@pytest.fixture
def page() -> Page:
    page = Page()
    page.boot(BOARD)
    return page


def told(page: Page) -> dict:
    """Return the newest word on the hardware."""
    return [message for message in page.messages if message.get("type") == "hardware"][-1]


def printed(page: Page) -> list[str]:
    for _ in range(20):
        page.wait(20)
    return [record["text"].strip() for record in page.records if record["type"] == "device.printed"]


def test_the_snapshot_names_the_pins_that_the_firmware_has_set_up_and_the_sensors_it_asks(page):
    pins = {pin["pin"]: pin for pin in page.snapshot["pins"]}
    assert sorted(pins) == [0, 2, 4]
    assert (pins[2]["mode"], pins[2]["level"]) == ("output", 0)
    assert (pins[4]["mode"], pins[4]["pull"], pins[4]["level"]) == ("input", "up", 1)
    assert pins[0]["interrupt"] == "edge_neg"
    assert page.snapshot["sensors"] == [{"kind": "adc", "at": 34}, {"kind": "dht", "at": 5}]
    assert {"name": "led1", "pin": 2, "active_high": True} in told(page)["board"]
    assert {"name": "btn1", "pin": 0, "pull_up": True} in told(page)["board"]


def test_what_is_set_from_outside_is_what_the_firmware_reads_and_the_page_is_told(page):
    assert page.ask("sensor.set", kind="adc", at=34, values={"mv": 1650})["value"] == {"mv": 1650}
    page.ask("sensor.set", kind="dht", at=5, values={"temperature": 30})
    assert page.ask("pin.set", pin=4, level=0)["value"] == {"level": 0}
    answer = page.ask("http.fetch", method="GET", target="/")["value"]
    assert answer["body"] == "2048 30.0 0"
    assert next(pin for pin in page.snapshot["pins"] if pin["pin"] == 2)["level"] == 1
    assert told(page)["sensors"][1]["values"]["temperature"] == 30
    assert next(pin for pin in told(page)["pins"] if pin["pin"] == 4)["outside"] == 0
    assert page.ask("pin.set", pin=4, level=None)["value"] == {"level": 1}  # its pull


def test_a_button_is_pressed_and_what_is_set_outlives_a_reboot(page):
    page.ask("pin.set", pin=0, level=0)
    assert printed(page) == ["pressed 0"]
    page.ask("pin.set", pin=0, level=None)
    page.ask("sensor.set", kind="dht", at=5, values={"temperature": 30})
    page.ask("reboot")
    assert told(page)["sensors"][1]["values"]["temperature"] == 30


def test_the_hardware_is_told_only_when_it_changes(page):
    count = len([message for message in page.messages if message.get("type") == "hardware"])
    page.wait(100)
    page.ask("pin.set", pin=4, level=None)
    assert len([message for message in page.messages if message.get("type") == "hardware"]) == count
    page.ask("pin.set", pin=4, level=1)
    assert len([message for message in page.messages if message.get("type") == "hardware"]) == count + 1


def test_what_is_typed_reaches_the_serial_port(page):
    page.ask("uart.send", uart=0, data="on\n")
    assert printed(page) == ["got b'on\\n'"]


def test_the_configuration_is_set_and_saved_as_the_device_saves_it(page):
    value = page.ask("config.get")["value"]
    assert value["values"]["board"]["led1"]["pin"] == 2
    value = page.ask("config.set", values={"board": {"led1": {"pin": 7}}})["value"]
    assert value["is_saved"]
    assert {"name": "led1", "pin": 7, "active_high": True} in told(page)["board"]
    page.ask("reboot")
    assert page.ask("config.get")["value"]["values"]["board"]["led1"]["pin"] == 7
    value = page.ask("config.set", values={"board": {"led1": {"pin": 8}}}, save=False)["value"]
    assert (value["values"]["board"]["led1"]["pin"], value["is_saved"]) == (8, False)
    page.ask("reboot")
    assert page.ask("config.get")["value"]["values"]["board"]["led1"]["pin"] == 7


def test_of_a_configuration_that_does_not_fit_nothing_is_set(page):
    wrong = {"board": {"led1": {"pin": 9}, "led2": {"pin": "nine"}}}
    assert page.ask("config.set", values=wrong)["error"]["message"] == "board.led2.pin must be a number"
    assert page.ask("config.get")["value"]["values"]["board"]["led1"]["pin"] == 2


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"type": "pin.set", "pin": 999, "level": 1}, "a pin is a number from 0 to 255, got 999"),
        ({"type": "pin.set", "pin": 4}, "lacks 'level'"),
        ({"type": "pin.set", "pin": 4, "level": 2}, "'level' must be 0, 1 or null, got 2"),
        ({"type": "sensor.set", "kind": "nose", "at": 1, "values": {"x": 1}}, "no kind of sensor 'nose'"),
        ({"type": "sensor.set", "kind": "dht", "at": 1, "values": {"smell": 1}}, "it has temperature, humidity"),
        ({"type": "sensor.set", "kind": "dht", "at": 1, "values": {"humidity": "wet"}}, "'humidity' must be a number"),
        ({"type": "sensor.set", "kind": "dht", "at": 1, "values": []}, "'values' must be an object of numbers"),
        ({"type": "uart.send", "uart": 3, "data": ""}, "there is no serial port 3"),
        ({"type": "config.set", "values": {"no": 1}}, "there is no key no in the schema"),
        ({"type": "config.set", "values": 1}, "'values' must be an object"),
        ({"type": "connection.close", "connection": 99}, "connection 99 is not open"),
        ({"type": "time.speed", "speed": 0}, "'speed' must be a number from 0.1 to 100, got 0"),
        (
            {"type": "http.fetch", "method": "GET", "target": "/", "from": "moon"},
            "must be one of page, browser",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(page, message, problem):
    assert problem in page.ask(message.pop("type"), **message)["error"]["message"]


def test_a_device_that_is_off_has_no_configuration_and_no_serial_port(page):
    page.ask("stop")
    assert "the device is off" in page.ask("config.get")["error"]["message"]
    assert "the device is off" in page.ask("uart.send", uart=0, data="x")["error"]["message"]


def test_a_c_function_that_is_not_simulated_is_named_in_the_snapshot():
    page = Page()
    page.ask("boot", files={"init.js": "let f = ffi('int mgos_make_coffee(int)');"}, main="init.js")
    assert page.snapshot["missing"] == ["mgos_make_coffee"]
    page.boot()
    assert page.snapshot["missing"] == []


# Connections


@pytest.mark.parametrize(("verb", "flag", "reason"), [("close", 1, "closed"), ("reset", 4, "reset")])
def test_a_connection_is_ended_at_its_other_end(verb, flag, reason):
    page = Page()
    page.boot(HOLD)
    page.handle({"id": 50, "type": "http.fetch", "method": "GET", "target": "/"})
    device = page.snapshot["device"]["host"]
    [conn] = [conn for conn in page.snapshot["connections"] if conn["host"] == device]
    assert conn["state"] == "ESTABLISHED"
    assert page.ask(f"connection.{verb}", connection=conn["connection"])["ok"]
    assert printed(page) == ["closed"]
    ends = [record for record in page.records if record["type"] == "segment.sent" and record["flags"] & flag]
    assert ends[0]["dst"] == device or ends[0]["dst_port"] == 80
    [conn] = [conn for conn in page.snapshot["connections"] if conn["host"] == device]
    assert (conn["state"], conn["reason"]) == ("CLOSED", reason)
    assert not page.answers(50)[0]["ok"]
    assert "is not open" in page.ask(f"connection.{verb}", connection=conn["connection"])["error"]["message"]


# Time


def test_time_that_stands_is_gone_through_event_by_event():
    page = Page()
    page.boot()
    state = page.ask("time.pause")["value"]
    assert state["paused"]
    page.handle({"id": 50, "type": "http.fetch", "method": "GET", "target": "/my/api"})
    page.wait(1000)
    assert page.answers(50) == []
    assert page.delay_ms == -1
    steps = [page.ask("time.step")["value"] for _ in range(3)]
    assert [step["ran"] for step in steps] == [True] * 3
    assert state["now_us"] < steps[0]["now_us"] < steps[2]["now_us"]
    while not page.answers(50):
        page.ask("time.step")
    assert page.answers(50)[0]["value"]["status"] == 200


def test_a_step_with_nothing_to_run_says_so():
    page = Page()
    page.boot("pass")
    page.wait(100_000)
    assert page.ask("time.step")["value"]["ran"] is False


@pytest.mark.parametrize("speed", [0.1, 2, 100])
def test_time_runs_as_fast_as_it_is_told(speed):
    page = Page()
    page.boot("Timer.set(10, Timer.REPEAT, lambda: None)")
    began = page.ask("time.speed", speed=speed)["value"]["now_us"]
    page.wait(1000)
    passed = page.ask("time.pause")["value"]["now_us"] - began
    assert abs(passed - speed * 1_000_000) <= AHEAD_US


def test_time_goes_on_from_where_it_stood():
    page = Page()
    page.boot("Timer.set(1000, Timer.REPEAT, lambda: print('tick'))")
    page.ask("time.pause")
    page.wait(60_000)
    assert page.ask("time.speed", speed=1)["value"]["now_us"] < 1_000_000
    page.wait(1100)
    assert [record["text"] for record in page.records if record["type"] == "device.printed"] == ["tick\n"]


def test_the_browser_is_a_host_of_its_own(page):
    page.ask("http.fetch", method="GET", target="/", **{"from": "browser"})
    hosts = [record["host"] for record in page.records if record["type"] == "host.added"]
    assert hosts == ["device", "page", "browser"]
