// Adafruit_BME280: sensors of temperature, pressure and humidity, undefined where there is none. The first generation
// passes them as the first argument.
let Adafruit_BME280 = {
  RES_FAIL: -100.0,

  _new: ffi('void *mgos_bme280_create_i2c()'),
  _i2c: ffi('void *sim_arduino_bme280_i2c(int)'),
  _spi: ffi('void *sim_arduino_bme280_spi(int)'),

  init: ffi('void *mgos_bme280_init()'),
  begin: ffi('int mgos_bme280_begin(void *, int)'),
  close: function(bme) {},
  takeForcedMeasurement: function(bme) {},
  readTemperature: ffi('double sim_arduino_bme280_temperature(void *)'),
  readPressure: ffi('double sim_arduino_bme280_pressure(void *)'),
  readHumidity: ffi('double sim_arduino_bme280_humidity(void *)'),
  readAltitude: ffi('double sim_arduino_bme280_altitude(void *, double)'),
  seaLevelForAltitude: ffi('double sim_arduino_bme280_sea_level(void *, double, double)'),

  _make: function(bme) {
    if (bme === null) { return undefined; }
    let sensor = Object.create(Adafruit_BME280._proto);
    sensor.bme = bme;
    return sensor;
  },

  create: function() { return Adafruit_BME280._make(Adafruit_BME280._new()); },
  createI2C: function(address) { return Adafruit_BME280._make(Adafruit_BME280._i2c(address)); },
  createSPI: function(cs) { return Adafruit_BME280._make(Adafruit_BME280._spi(cs)); },
  createSPIFull: function(cs, mosi, miso, sck) { return Adafruit_BME280._make(Adafruit_BME280._spi(cs)); },

  _proto: {
    close: function() {},
    begin: function(address) { return Adafruit_BME280.begin(this.bme, address === undefined ? 0x76 : address); },
    takeForcedMeasurement: function() {},
    readTemperature: function() { return Adafruit_BME280.readTemperature(this.bme); },
    readPressure: function() { return Adafruit_BME280.readPressure(this.bme); },
    readHumidity: function() { return Adafruit_BME280.readHumidity(this.bme); },
    readAltitude: function(level) { return Adafruit_BME280.readAltitude(this.bme, level); },
    seaLevelForAltitude: function(alt, pres) { return Adafruit_BME280.seaLevelForAltitude(this.bme, alt, pres); }
  }
};
