load('api_dht.js');
load('api_http.js');
load('api_timer.js');

let dht = DHT.create(4, DHT.DHT22);

Timer.set(60000, Timer.REPEAT, function() {
  HTTP.query({
    url: 'http://cloud/temperature',
    data: {value: dht.getTemp()},
    success: function(body) { print('cloud says', body); },
    error: function(err) { print('no cloud', err); }
  });
}, null);
