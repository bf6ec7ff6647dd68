// DallasTemperature: the thermometers on a 1-Wire bus.
let DallasTemperature = {
  DEVICE_DISCONNECTED_C: -127.0,
  DEVICE_DISCONNECTED_F: -196.6,
  DEVICE_DISCONNECTED_RAW: -7040,

  _create: ffi('void *mgos_arduino_dt_create(void *)'),
  _close: ffi('void mgos_arduino_dt_close(void *)'),
  _begin: ffi('void mgos_arduino_dt_begin(void *)'),
  _count: ffi('int mgos_arduino_dt_get_device_count(void *)'),
  _valid: ffi('int mgos_arduino_dt_valid_address(void *, char *)'),
  _family: ffi('int mgos_arduino_dt_valid_family(void *, char *)'),
  _address: ffi('int sim_dt_get_address(void *, userdata, int)'),
  _connected: ffi('int mgos_arduino_dt_is_connected(void *, char *)'),
  _get_all: ffi('int mgos_arduino_dt_get_global_resolution(void *)'),
  _set_all: ffi('void mgos_arduino_dt_set_global_resolution(void *, int)'),
  _get_bits: ffi('int mgos_arduino_dt_get_resolution(void *, char *)'),
  _set_bits: ffi('int mgos_arduino_dt_set_resolution(void *, char *, int, int)'),
  _set_wait: ffi('void mgos_arduino_dt_set_wait_for_conversion(void *, int)'),
  _get_wait: ffi('int mgos_arduino_dt_get_wait_for_conversion(void *)'),
  _set_check: ffi('void mgos_arduino_dt_set_check_for_conversion(void *, int)'),
  _get_check: ffi('int mgos_arduino_dt_get_check_for_conversion(void *)'),
  _request: ffi('void mgos_arduino_dt_request_temperatures(void *)'),
  _request_of: ffi('int mgos_arduino_dt_request_temperatures_by_address(void *, char *)'),
  _request_at: ffi('int mgos_arduino_dt_request_temperatures_by_index(void *, int)'),
  _c: ffi('int mgos_arduino_dt_get_tempc(void *, char *)'),
  _f: ffi('int mgos_arduino_dt_get_tempf(void *, char *)'),
  _c_at: ffi('int mgos_arduino_dt_get_tempc_by_index(void *, int)'),
  _f_at: ffi('int mgos_arduino_dt_get_tempf_by_index(void *, int)'),
  _parasite: ffi('int mgos_arduino_dt_is_parasite_power_mode(void *)'),
  _complete: ffi('int mgos_arduino_dt_is_conversion_complete(void *)'),
  _millis: ffi('int mgos_arduino_dt_millis_to_wait_for_conversion(void *, int)'),
  _hex: ffi('char *sim_hex(char *)'),

  create: function(ow) {
    let sensors = Object.create(DallasTemperature._proto);
    sensors.dt = DallasTemperature._create(ow.ow);
    return sensors;
  },

  _proto: {
    close: function() { DallasTemperature._close(this.dt); },
    begin: function() { DallasTemperature._begin(this.dt); },
    getDeviceCount: function() { return DallasTemperature._count(this.dt); },
    validAddress: function(rom) { return DallasTemperature._valid(this.dt, rom); },
    validFamily: function(rom) { return DallasTemperature._family(this.dt, rom); },
    getAddress: function(rom, index) { return DallasTemperature._address(this.dt, rom, index); },
    isConnected: function(rom) { return DallasTemperature._connected(this.dt, rom); },
    getGlobalResolution: function() { return DallasTemperature._get_all(this.dt); },
    setGlobalResolution: function(bits) { DallasTemperature._set_all(this.dt, bits); },
    getResolution: function(rom) { return DallasTemperature._get_bits(this.dt, rom); },
    setResolution: function(rom, bits, skip) { return DallasTemperature._set_bits(this.dt, rom, bits, skip); },
    setWaitForConversion: function(flag) { DallasTemperature._set_wait(this.dt, flag); },
    getWaitForConversion: function() { return DallasTemperature._get_wait(this.dt); },
    setCheckForConversion: function(flag) { DallasTemperature._set_check(this.dt, flag); },
    getCheckForConversion: function() { return DallasTemperature._get_check(this.dt); },
    requestTemperatures: function() { DallasTemperature._request(this.dt); },
    requestTemperaturesByAddress: function(rom) { return DallasTemperature._request_of(this.dt, rom); },
    requestTemperaturesByIndex: function(index) { return DallasTemperature._request_at(this.dt, index); },
    getTempC: function(rom) { return DallasTemperature._c(this.dt, rom) / 100; },
    getTempF: function(rom) { return DallasTemperature._f(this.dt, rom) / 100; },
    getTempCByIndex: function(index) { return DallasTemperature._c_at(this.dt, index) / 100; },
    getTempFByIndex: function(index) { return DallasTemperature._f_at(this.dt, index) / 100; },
    isParasitePowerMode: function() { return DallasTemperature._parasite(this.dt); },
    isConversionComplete: function() { return DallasTemperature._complete(this.dt); },
    millisToWaitForConversion: function(bits) { return DallasTemperature._millis(this.dt, bits); },
    toHexStr: function(rom) { return DallasTemperature._hex(rom); }
  }
};
