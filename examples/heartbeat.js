// MQTT heartbeat. Watch the messages to the broker; publish on or off to DEVICE/led to switch the LED.
load('api_config.js');
load('api_gpio.js');
load('api_mqtt.js');
load('api_sys.js');
load('api_timer.js');

let id = Cfg.get('device.id');
let led = Cfg.get('board.led1.pin');
GPIO.setup_output(led, 0);
Cfg.set({mqtt: {enable: true, server: 'broker:1883'}}, false);

MQTT.setEventHandler(function(conn, ev) {
  if (ev === MQTT.EV_CONNACK) print('connected to the broker');
  if (ev === MQTT.EV_CLOSE) print('the broker has gone');
}, null);

MQTT.sub(id + '/led', function(conn, topic, message) {
  print(topic, message);
  GPIO.write(led, message === 'on' ? 1 : 0);
}, null);

Timer.set(5000, Timer.REPEAT, function() {
  let beat = JSON.stringify({free_ram: Sys.free_ram(), uptime: Math.floor(Sys.uptime())});
  if (MQTT.pub(id + '/heartbeat', beat, 1) === 0) print('not connected, the beat is lost');
}, null);
