// DallasTemperature: the thermometers on a 1-Wire bus. The first generation passes them as the first argument, the second
// has objects.
let DallasTemperature = {
  DEVICE_DISCONNECTED_C: -127.0,
  DEVICE_DISCONNECTED_F: -196.6,
  DEVICE_DISCONNECTED_RAW: -7040,

  init: ffi('void *mgos_arduino_dt_create(void *)'),
  close: ffi('void mgos_arduino_dt_close(void *)'),
  begin: ffi('void mgos_arduino_dt_begin(void *)'),
  getDeviceCount: ffi('int mgos_arduino_dt_get_device_count(void *)'),
  validAddress: ffi('int mgos_arduino_dt_valid_address(void *, char *)'),
  validFamily: ffi('int mgos_arduino_dt_valid_family(void *, char *)'),
  getAddress: ffi('int sim_dt_get_address(void *, userdata, int)'),
  isConnected: ffi('int mgos_arduino_dt_is_connected(void *, char *)'),
  getGlobalResolution: ffi('int mgos_arduino_dt_get_global_resolution(void *)'),
  setGlobalResolution: ffi('void mgos_arduino_dt_set_global_resolution(void *, int)'),
  getResolution: ffi('int mgos_arduino_dt_get_resolution(void *, char *)'),
  setResolution: ffi('int mgos_arduino_dt_set_resolution(void *, char *, int, int)'),
  setWaitForConversion: ffi('void mgos_arduino_dt_set_wait_for_conversion(void *, int)'),
  getWaitForConversion: ffi('int mgos_arduino_dt_get_wait_for_conversion(void *)'),
  setCheckForConversion: ffi('void mgos_arduino_dt_set_check_for_conversion(void *, int)'),
  getCheckForConversion: ffi('int mgos_arduino_dt_get_check_for_conversion(void *)'),
  requestTemperatures: ffi('void mgos_arduino_dt_request_temperatures(void *)'),
  requestTemperaturesByAddress: ffi('int mgos_arduino_dt_request_temperatures_by_address(void *, char *)'),
  requestTemperaturesByIndex: ffi('int mgos_arduino_dt_request_temperatures_by_index(void *, int)'),
  _c: ffi('int mgos_arduino_dt_get_tempc(void *, char *)'),
  _f: ffi('int mgos_arduino_dt_get_tempf(void *, char *)'),
  _c_at: ffi('int mgos_arduino_dt_get_tempc_by_index(void *, int)'),
  _f_at: ffi('int mgos_arduino_dt_get_tempf_by_index(void *, int)'),
  isParasitePowerMode: ffi('int mgos_arduino_dt_is_parasite_power_mode(void *)'),
  isConversionComplete: ffi('int mgos_arduino_dt_is_conversion_complete(void *)'),
  millisToWaitForConversion: ffi('int mgos_arduino_dt_millis_to_wait_for_conversion(void *, int)'),
  toHexStr: ffi('char *sim_hex(char *)'),

  getTempC: function(dt, rom) { return DallasTemperature._c(dt, rom) / 100; },
  getTempF: function(dt, rom) { return DallasTemperature._f(dt, rom) / 100; },
  getTempCByIndex: function(dt, index) { return DallasTemperature._c_at(dt, index) / 100; },
  getTempFByIndex: function(dt, index) { return DallasTemperature._f_at(dt, index) / 100; },

  create: function(ow) {
    let sensors = Object.create(DallasTemperature._proto);
    sensors.dt = DallasTemperature.init(ow.ow);
    return sensors;
  },

  _proto: {
    close: function() { DallasTemperature.close(this.dt); },
    begin: function() { DallasTemperature.begin(this.dt); },
    getDeviceCount: function() { return DallasTemperature.getDeviceCount(this.dt); },
    validAddress: function(rom) { return DallasTemperature.validAddress(this.dt, rom); },
    validFamily: function(rom) { return DallasTemperature.validFamily(this.dt, rom); },
    getAddress: function(rom, index) { return DallasTemperature.getAddress(this.dt, rom, index); },
    isConnected: function(rom) { return DallasTemperature.isConnected(this.dt, rom); },
    getGlobalResolution: function() { return DallasTemperature.getGlobalResolution(this.dt); },
    setGlobalResolution: function(bits) { DallasTemperature.setGlobalResolution(this.dt, bits); },
    getResolution: function(rom) { return DallasTemperature.getResolution(this.dt, rom); },
    setResolution: function(rom, bits, skip) { return DallasTemperature.setResolution(this.dt, rom, bits, skip); },
    setWaitForConversion: function(flag) { DallasTemperature.setWaitForConversion(this.dt, flag); },
    getWaitForConversion: function() { return DallasTemperature.getWaitForConversion(this.dt); },
    setCheckForConversion: function(flag) { DallasTemperature.setCheckForConversion(this.dt, flag); },
    getCheckForConversion: function() { return DallasTemperature.getCheckForConversion(this.dt); },
    requestTemperatures: function() { DallasTemperature.requestTemperatures(this.dt); },
    requestTemperaturesByAddress: function(rom) { return DallasTemperature.requestTemperaturesByAddress(this.dt, rom); },
    requestTemperaturesByIndex: function(index) { return DallasTemperature.requestTemperaturesByIndex(this.dt, index); },
    getTempC: function(rom) { return DallasTemperature.getTempC(this.dt, rom); },
    getTempF: function(rom) { return DallasTemperature.getTempF(this.dt, rom); },
    getTempCByIndex: function(index) { return DallasTemperature.getTempCByIndex(this.dt, index); },
    getTempFByIndex: function(index) { return DallasTemperature.getTempFByIndex(this.dt, index); },
    isParasitePowerMode: function() { return DallasTemperature.isParasitePowerMode(this.dt); },
    isConversionComplete: function() { return DallasTemperature.isConversionComplete(this.dt); },
    millisToWaitForConversion: function(bits) { return DallasTemperature.millisToWaitForConversion(this.dt, bits); },
    toHexStr: function(rom) { return DallasTemperature.toHexStr(rom); }
  }
};
