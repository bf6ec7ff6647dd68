// BME680: sensors of temperature (hundredths of a degree), pressure (pascal), humidity (thousandths of a percent) and gas (ohm).
let BME680Data = {
  _new: ffi('void *mgos_bme680_data_create()'),
  _free: ffi('void mgos_bme680_data_delete(void *)'),
  _temp: ffi('double mgos_bme680_data_get_temp(void *)'),
  _press: ffi('double mgos_bme680_data_get_press(void *)'),
  _humid: ffi('double mgos_bme680_data_get_humid(void *)'),
  _gas: ffi('double mgos_bme680_data_get_gas(void *)'),

  create: function() {
    let data = Object.create(BME680Data._proto);
    data.data = BME680Data._new();
    return data;
  },

  _proto: {
    free: function() { BME680Data._free(this.data); },
    temp: function() { return BME680Data._temp(this.data); },
    press: function() { return BME680Data._press(this.data); },
    humid: function() { return BME680Data._humid(this.data); },
    gas: function() { return BME680Data._gas(this.data); }
  }
};

let BME680 = {
  MGOS_BME280_ERROR: -128.0,

  _i2c: ffi('void *mgos_bme680_i2c_create(int)'),
  _free: ffi('void mgos_bme680_delete(void *)'),
  _read: ffi('int mgos_bme680_read(void *, void *)'),

  createI2C: function(address) {
    let sensor = Object.create(BME680._proto);
    sensor.bme = BME680._i2c(address);
    return sensor;
  },

  _proto: {
    free: function() { BME680._free(this.bme); },
    readAll: function(data) { return BME680._read(this.bme, data.data); }
  }
};
