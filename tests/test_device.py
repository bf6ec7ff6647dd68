"""A device boots its firmware, survives its errors, and starts afresh when it is rebooted."""

from __future__ import annotations

import pytest

from sim.device import Device
from sim.event import (
    DeviceBooted,
    DeviceFailed,
    DevicePrinted,
    DeviceStopped,
    EndpointAdded,
    ListenerClosed,
    ListenerOpened,
)
from sim.network.network import Network
from sim.peer import FetchError
from sim.profile import MONGOOSE_6_7
from tests.world import World

HELLO = """
load('api_http.js')
load('api_net.js')

def hello(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.0 200 OK\\n\\n  hello! \\n')
        Net.disconnect(conn)

HTTP.add_endpoint(HTTP.get_system_server(), '/my/api', hello)
"""


# Booting


def test_example_of_the_documentation_answers() -> None:
    world = World(HELLO)
    response = world.peer.request("GET", "/my/api")
    assert (response.status, response.body) == (200, b"  hello! \n")
    assert world.failures == []


def test_boot_stands_in_the_trace_before_anything_the_firmware_does() -> None:
    world = World("print('hi')", seed=7)
    kinds = [record.event.type for record in world.trace]
    assert kinds[:4] == ["host.added", "host.added", "device.booted", "listener.opened"]
    assert kinds[-1] == "device.printed"
    address = world.device.address
    assert world.trace.of(DeviceBooted) == [DeviceBooted("device", "device", address, "init.py", "documented", 7, 1)]


def test_nothing_runs_before_the_boot() -> None:
    world = World("print('hi')", boot=False)
    assert not world.device.is_on
    assert world.printed == []
    assert world.device.boot()
    assert world.device.is_on
    assert world.device.started_well
    assert world.printed == ["hi"]


def test_main_file_is_init_py_or_the_only_program_or_the_one_that_is_named() -> None:
    network = Network()
    assert Device(network, {"a.py": "", "init.py": ""}, name="a").main == "init.py"
    assert Device(network, {"a.py": "", "data.txt": ""}, name="b").main == "a.py"
    assert Device(network, {"a.py": "", "b.py": ""}, name="c", main="b.py").main == "b.py"


