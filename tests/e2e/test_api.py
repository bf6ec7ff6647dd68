"""A program in the page drives the device by `window.simdevice`."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Error, Page, expect

from sim.lesson import parse
from tests.e2e.screen import Screen
from tests.test_docs import text_of
from tools.site import ROOT

LAMP = """
let server = HTTP.get_system_server();
HTTP.add_endpoint(server, '/echo', function(conn, ev, msg) {
  if (ev === HTTP.EV_REQUEST) {
    let body = HTTP.param(msg, HTTP.BODY);
    let length = JSON.stringify(body.length);
    Net.send(conn, 'HTTP/1.1 200 OK\\r\\nX-Is: ok\\r\\nContent-Length: ' + length + '\\r\\n\\r\\n' + body);
  }
}, null);
HTTP.add_endpoint(server, '/live', function(conn, ev, data) {
  if (ev === HTTP.EV_WS_FRAME) HTTP.ws_send(conn, 1, 'got ' + HTTP.param(data, HTTP.BODY));
}, null);
RPC.addHandler('Sum', function(a) {
  if (a === null) { return {error: 400, message: 'no numbers'}; }
  return a.a + a.b;
}, null);
GPIO.set_mode(0, GPIO.MODE_INPUT);
ADC.enable(34);
print('booted');
"""


@pytest.fixture
def device(page: Page, site: str) -> Page:
    """A page without its panels, whose device runs the lamp."""
    page.goto(f"{site}?headless=1")
    page.evaluate("(text) => simdevice.ready.then(() => simdevice.run(text))", LAMP)
    return page


def test_the_page_without_panels_shows_only_its_status(device: Page):
    expect(device.get_by_role("status").first).to_contain_text("Running")
    expect(device.get_by_role("main")).to_be_hidden()
    assert device.evaluate("simdevice.state.device.name") == "device"
    assert device.evaluate("localStorage.length") == 0


def test_a_request_is_answered(device: Page):
    got = device.evaluate("""async () => {
      const answer = await simdevice.request("POST", "/echo", {headers: {"X-A": "1"}, body: "häl\\u0000lo"});
      const {status, reason, text, took_us} = answer;
      const [is, none] = [answer.header("x-is"), answer.header("y")];
      return {status, reason, text, took_us, is, none, size: answer.body.length};
    }""")
    assert got.pop("took_us") > 0
    assert got == {"status": 200, "reason": "OK", "text": "häl\0lo", "is": "ok", "none": None, "size": 7}


def test_bytes_are_sent_as_they_are(device: Page):
    got = device.evaluate("""async () => [...(await simdevice.request("POST", "/echo",
      {body: new Uint8Array([0, 128, 255])})).body]""")
    assert got == [0, 128, 255]


def test_a_websocket_hands_over_its_messages_in_order(device: Page):
    got = device.evaluate("""async () => {
      const socket = await simdevice.ws("/live", {protocols: ["a", "b"]});
      await socket.send("one");
      await socket.send("two");
      const texts = [await socket.next(), await socket.next()];
      await socket.close(1000, "done");
      const {code} = await socket.closed;
      const late = await socket.next().catch((error) => error.message);
      return {protocol: socket.protocol, texts, code, late};
    }""")
    assert got["texts"] == ["got one", "got two"]
    assert (got["protocol"], got["code"]) == ("a", 1000)
    assert got["late"].startswith("the WebSocket has closed: 1000")


def test_rpc_gives_the_result_or_an_error_with_its_code(device: Page):
    assert device.evaluate("simdevice.rpc('Sum', {a: 2, b: 3})") == 5
    code, message = device.evaluate("simdevice.rpc('Sum').catch((error) => [error.code, error.message])")
    assert (code, message) == (400, "Sum failed with 400: no numbers")


def test_time_stands_and_goes_on_by_steps(device: Page):
    got = device.evaluate("""async () => {
      const {clock} = simdevice;
      await clock.pause();
      const before = clock.now_us;
      const asked = simdevice.request("POST", "/echo");
      let steps = 0;
      let isDone = false;
      asked.then(() => (isDone = true));
      while (!isDone && steps < 1000) { await clock.step(); steps++; await 0; }
      const after = clock.now_us;
      await clock.resume();
      return {steps, took: after - before, paused: clock.isPaused};
    }""")
    assert 1 < got["steps"] < 1000
    assert 0 < got["took"] < 1_000_000
    assert got["paused"] is False


def test_pins_and_sensors_are_set(device: Page):
    device.evaluate("simdevice.set({pin: 0, level: 1})")
    device.evaluate("simdevice.set({sensor: 'adc', at: 34, values: {mv: 77}})")
    changed = device.evaluate("simdevice.records({type: 'gpio.changed'})")
    assert [(record["pin"], record["level"]) for record in changed][-1:] == [(0, 1)]


def test_records_are_kept_and_told(device: Page):
    got = device.evaluate("""async () => {
      const told = {record: 0, traffic: [], console: [], state: []};
      const end = simdevice.on("record", () => told.record++);
      simdevice.on("traffic", ({type}) => told.traffic.push(type));
      simdevice.on("console", ({kind, text}) => told.console.push([kind, text]));
      simdevice.on("state", ({state}) => told.state.push(state));
      await simdevice.request("GET", "/nowhere");
      const {record} = told;
      end();
      await simdevice.stop();
      await simdevice.run("print('again'); boom();");
      const since = simdevice.records().at(-1).seq;
      return {...told, record, ended: told.record === record,
        http: simdevice.records({type: "http"}).map(({type}) => type),
        own: simdevice.records((record) => record.type === "device.booted").length,
        last: simdevice.records({since}).length, other: simdevice.records({host: "nobody"}).length};
    }""")
    assert got["record"] > 5
    assert got["ended"]
    assert {"http.requested", "http.responded"} <= set(got["traffic"])
    assert not {"segment.sent", "device.booted"} & set(got["traffic"])
    assert got["console"][0] == ["print", "again \n"]
    assert got["console"][1][0] == "error"
    assert got["state"][-1] == "crashed"
    assert got["http"] == ["http.requested", "http.responded"]
    assert (got["own"], got["last"], got["other"]) == (2, 1, 0)


def test_a_listener_that_fails_does_not_keep_the_others_from_hearing(device: Page):
    got = device.evaluate("""async () => {
      let heard = 0;
      simdevice.on("record", () => { throw new Error("mine"); });
      simdevice.on("record", () => heard++);
      await simdevice.request("GET", "/nowhere");
      return heard;
    }""")
    assert got > 0


def test_the_seed_the_profile_and_the_main_file_are_chosen(device: Page):
    device.evaluate("""simdevice.run({"a.js": "print('a');", "b.js": "print('b');"},
      {main: "b.js", seed: 42, profile: "mongoose-6.7"})""")
    booted = device.evaluate("simdevice.records({type: 'device.booted'}).at(-1)")
    assert (booted["main"], booted["seed"], booted["profile"]) == ("b.js", 42, "mongoose-6.7")
    device.evaluate("simdevice.restart()")
    booted = device.evaluate("simdevice.records({type: 'device.booted'}).at(-1)")
    assert (booted["main"], booted["seed"], booted["profile"]) == ("b.js", 42, "mongoose-6.7")


def test_the_same_seed_gives_the_same_records(device: Page):
    script = """async () => {
      await simdevice.run("print(Math.random(), Math.random());", {seed: 7});
      return simdevice.records({type: "device.printed"}).at(-1).text;
    }"""
    first = device.evaluate(script)
    device.evaluate("simdevice.run('print(1);', {seed: 8})")
    assert device.evaluate(script) == first


@pytest.mark.parametrize(
    ("files", "options", "said"),
    [
        ({}, {}, "The project holds no files."),
        ({"a.js": 1}, {}, "The project holds no project."),
        ({"../a.js": ""}, {}, "The project cannot be opened."),
        ({"a.js": ""}, {"main": "b.js"}, "The project names a program to boot that it does not hold."),
        ({"a.js": ""}, {"seed": 0.5}, "The project has a seed that is no whole number."),
        ({"a.js": ""}, {"profile": "x"}, "The project wants a library that is not known here."),
        ({"a.js": "", "b.js": ""}, {}, "The firmware was not started: "),
    ],
)
def test_what_cannot_be_run_is_said(device: Page, files: object, options: object, said: str):
    with pytest.raises(Error, match=r".") as raised:
        device.evaluate("([files, options]) => simdevice.run(files, options)", [files, options])
    assert said in raised.value.message


def test_the_whole_page_has_it_too(page: Page, site: str):
    screen = Screen(page).open(site)
    version = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.M)
    assert version
    assert page.evaluate("simdevice.ready.then(({version}) => version)") == version[1]
    page.evaluate("(text) => simdevice.run({'init.js': text})", LAMP)
    screen.expect_state("running")
    expect(screen.console).to_contain_text("booted")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    assert page.evaluate("simdevice.records({type: 'device.printed'}).at(-1).text") == "booted \n"


def test_a_lesson_can_be_solved_by_the_api(device: Page):
    lesson = parse((ROOT / "lessons" / "first-endpoint.md").read_text("utf-8"))
    device.evaluate("(files) => simdevice.run(files)", lesson.solution)
    assert device.evaluate("simdevice.request('GET', '/hello').then(({text}) => text)") == "hello"


def test_the_network_is_broken_and_mended(device: Page):
    got = device.evaluate("""async () => {
      const {rules} = simdevice;
      const number = await rules.add({kind: "http-status", status: 404, path: "/e*"});
      const ask = async () => (await simdevice.request("POST", "/echo")).status;
      const statuses = [await ask()];
      const [rule] = await rules.list();
      await rules.enable(number, false);
      statuses.push(await ask());
      await rules.enable(number);
      statuses.push(await ask());
      const {hits} = (await rules.list())[0];
      await rules.remove(number);
      statuses.push(await ask());
      const preset = await rules.preset("satellite link", {host: "device"});
      const slow = (await simdevice.request("POST", "/echo")).took_us;
      const {kinds, presets} = await rules.kinds();
      return {number, statuses, rule, hits, preset, slow, left: (await rules.list()).length,
        kinds: kinds.map(({name}) => name), presets: presets.length};
    }""")
    assert got["statuses"] == [404, 200, 404, 200]
    values = {"status": 404, "path": "/e*"}
    assert got["rule"] == {"rule": 1, "kind": "http-status", "values": values, "enabled": True, "hits": 1}
    assert (got["number"], got["hits"], got["preset"], got["left"]) == (1, 2, [2, 3], 2)
    assert got["slow"] > 1_000_000
    assert "wifi-off" in got["kinds"]
    assert got["presets"] > 5


@pytest.mark.parametrize(
    ("call", "said", "field"),
    [
        (
            "add({kind: 'loss', percent: 101})",
            "'percent' of the rule 'loss' must be from 0 to 100 %, got 101",
            "percent",
        ),
        ("add({kind: 'los'})", "there is no rule 'los'; did you mean 'loss'?", "kind"),
        ("preset('tunnel')", "there is no preset 'tunnel'", ""),
        ("remove(7)", "there is no rule 7", ""),
    ],
)
def test_what_is_no_rule_is_said(device: Page, call: str, said: str, field: str):
    message, wrong = device.evaluate(f"simdevice.rules.{call}.catch(({{message, field}}) => [message, field])")
    assert message.startswith(said)
    assert wrong == field


def test_every_name_is_described():
    source = (ROOT / "web" / "types" / "api.d.ts").read_text("utf-8")
    page = text_of("reference/page-api.md")
    for interface in (
        "SimDevice",
        "Clock",
        "Rules",
        "Devices",
        "Answer",
        "DeviceSocket",
        "RunOptions",
        "RequestOptions",
        "RecordFilter",
        "Events",
    ):
        found = re.search(rf"^export interface {interface} \{{\n(.*?)^\}}", source, re.M | re.S)
        assert found, interface
        for name in re.findall(r"^  (?:readonly )?(\w+)\??[(:<]", found[1], re.M):
            assert re.search(rf"`[^`]*\b{name}\b[^`]*`", page), f"{interface}.{name}"


def test_what_shall_happen_is_waited_for(device: Page):
    got = device.evaluate("""async () => {
      const waitFor = (...given) => simdevice.waitFor(...given);
      const asked = waitFor({request: {method: "POST", target: /^.echo/, json: {b: [1], a: 2}, status: 200}});
      const printed = waitFor({console: /boo(t)ed/});
      await simdevice.request("POST", "/echo?x", {body: '{"a": 2, "b": [1]}'});
      await simdevice.set({pin: 0, level: 1});
      const {level} = await waitFor({pin: 0, level: 1});
      const {target, status, role} = await asked;
      await waitFor({request: {method: "PUT"}}, {isNot: true, timeout: 0});
      return [target, status, role, await printed, level];
    }""")
    assert got == ["/echo?x", 200, "inbound", "booted", 1]


WAITS = [
    (
        "{request: {method: 'GET', target: /x/}}",
        "waited 0 ms for a request GET /x/; there were 1 requests, the last: PUT",
    ),
    ("{request: {body: 'a', json: [1]}}", 'a request body "a" json [1]; there were'),
    ("{pin: 0, level: 1}", "level 1 at pin 0; it is 0"),
    ("{pin: 9, level: 1}", "level 1 at pin 9; the firmware has not set this pin up"),
    ("{console: 'no such text'}", '"no such text" in the console; it ends with: booted'),
    ("{}", "a condition has request, pin and level, or console"),
]


@pytest.mark.parametrize(("condition", "said"), WAITS)
def test_what_is_waited_for_in_vain_is_told_with_what_there_was(device: Page, condition: str, said: str):
    device.evaluate("simdevice.request('PUT', '/none')")
    message = device.evaluate(f"simdevice.waitFor({condition}, {{timeout: 0}}).catch((error) => error.message)")
    assert said in message


def test_a_request_that_came_is_not_waited_away(device: Page):
    device.evaluate("simdevice.request('PUT', '/none')")
    wish = "simdevice.waitFor({request: {method: 'PUT'}}, {timeout: 0, isNot: true})"
    assert "waited 0 ms for the end of a request PUT" in device.evaluate(f"{wish}.catch((error) => error.message)")


def test_firmware_may_have_files_of_bytes(device: Page):
    got = device.evaluate("""async () => {
      await simdevice.run({"init.js": "load('api_http.js');", "logo.bin": new Uint8Array([0, 200])});
      return [...(await simdevice.request("GET", "/logo.bin")).body];
    }""")
    assert got == [0, 200]
