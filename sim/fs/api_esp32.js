// ESP32: the chip itself.
let ESP32 = {
  temp: ffi('int temprature_sens_read()'),
  hall: ffi('int hall_sens_read()'),
  deepSleep: ffi('void mgos_esp_deep_sleep_d(double)')
};