@pytest.mark.parametrize(
    ("files", "main", "text"),
    [
        ({}, None, "which file to boot"),
        ({"a.py": "", "b.py": ""}, None, "which file to boot.*a.py, b.py"),
        ({f"{i:02}.txt": "" for i in range(23)}, None, r"18\.txt, 19\.txt and 3 more$"),
        ({"a.py": ""}, "b.py", r"there is no file 'b\.py' among the firmware's files: a\.py"),
    ],
)
def test_device_knows_which_file_to_boot_or_says_why_not(files: dict[str, str], main: str | None, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Device(Network(), files, main=main)


def test_profile_is_given_by_name_or_as_itself() -> None:
    network = Network()
    assert Device(network, {"a.py": ""}, name="a", profile="mongoose-6.7").profile is MONGOOSE_6_7
    assert Device(network, {"a.py": ""}, name="b", profile=MONGOOSE_6_7).profile is MONGOOSE_6_7
    with pytest.raises(ValueError, match=r"there is no profile 'x'; there are documented, mongoose-6\.7"):
        Device(network, {"a.py": ""}, name="c", profile="x")


# Errors of the firmware


@pytest.mark.parametrize(
    ("firmware", "error", "line"),
    [
        ("x = 1\n\nboom()\n", "NameError", 3),
        ("x = 1\nif x\n", "SyntaxError", 2),
        ("def f():\n    raise ValueError('no')\n\nf()\n", "ValueError", 2),
        ("import json\njson.loads('{')\n", "JSONDecodeError", 2),
        ("load('api_moon.js')\n", "FileNotFoundError", 1),
        ("import sys\nsys.exit(3)\n", "SystemExit", 2),
        ("x = '\0'\n", "SyntaxError", 0),
        ("def f():\n    f()\nf()\n", "RecursionError", 2),
        ("import nothing_of_that_name\n", "ModuleNotFoundError", 1),
    ],
)
def test_error_at_the_start_is_told_with_file_and_line(firmware: str, error: str, line: int) -> None:
    world = World(firmware)
    [failure] = world.failures
    assert (failure.phase, failure.error, failure.file) == ("start", error, "init.py" if line else failure.file)
    assert not line or failure.line == line
    assert failure.error in failure.trace
    assert not world.device.started_well


def test_device_whose_firmware_failed_is_still_on_the_network() -> None:
    world = World(HELLO + "\nboom()\n")
    assert [failure.error for failure in world.failures] == ["NameError"]
    assert world.peer.request("GET", "/my/api").body == b"  hello! \n"
    assert world.peer.request("GET", "/other").status == 404


def test_error_in_a_handler_is_told_and_the_device_goes_on() -> None:
    world = World(
        "def web(conn, ev, ev_data):\n"
        "    if ev == HTTP.EV_REQUEST:\n"
        "        if HTTP.param(ev_data, HTTP.URI) == '/bad':\n"
        "            helper()\n"
        "        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n')\n"
        "\n"
        "def helper():\n"
        "    raise RuntimeError('broken')\n"
        "\n"
        "HTTP.add_endpoint(HTTP.get_system_server(), '/', web)\n"
    )
    session = world.peer.session("device")
    with pytest.raises(FetchError):
        session.request("GET", "/bad")
    assert world.peer.request("GET", "/good").status == 200
    [failure] = world.failures
    assert failure == DeviceFailed(
        "device",
        "handler",
        "RuntimeError",
        "broken",
        "init.py",
        8,
        "  at init.py:8 in helper\n  at init.py:4 in web\nRuntimeError: broken\n",
    )
    assert world.device.started_well


def test_error_whose_text_fails_is_told_all_the_same() -> None:
    world = World("class Bad(Exception):\n    def __str__(self):\n        raise ValueError\n\nraise Bad\n")
    [failure] = world.failures
    assert (failure.error, failure.line) == ("Bad", 5)


# print


def test_print_goes_to_the_console_of_the_device() -> None:
    world = World("print('a', 1, None, sep='-', end='!')\nprint()\nprint('\\udcff')")
    assert [event.text for event in world.trace.of(DevicePrinted)] == ["a-1-None!", "\n", "\udcff\n"]


# Rebooting


def test_reboot_drops_every_connection_and_starts_the_firmware_afresh() -> None:
    world = World(HELLO + "\nprint('up')\nNet.bind('7', lambda conn, ev: print(ev) if ev else None)\n")
    stream, raw = world.peer.connect("device"), world.peer.connect("device", 7)
    world.settle()
    assert world.device.reboot()
    world.settle()
    assert stream.lost == raw.lost == "reset"
    assert world.printed == ["up", "1", "up"]  # no handler hears of the end
    assert [event.boot for event in world.trace.of(DeviceBooted)] == [1, 2]
    assert world.trace.of(DeviceStopped) == [DeviceStopped("device", "reboot")]
    assert world.peer.request("GET", "/my/api").status == 200


def test_booting_a_device_that_is_on_reboots_it() -> None:
    world = World(HELLO)
    world.device.boot()
    assert world.trace.of(DeviceStopped) == [DeviceStopped("device", "reboot")]
    assert world.device.boots == 2


def test_device_that_is_off_refuses_connections_and_closes_its_listeners() -> None:
    world = World(HELLO)
    world.device.stop()
    world.device.stop()
    with pytest.raises(FetchError, match="connection refused"):
        world.peer.request("GET", "/")
    opened = [event.listener for event in world.trace.of(ListenerOpened)]
    assert [event.listener for event in world.trace.of(ListenerClosed)] == opened
    assert world.trace.of(DeviceStopped) == [DeviceStopped("device", "stopped")]


def test_handlers_of_the_former_boot_are_never_called_again() -> None:
    world = World(
        "Net.connect('nobody:1', lambda conn, ev: print(ev))\nNet.connect('peer:1', lambda c, ev: print(ev))"
    )
    world.device.stop()
    world.settle()
    assert world.printed == []


def test_new_firmware_takes_effect_at_the_next_boot() -> None:
    world = World(HELLO)
    world.device.load({"other.py": "print('other')"})
    assert world.peer.request("GET", "/my/api").status == 200
    world.device.reboot()
    assert world.printed == ["other"]
    assert world.peer.request("GET", "/my/api").status == 404
    with pytest.raises(ValueError, match="which file to boot"):
        world.device.load({})
    assert world.device.main == "other.py"


def test_each_boot_has_its_own_globals() -> None:
    world = World("try:\n    count += 1\nexcept NameError:\n    count = 1\nprint(count)")
    world.device.reboot()
    assert world.printed == ["1", "1"]


def test_two_devices_talk_to_each_other() -> None:
    world = World(HELLO)
    asker = Device(
        world.network,
        {
            "ask.py": "def got(conn, ev, ev_data):\n"
            "    if ev == Net.EV_CONNECT:\n"
            "        Net.send(conn, 'GET /my/api HTTP/1.0\\r\\n\\r\\n')\n"
            "    elif ev == HTTP.EV_RESPONSE:\n"
            "        print(HTTP.param(ev_data, HTTP.BODY))\n"
            "HTTP.connect('device.local:80', got)\n"
        },
        name="asker",
    )
    asker.boot()
    world.settle()
    assert [(event.host, event.text) for event in world.trace.of(DevicePrinted)] == [("asker", "  hello! \n\n")]


def test_endpoint_is_told_with_its_handler_and_line() -> None:
    world = World(HELLO)
    [added] = world.trace.of(EndpointAdded)
    assert (added.host, added.uri, added.handler, added.file, added.line) == (
        "device",
        "/my/api",
        "hello",
        "init.py",
        5,
    )
