load('api_gpio.js');
load('api_http.js');
load('api_net.js');
load('api_rpc.js');
load('api_timer.js');

let server = HTTP.get_system_server();
let LED = 2, BUTTON = 0;
let state = {count: 0};

GPIO.setup_output(LED, 0);
GPIO.set_button_handler(BUTTON, GPIO.PULL_UP, GPIO.INT_EDGE_NEG, 50, function(pin) {
  state.count++;
  print('pressed', state.count);
}, null);

function answer(conn, body) {
  Net.send(conn, 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ' + JSON.stringify(body.length) + '\r\n\r\n' + body);
}

HTTP.add_endpoint(server, '/state', function(conn, ev, msg, ud) {
  if (ev !== HTTP.EV_REQUEST) return;
  answer(conn, JSON.stringify({led: GPIO.read(LED), count: state.count, method: HTTP.param(msg, HTTP.METHOD)}));
}, null);

HTTP.add_endpoint(server, '/led', function(conn, ev, msg, ud) {
  if (ev !== HTTP.EV_REQUEST) return;
  GPIO.write(LED, JSON.parse(HTTP.param(msg, HTTP.BODY)).on ? 1 : 0);
  answer(conn, '{}');
}, null);

HTTP.add_endpoint(server, '/echo', function(conn, ev, msg, ud) {
  if (ev === HTTP.EV_REQUEST) answer(conn, HTTP.param(msg, HTTP.BODY));
}, null);

HTTP.add_endpoint(server, '/never', function(conn, ev, msg, ud) {
  if (ev === HTTP.EV_REQUEST) print('somebody waits');
}, null);

HTTP.add_endpoint(server, '/drop', function(conn, ev, msg, ud) {
  if (ev === HTTP.EV_REQUEST) Net.disconnect(conn);
}, null);

HTTP.add_endpoint(server, '/late', function(conn, ev, msg, ud) {
  if (ev !== HTTP.EV_REQUEST) return;
  Timer.set(3000, 0, function(c) { answer(c, '"late"'); }, conn);
}, null);

RPC.addHandler('Sum', function(args) {
  return args.a + args.b;
});

RPC.addHandler('Fail', function(args) {
  return {error: 418, message: 'no coffee'};
});

Net.bind('7', function(conn, ev, data, ud) {
  if (ev === Net.EV_RECV) {
    Net.send(conn, 'pong');
    Net.disconnect(conn);
  }
}, null);

print('ready');
