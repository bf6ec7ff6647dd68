"""Runs programs in the shapes that public programs have: their use of the network, of both generations."""

from __future__ import annotations

import json

from sim.event import DeviceFailed
from tests.world import World


def run(firmware: str, **files: str) -> World:
    """Return a world whose device runs a script; no script here may fail."""
    world = World(firmware, "init.js", files={name.replace("_js", ".js"): text for name, text in files.items()})
    assert world.device.started_well, world.failures
    return world


def test_sensor_that_posts_its_values_again_and_again() -> None:
    world = run("""
load('api_config.js');
load('api_http.js');
load('api_timer.js');
let state = {sent: 0, last: ''};
Timer.set(1000, Timer.REPEAT, function() {
  HTTP.query({
    url: 'http://peer:8000/values',
    headers: {'Content-Type': 'application/json'},
    data: {id: Cfg.get('device.id'), value: 21.5, n: state.sent},
    success: function(body, message) { state.sent = state.sent + 1; state.last = body; print(state.sent, body); },
    error: function(err) { print('error', err); }
  });
}, null);
""")
    streams = world.serve(8000)
    for round_ in range(3):
        world.settle(1_100_000)
        stream = streams[round_]
        head, _, body = stream.received.partition(b"\r\n\r\n")
        assert head.startswith(b"POST /values HTTP/1.0\r\nHost: peer:8000\r\n")
        assert json.loads(body)["n"] == round_
        stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    world.settle(100_000)
    assert world.printed == ["1 ok ", "2 ok ", "3 ok "]
    assert world.trace.of(DeviceFailed) == []


def test_program_that_follows_the_state_of_the_network() -> None:
    world = run("""
load('api_events.js');
load('api_net.js');
Event.addGroupHandler(Net.EVENT_GRP, function(ev, evdata, arg) {
  let name = '???';
  if (ev === Net.STATUS_DISCONNECTED) {
    name = 'DISCONNECTED';
  } else if (ev === Net.STATUS_CONNECTING) {
    name = 'CONNECTING';
  } else if (ev === Net.STATUS_CONNECTED) {
    name = 'CONNECTED';
  } else if (ev === Net.STATUS_GOT_IP) {
    name = 'GOT_IP';
  }
  print('network:', ev, name);
}, null);
""")
    world.settle()
    assert [line.split()[2] for line in world.printed] == ["CONNECTING", "CONNECTED", "GOT_IP"]


def test_lamp_that_is_switched_by_remote_calls() -> None:
    world = run("""
load('api_gpio.js');
load('api_rpc.js');
let led = 2;
GPIO.set_mode(led, GPIO.MODE_OUTPUT);
RPC.addHandler('Lamp.Toggle', function(args) {
  return {value: GPIO.toggle(led)};
});
RPC.addHandler('Lamp.Set', function(args) {
  if (typeof(args) === 'object' && typeof(args.state) === 'number') {
    GPIO.write(led, args.state);
    return {state: args.state};
  } else {
    return {error: -1, message: 'Bad request. Expected: {"state":N}'};
  }
});
""")
    assert world.get("/rpc/Lamp.Toggle").text == '{"value":1}\r\n'
    assert world.get("/rpc/Lamp.Set", "POST", b'{"state": 0}').text == '{"state":0}\r\n'
    refused = world.get("/rpc/Lamp.Set", "POST", b"{}")
    assert (refused.status, json.loads(refused.text)["code"]) == (500, -1)


