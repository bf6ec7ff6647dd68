// Looks for devices: it asks the host device once a second until it answers.
load('api_net.js');
load('api_timer.js');

let timer = Timer.set(1000, Timer.REPEAT, function() {
  Net.connect({
    addr: 'udp://device:5000',
    onconnect: function(conn) { Net.send(conn, 'who is there?'); },
    ondata: function(conn, data) {
      let found = JSON.parse(data);
      print('found', found.name, 'which is a', found.kind);
      Timer.del(timer);
      Net.close(conn);
    }
  });
}, null);
