// DHT: sensors of temperature and humidity. The first generation passes the sensor as the first argument, the second has
// objects.
let DHT = {
  DHT11: 11,
  DHT21: 21,
  AM2301: 21,
  DHT22: 22,
  AM2302: 22,

  _temp: ffi('float mgos_dht_get_temp(void *)'),
  _humidity: ffi('float mgos_dht_get_humidity(void *)'),
  _index: ffi('double sim_dht_heat_index(double, double, bool)'),

  init: ffi('void *mgos_dht_create(int, int)'),
  close: ffi('void mgos_dht_close(void *)'),
  begin: function(dht) {},
  readTemperature: function(dht, fahrenheit, force) {
    return fahrenheit ? DHT._temp(dht) * 1.8 + 32 : DHT._temp(dht);
  },
  readHumidity: function(dht, force) { return DHT._humidity(dht); },
  convertCtoF: function(dht, t) { return t * 1.8 + 32; },
  convertFtoC: function(dht, t) { return (t - 32) / 1.8; },
  computeHeatIndex: function(dht, t, humidity, fahrenheit) { return DHT._index(t, humidity, fahrenheit); },

  create: function(pin, type) {
    let sensor = Object.create(DHT._proto);
    sensor.dht = DHT.init(pin, type);
    return sensor;
  },

  _proto: {
    close: function() { DHT.close(this.dht); },
    getTemp: function() { return DHT._temp(this.dht); },
    getHumidity: function() { return DHT._humidity(this.dht); },
    begin: function() {},
    readTemperature: function(fahrenheit, force) { return DHT.readTemperature(this.dht, fahrenheit, force); },
    readHumidity: function(force) { return DHT._humidity(this.dht); },
    convertCtoF: function(t) { return DHT.convertCtoF(this.dht, t); },
    convertFtoC: function(t) { return DHT.convertFtoC(this.dht, t); },
    computeHeatIndex: function(t, humidity, fahrenheit) { return DHT._index(t, humidity, fahrenheit); }
  }
};