def test_server_of_the_first_days_with_several_endpoints() -> None:
    world = run(r"""
let server = HTTP.get_system_server();
let Page = {
  reply: function(conn, code, body) {
    Net.send(conn, 'HTTP/1.0 ' + code + '\r\nContent-Type: text/plain\r\n\r\n' + body);
    Net.disconnect(conn);
  },
  handle: function(conn, ev, message, page) {
    if (ev !== HTTP.EV_REQUEST) { return; }
    page.hits++;
    if (HTTP.param(message, HTTP.METHOD) !== 'GET') { Page.reply(conn, '405 No', ''); return; }
    Page.reply(conn, '200 OK', page.name + ' ' + JSON.stringify(page.hits) + ' ' + HTTP.param(message, 5));
  }
};
HTTP.add_endpoint(server, '/one', Page.handle, {name: 'one', hits: 0});
HTTP.add_endpoint(server, '/two', Page.handle, {name: 'two', hits: 10});
""")
    assert world.get("/one?a").text == "one 1 a"
    assert world.get("/one").text == "one 2 "
    assert world.get("/two").text == "two 11 "
    assert world.get("/two", "DELETE").status == 405


def test_line_protocol_over_a_raw_connection() -> None:
    world = run(r"""
load('api_net.js');
let total = 0;
Net.serve({
  addr: 'tcp://1234',
  ondata: function(conn, data) {
    let end = data.indexOf('\n');
    while (end >= 0) {
      let line = data.slice(0, end);
      Net.discard(conn, end + 1);
      data = data.slice(end + 1);
      end = data.indexOf('\n');
      if (line === 'bye') { Net.close(conn); return; }
      total = total + line.length;
      Net.send(conn, JSON.stringify(total) + '\n');
    }
  }
});
""")
    stream = world.talk([b"ab\nc", b"de\nf\n", b"bye\n"], 1234)
    assert stream.received == b"2\n5\n6\n"
    assert stream.got_eof


def test_program_that_binds_functions_of_the_firmware_itself() -> None:
    world = run(r"""
let on = 'void (*)(void *, int, void *, userdata)';
let connect = ffi('void *mgos_connect_http(char *, ' + on + ', userdata)');
let param = ffi('char *mgos_get_http_message_param(void *, int)');
let send = ffi('void mg_send(void *, void *, int)');
let conn = connect('device:80', function(conn, ev, ev_data, ud) {
  if (ev === 101) { print(ud, param(ev_data, 2), param(ev_data, 3)); }
}, 'mine');
let text = 'GET /rpc/RPC.List HTTP/1.0\r\n\r\n';
send(conn, text, text.length);
""")
    world.settle()
    assert len(world.printed) == 1
    assert world.printed[0].startswith("mine HTTP/1.1 [")


def test_project_that_brings_a_network_library_of_its_own() -> None:
    library = r"""
let Mine = {
  _bind: ffi('void *mgos_bind(char *, void (*)(void *, int, void *, userdata), userdata)'),
  _buffer: ffi('void *mgos_get_recv_mbuf(void *)'),
  _at: ffi('void *mgos_get_mbuf_ptr(void *)'),
  _size: ffi('int mgos_get_mbuf_len(void *)'),
  _remove: ffi('void mbuf_remove(void *, int)'),
  _inbound: ffi('bool mgos_is_inbound(void *)'),
  _copy: ffi('void *strdup(char *)'),
  _add: ffi('void *mgos_rpc_add_handler(void *, void (*)(void *, char *, char *, userdata), userdata)'),
  _reply: ffi('bool mgos_rpc_send_response(void *, char *)'),
  event: function(conn, ev, ev_data, ud) {
    if (ev !== 3) { return; }
    let buffer = Mine._buffer(conn);
    print(mkstr(Mine._at(buffer), Mine._size(buffer)), Mine._inbound(conn));
    Mine._remove(buffer, 1);
  }
};
"""
    world = run(
        """
load('mine.js');
Mine._bind('77', Mine.event, null);
Mine._add(Mine._copy('Own'), function(request, args, src, ud) { Mine._reply(request, args); }, null);
""",
        mine_js=library,
    )
    world.talk([b"ab", b"c"], 77)
    assert world.printed == ["ab true ", "bc true "]
    assert world.get("/rpc/Own", "POST", b"[7]").text == "[7]\r\n"
