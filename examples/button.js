// Button with debounce. Press the button of the board, then ask GET /presses.
load('api_config.js');
load('api_gpio.js');
load('api_http.js');
load('api_net.js');
load('api_timer.js');

let button = Cfg.get('board.btn1.pin');
let pull = Cfg.get('board.btn1.pull_up') ? GPIO.PULL_UP : GPIO.PULL_DOWN;
let edge = Cfg.get('board.btn1.pull_up') ? GPIO.INT_EDGE_NEG : GPIO.INT_EDGE_POS;
let presses = 0;
let last = 0;

GPIO.set_button_handler(button, pull, edge, 50, function(pin) {
  presses++;
  last = Timer.now();
  print('press', presses, 'of pin', pin, Timer.fmt('at %H:%M:%S', last));
}, null);

HTTP.add_endpoint(HTTP.get_system_server(), '/presses', function(conn, ev) {
  if (ev === HTTP.EV_REQUEST) {
    Net.send(conn, 'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n' + JSON.stringify({presses: presses}));
    Net.disconnect(conn);
  }
}, null);
