// OneWire: 1-Wire buses by the first names of these functions.
load('api_arduino_onewire.js');

OneWire.targetSetup = OneWire.target_search;
OneWire.searchClean = OneWire.reset_search;
OneWire.next = OneWire.search;
