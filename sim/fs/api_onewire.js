// OneWire by the first name of its file.
load('api_arduino_onewire.js');
