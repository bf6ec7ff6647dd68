// HTTP client. It asks the host cloud (hosts/cloud.js) for its orders every 5 seconds; every third answer is a failure.
load('api_http.js');
load('api_timer.js');

let failures = 0;

Timer.set(5000, Timer.REPEAT, function() {
  HTTP.query({
    url: 'http://cloud/orders',
    success: function(body, message) {
      if (message.indexOf(' 200 ') < 0) {
        failures++;
        print('no orders this time, failure', failures);
        return;
      }
      let orders = JSON.parse(body);
      print('order', orders.number, 'is', orders.order);
    },
    error: function(ignored, message) {
      failures++;
      print('the cloud was not reached:', message);
    }
  });
}, null);
