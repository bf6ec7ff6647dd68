// ESP8266: the chip itself.
let ESP8266 = {
  deepSleep: ffi('int mgos_system_deep_sleep_d(double)')
};
