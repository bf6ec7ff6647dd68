"""Boots scripts: the documentation's example at line and letter, and what happens when one fails."""

from __future__ import annotations

import pytest

from sim.event import DeviceBooted, DeviceStopped, EndpointAdded, NativeMissing
from sim.script import API_FILES, api_file
from tests.world import World

EXAMPLE = r"""let server = HTTP.get_system_server();
HTTP.add_endpoint(server, '/my/api', function(conn, ev, ev_data) {
  if (ev === HTTP.EV_REQUEST) {
    Net.send(conn, 'HTTP/1.0 200 OK\n\n  hello! \n');
    Net.disconnect(conn);
  }
}, null);
"""

ENDLESS = "while (true) {}\n"


def script(firmware: str, **options: object) -> World:
    return World(firmware, "init.js", **options)


def test_the_example_of_the_documentation_answers() -> None:
    world = script(EXAMPLE)
    answer = world.get("/my/api")
    assert (answer.status, answer.body) == (200, b"  hello! \n")
    [endpoint] = world.trace.of(EndpointAdded)
    assert (endpoint.uri, endpoint.file, endpoint.line) == ("/my/api", "init.js", 2)


def test_bytes_pass_unharmed() -> None:
    world = script(r"""
HTTP.add_endpoint(HTTP.get_system_server(), '/', function(conn, ev, message, ud) {
  let body = HTTP.param(message, HTTP.BODY);
  print(body.length, 'é'.length, ud.name);
  Net.send(conn, 'HTTP/1.0 200 OK\n\n' + body + '\xff\x00');
  Net.disconnect(conn);
}, {name: 'kept'});
""")
    body = bytes(range(256))
    assert world.get("/", "POST", body).body == body + b"\xff\x00"
    assert world.printed == ["256 2 kept "]


def test_both_scripts_run_with_the_same_globals() -> None:
    world = World("let a = 1;", "init.js", files={"app.js": "print('app', a);"})
    assert world.printed == ["app 1 "]
    assert world.device.started_well


def test_the_second_script_runs_although_the_first_fails() -> None:
    world = World("let a = 1; nothing();", "init.js", files={"app.js": "print('app', a);"})
    assert world.printed == ["app 1 "]
    assert not world.device.started_well
    [failure] = world.failures
    assert (failure.error, failure.message, failure.file, failure.line) == (
        "REFERENCE_ERROR",
        "[nothing] is not defined",
        "init.js",
        1,
    )


def test_a_script_without_the_usual_name_is_booted() -> None:
    assert World("print(1);", "blink.js").printed == ["1 "]


def test_files_of_the_device_are_loaded_before_those_of_the_api() -> None:
    files = {"my.js": "let mine = 7;", "api_net.js": "let Net = {own: true};"}
    world = World("load('my.js'); load('api_net.js'); print(mine, Net.own);", "init.js", files=files)
    assert world.printed == ["7 true "]


def test_a_file_that_is_not_there_is_reported_as_the_engine_does() -> None:
    [failure] = script("load('api_nothing.js');").failures
    assert failure.message == 'failed to exec file "api_nothing.js": failed to read file "api_nothing.js"'


def test_a_parse_error_has_its_line_and_a_caret() -> None:
    [failure] = script("let a = 1;\nlet b = ;\n").failures
    assert (failure.error, failure.file, failure.line) == ("SYNTAX_ERROR", "init.js", 2)
    assert "init.js:2:9\n  let b = ;\n          ^\n" in failure.trace


def test_an_error_in_a_handler_names_its_line_and_the_device_goes_on() -> None:
    world = script("""
HTTP.add_endpoint(HTTP.get_system_server(), '/', function(conn, ev) {
  if (ev !== HTTP.EV_REQUEST) { return; }
  Net.disconnect(conn);
  let x = null;
  x.y = 1;
}, null);
""")
    stream = world.talk([b"GET / HTTP/1.0\r\n\r\n"])
    assert stream.received == b""
    [failure] = world.failures
    assert (failure.phase, failure.file, failure.line) == ("handler", "init.js", 6)
    assert failure.trace == "  at init.js:6\nMJS callback error: unsupported object type\n"
    assert world.device.is_on


def test_an_error_within_the_api_is_laid_at_the_line_that_called_it() -> None:
    [failure] = script("\nNet.send(null, 5);\n").failures
    assert (failure.file, failure.line) == ("init.js", 2)
    assert "api_net.js" in failure.trace


def test_a_missing_function_is_named_once() -> None:
    world = script("let f = function() { ffi('int get_fan_speed()'); };\nffi('int get_fan_speed()');")
    assert world.failures[0].message == "bad ffi signature: \"int get_fan_speed()\": dlsym('get_fan_speed') failed"
    assert [event.name for event in world.trace.of(NativeMissing)] == ["get_fan_speed"]


def test_the_watchdog_restarts_the_device() -> None:
    world = script(
        EXAMPLE + "HTTP.add_endpoint(server, '/hang', function() {\n  while (true) {}\n}, null);\n", budget=1000
    )
    world.talk([b"GET /hang HTTP/1.0\r\n\r\n"])
    [failure] = world.failures
    assert (failure.error, failure.phase, failure.file, failure.line) == ("WATCHDOG", "handler", "init.js", 9)
    assert [event.reason for event in world.trace.of(DeviceStopped)] == ["watchdog"]
    assert [event.boot for event in world.trace.of(DeviceBooted)] == [1, 2]
    assert world.get("/my/api").body == b"  hello! \n"


def test_a_device_that_never_starts_stays_off() -> None:
    world = script(ENDLESS, budget=1000)
    world.clock.run_until_idle()
    assert not world.device.is_on
    assert world.device.boots == 3
    assert {(failure.error, failure.phase) for failure in world.failures} == {("WATCHDOG", "start")}


def test_a_restart_by_hand_gives_it_another_three_boots() -> None:
    world = script(ENDLESS, budget=1000)
    world.clock.run_until_idle()
    world.device.reboot()
    world.clock.run_until_idle()
    assert world.device.boots == 6


def test_what_recurses_without_end_ends_in_order() -> None:
    [failure] = script("let f = function() { f(); }; f();").failures
    assert failure.error == "OUT_OF_MEMORY"


@pytest.mark.parametrize("file", API_FILES)
def test_a_file_of_the_api_defines_what_it_is_said_to(file: str) -> None:
    names = ", ".join(API_FILES[file])
    assert api_file(file) is not None
    assert script(f"load('{file}'); let all = [{names}]; print(all.length);").printed == [f"{len(API_FILES[file])} "]
