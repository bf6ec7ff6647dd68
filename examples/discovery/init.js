// UDP discovery. The host scanner (hosts/scanner.js) asks who is there on UDP port 5000; the device says its name.
load('api_config.js');
load('api_net.js');

Net.serve({
  addr: 'udp://5000',
  ondata: function(conn, data) {
    print('asked', data, 'by', Net.ctos(conn, false, true, true));
    Net.discard(conn, data.length);
    if (data === 'who is there?') {
      Net.send(conn, JSON.stringify({name: Cfg.get('device.id'), kind: 'lamp'}));
    }
  }
});
