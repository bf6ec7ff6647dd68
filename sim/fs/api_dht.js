// DHT: sensors of temperature and humidity.
let DHT = {
  DHT11: 11,
  DHT21: 21,
  AM2301: 21,
  DHT22: 22,
  AM2302: 22,

  _create: ffi('void *mgos_dht_create(int, int)'),
  _close: ffi('void mgos_dht_close(void *)'),
  _temp: ffi('float mgos_dht_get_temp(void *)'),
  _humidity: ffi('float mgos_dht_get_humidity(void *)'),

  create: function(pin, type) {
    let sensor = Object.create(DHT._proto);
    sensor.dht = DHT._create(pin, type);
    return sensor;
  },

  _proto: {
    close: function() { DHT._close(this.dht); },
    getTemp: function() { return DHT._temp(this.dht); },
    getHumidity: function() { return DHT._humidity(this.dht); }
  }
};
