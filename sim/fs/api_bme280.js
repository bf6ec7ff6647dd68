// BME280: sensors of temperature, pressure and humidity.
let BME280Data = {
  _create: ffi('void *mgos_bme280_data_create()'),
  _delete: ffi('void mgos_bme280_data_delete(void *)'),
  _temp: ffi('double mgos_bme280_data_get_temp(void *)'),
  _press: ffi('double mgos_bme280_data_get_press(void *)'),
  _humid: ffi('double mgos_bme280_data_get_humid(void *)'),

  create: function() {
    let made = Object.create(BME280Data._proto);
    made.data = BME280Data._create();
    return made;
  },

  _proto: {
    free: function() { BME280Data._delete(this.data); },
    temp: function() { return BME280Data._temp(this.data); },
    press: function() { return BME280Data._press(this.data); },
    humid: function() { return BME280Data._humid(this.data); }
  }
};

let BME280 = {
  MGOS_BME280_ERROR: -128.0,

  _i2c: ffi('void *mgos_bme280_i2c_create(int)'),
  _spi: ffi('void *mgos_bme280_spi_create()'),
  _delete: ffi('void mgos_bme280_delete(void *)'),
  _read: ffi('int mgos_bme280_read(void *, void *)'),
  _temp: ffi('double mgos_bme280_read_temperature(void *)'),
  _press: ffi('double mgos_bme280_read_pressure(void *)'),
  _humid: ffi('double mgos_bme280_read_humidity(void *)'),

  createI2C: function(address) {
    let sensor = Object.create(BME280._proto);
    sensor.bme = BME280._i2c(address);
    return sensor;
  },
  createSPI: function() {
    let sensor = Object.create(BME280._proto);
    sensor.bme = BME280._spi();
    return sensor;
  },

  _proto: {
    free: function() { BME280._delete(this.bme); },
    readAll: function(data) { return BME280._read(this.bme, data.data); },
    readTemp: function() { return BME280._temp(this.bme); },
    readPress: function() { return BME280._press(this.bme); },
    readHumid: function() { return BME280._humid(this.bme); }
  }
};
