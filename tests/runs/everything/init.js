// Does a bit of everything: HTTP, WebSocket, RPC, MQTT, UDP, timers, random numbers, pins, and it fails when asked to.
load('api_config.js');
load('api_gpio.js');
load('api_http.js');
load('api_math.js');
load('api_mqtt.js');
load('api_net.js');
load('api_rpc.js');
load('api_sys.js');
load('api_timer.js');

let server = HTTP.get_system_server();
let ticks = 0;

function dice() { return Math.floor(Math.random() * 1000000); }

Cfg.set({mqtt: {enable: true, server: 'broker:1883'}}, false);
print('booted', Cfg.get('device.id'), dice(), Sys.uptime());

HTTP.add_endpoint(server, '/dice', function(conn, ev, msg) {
  if (ev !== HTTP.EV_REQUEST) return;
  let body = JSON.stringify({dice: dice(), third: dice() / 3, root: Math.sqrt(dice()), ticks: ticks});
  Net.send(conn, 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ' +
    JSON.stringify(body.length) + '\r\n\r\n' + body);
}, null);

HTTP.add_endpoint(server, '/fail', function(conn, ev, msg) {
  if (ev === HTTP.EV_REQUEST) nothing.of_that_name();
}, null);

HTTP.add_endpoint(server, '/hang', function(conn, ev, msg) {
  if (ev === HTTP.EV_REQUEST) while (true) ticks++;
}, null);

HTTP.add_endpoint(server, '/ws', function(conn, ev, msg) {
  if (ev === HTTP.EV_WS_FRAME) HTTP.ws_send(conn, 1, JSON.stringify(dice()));
}, null);

RPC.addHandler('Sum', function(args) { return args.a + args.b; });

MQTT.sub('orders', function(conn, topic, message) { print(topic, message); }, null);

Net.serve({
  addr: 'udp://5000',
  ondata: function(conn, data) {
    Net.discard(conn, data.length);
    Net.send(conn, data + ' ' + JSON.stringify(dice()));
  }
});

GPIO.set_mode(4, GPIO.MODE_INPUT);
GPIO.set_int_handler(4, GPIO.INT_EDGE_ANY, function(pin) { print('pin', pin, GPIO.read(pin)); }, null);
GPIO.enable_int(4);

Timer.set(300, Timer.REPEAT, function() {
  ticks++;
  MQTT.pub('ticks', JSON.stringify({tick: ticks, dice: dice()}), 1);
  HTTP.query({
    url: 'http://cloud/orders',
    success: function(body, message) { print('orders', body); },
    error: function(ignored, message) { print('no orders:', message); }
  });
}, null);
