// LED over HTTP. Try GET /led/on, GET /led/off, and POST /led with the body {"on": true}.
load('api_config.js');
load('api_gpio.js');
load('api_http.js');
load('api_net.js');

let led = Cfg.get('board.led1.pin');
let active = Cfg.get('board.led1.active_high') ? 1 : 0;
GPIO.setup_output(led, 1 - active);

function reply(conn, status, data) {
  let body = JSON.stringify(data);
  Net.send(conn, 'HTTP/1.1 ' + status + '\r\nContent-Type: application/json\r\nConnection: close\r\n' +
    'Content-Length: ' + JSON.stringify(body.length) + '\r\n\r\n' + body);
  Net.disconnect(conn);
}

function light(conn, on) {
  GPIO.write(led, on ? active : 1 - active);
  print('LED', on ? 'on' : 'off');
  reply(conn, '200 OK', {on: on});
}

let server = HTTP.get_system_server();

HTTP.add_endpoint(server, '/led/on', function(conn, ev) {
  if (ev === HTTP.EV_REQUEST) light(conn, true);
}, null);

HTTP.add_endpoint(server, '/led/off', function(conn, ev) {
  if (ev === HTTP.EV_REQUEST) light(conn, false);
}, null);

HTTP.add_endpoint(server, '/led', function(conn, ev, message) {
  if (ev === HTTP.EV_REQUEST) {
    if (HTTP.param(message, HTTP.METHOD) !== 'POST') {
      reply(conn, '405 Method Not Allowed', {error: 'POST {"on": true} or {"on": false}'});
      return;
    }
    let body = HTTP.param(message, HTTP.BODY);
    if (body === '{"on": true}' || body === '{"on":true}') {
      light(conn, true);
    } else if (body === '{"on": false}' || body === '{"on":false}') {
      light(conn, false);
    } else {
      reply(conn, '400 Bad Request', {error: 'the body must be {"on": true} or {"on": false}'});
    }
  }
}, null);
