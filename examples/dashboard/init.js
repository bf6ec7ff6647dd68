// Sensor dashboard. Open the device's page: it shows the sensor live over a WebSocket, and its button lights the LED.
load('api_adc.js');
load('api_config.js');
load('api_gpio.js');
load('api_http.js');
load('api_timer.js');

let SENSOR = 34;
let led = Cfg.get('board.led1.pin');
let viewers = [];

ADC.enable(SENSOR);
GPIO.setup_output(led, 0);

function state() {
  return JSON.stringify({led: GPIO.read_out(led), sensor: ADC.read(SENSOR), at: Timer.now()});
}

function tellAll() {
  let text = state();
  for (let i = 0; i < viewers.length; i++) {
    HTTP.ws_send(viewers[i], 1, text);
  }
}

// Handlers get the connection: who leaves is taken out of the list
function forget(conn) {
  let others = [];
  for (let i = 0; i < viewers.length; i++) {
    if (viewers[i] !== conn) others.push(viewers[i]);
  }
  viewers = others;
}

HTTP.add_endpoint(HTTP.get_system_server(), '/live', function(conn, ev, data) {
  if (ev === HTTP.EV_WS_HANDSHAKE_DONE) {
    viewers.push(conn);
    HTTP.ws_send(conn, 1, state());
  } else if (ev === HTTP.EV_WS_FRAME && HTTP.param(data, HTTP.BODY) === 'toggle') {
    GPIO.toggle(led);
    tellAll();
  } else if (ev === Net.EV_CLOSE) {
    forget(conn);
  }
}, null);

Timer.set(1000, Timer.REPEAT, tellAll, null);
