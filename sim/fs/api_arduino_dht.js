// DHT: sensors of temperature and humidity by the first driver. Its functions take the sensor as the first argument, or are
// its own.
load('api_dht.js');

DHT._index = ffi('double sim_dht_heat_index(double, double, bool)');
DHT.init = DHT._create;
DHT.close = DHT._close;
DHT.begin = function(dht) {};
DHT.convertCtoF = function(dht, t) { return t * 1.8 + 32; };
DHT.convertFtoC = function(dht, t) { return (t - 32) / 1.8; };
DHT.readTemperature = function(dht, fahrenheit, force) {
  return fahrenheit ? DHT._temp(dht) * 1.8 + 32 : DHT._temp(dht);
};
DHT.readHumidity = function(dht, force) { return DHT._humidity(dht); };
DHT.computeHeatIndex = function(dht, t, humidity, fahrenheit) { return DHT._index(t, humidity, fahrenheit); };
DHT._proto.begin = function() {};
DHT._proto.convertCtoF = function(t) { return DHT.convertCtoF(this.dht, t); };
DHT._proto.convertFtoC = function(t) { return DHT.convertFtoC(this.dht, t); };
DHT._proto.readTemperature = function(fahrenheit, force) { return DHT.readTemperature(this.dht, fahrenheit, force); };
DHT._proto.readHumidity = function(force) { return DHT.readHumidity(this.dht, force); };
DHT._proto.computeHeatIndex = function(t, humidity, fahrenheit) {
  return DHT.computeHeatIndex(this.dht, t, humidity, fahrenheit);
};
