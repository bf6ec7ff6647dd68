// Grove: buttons, sensors and relays of the Grove kit.
load('api_gpio.js');
load('api_adc.js');

let Grove = {
  Button: {
    attach: function(pin, handler) {
      GPIO.set_button_handler(pin, GPIO.PULL_UP, GPIO.INT_EDGE_NEG, 200, handler, true);
    }
  },
  MotionSensor: {
    attach: function(pin, handler) {
      GPIO.set_mode(pin, GPIO.MODE_INPUT);
      GPIO.set_int_handler(pin, GPIO.INT_EDGE_POS, handler, null);
      GPIO.enable_int(pin);
    }
  },
  LightSensor: {get: function(pin) { return ADC.read(pin); }},
  MoistureSensor: {get: function(pin) { return ADC.read(pin); }},
  UVSensor: {get: function(pin) { return ADC.read(pin); }},
  Relay: {
    close: function(pin) { GPIO.setup_output(pin, 1); },
    open: function(pin) { GPIO.setup_output(pin, 0); },
    isClosed: function(pin) { return GPIO.read_out(pin); }
  }
};
