"""What everybody does with the page works in every browser: the same tests for all of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.browsers.user import User

RUNS = Path(__file__).parents[1] / "vectors" / "runs"
PAGE = """
<!doctype html><title>Lamp</title><h1>Lamp</h1><p id="log" role="status" aria-label="Log">none</p>
<script>
  fetch("/data?n=1").then((answer) => answer.text()).then((text) => { log.textContent = "got " + text; });
</script>
"""
SERVER = """
let page = %r;
function answer(conn, ev, type, body) {
  if (ev !== HTTP.EV_REQUEST) return;
  let head = 'HTTP/1.0 200 OK\\r\\nContent-Type: ' + type + '\\r\\n\\r\\n';
  Net.send(conn, head + body);
  Net.disconnect(conn);
}
let server = HTTP.get_system_server();
HTTP.add_endpoint(server, '/', function(conn, ev, msg) { answer(conn, ev, 'text/html', page); }, null);
HTTP.add_endpoint(server, '/data', function(conn, ev, msg) {
  answer(conn, ev, 'text/plain', 'the data of ' + (ev === HTTP.EV_REQUEST ? HTTP.param(msg, HTTP.QUERY_STRING) : ''));
}, null);
"""


@pytest.fixture
def page(user: User, site: str) -> User:
    """The page, live."""
    user.open(site)
    user.sees_live()
    return user


@pytest.fixture
def echo(page: User) -> User:
    """The page with the example of echoes."""
    page.choose("Example", "echo")
    page.press("button", "Run")
    page.sees("group", "Endpoints", "/echo")
    return page


def test_the_page_becomes_live(page: User):
    page.sees_state("running")
    page.sees("group", "Endpoints", "/my/api")
    page.sees("status", "Answer", "hello!")


def test_a_changed_firmware_runs(page: User):
    page.write_source("init.js", "let all = 'written '; print(all + 'by hand');")
    page.press("button", "Run")
    page.sees("log", "Console", "written by hand")


def test_the_answer_to_a_request_is_shown(echo: User):
    echo.choose("Method", "POST")
    echo.enter("textbox", "Path", "/hello?a=1")
    echo.sees("status", "Answer", "5 B in")
    echo.sees("group", "Body of the answer", "hello")
    echo.sees("grid", "Traffic", "POST /hello?a=1")


def test_a_websocket_connects_and_shows_what_comes_back(echo: User):
    echo.press("tab", "WebSocket")
    echo.write("textbox", "WebSocket path", "/ws")
    echo.press("button", "Connect")  # Enter would choose from WebKit's list of paths
    echo.sees("status", "State of the WebSocket", "Connected")
    echo.enter("textbox", "Message to send", "what an echo")
    echo.sees("log", "Frames", "what an echo", times=2)


def test_stop_ends_an_endless_loop_and_the_device_comes_back(page: User):
    page.write_source("init.js", "print('into it'); for (;;) {}")
    page.press("button", "Run")
    page.press("button", "Stop")
    page.sees_state("stopped")
    page.write_source("init.js", "print('back again');")
    page.press("button", "Run")
    page.sees("log", "Console", "back again")
    page.sees_state("running")


@pytest.mark.parametrize("name", ["page", "test"])
def test_a_run_that_cpython_has_recorded_gives_the_same_trace(page: User, name: str):
    text = (RUNS / f"{name}.json").read_text("utf-8")
    told = page.driver.call("(run) => simdevice.replay(run)", text)
    assert told["difference"] is None
    assert told["sha256"] == json.loads(text)["sha256"]


def test_the_page_that_the_device_serves_is_shown_and_its_fetch_reaches_the_device(page: User):
    page.driver.call("(firmware) => simdevice.run(firmware).then(() => null)", SERVER % PAGE)
    page.press("tab", "Page")
    page.sees("status", "State of the page", "Lamp")
    page.sees("status", "Log", "got the data of n=1", frame="Page of the device")
    requests = page.driver.call("() => simdevice.records({type: 'http.requested'}).map(({target}) => target)")
    assert requests[-2:] == ["/", "/data?n=1"]
