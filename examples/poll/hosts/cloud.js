// The cloud that the device asks: a host of its own on the network. Every third time it answers 503.
load('api_http.js');
load('api_net.js');

let asked = 0;

HTTP.add_endpoint(HTTP.get_system_server(), '/orders', function(conn, ev) {
  if (ev === HTTP.EV_REQUEST) {
    asked++;
    if (asked % 3 === 0) {
      Net.send(conn, 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    } else {
      let body = JSON.stringify({order: asked % 2 === 0 ? 'rest' : 'work', number: asked});
      Net.send(conn, 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n' +
        'Content-Length: ' + JSON.stringify(body.length) + '\r\n\r\n' + body);
    }
    Net.disconnect(conn);
  }
}, null);
