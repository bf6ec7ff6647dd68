/** Holds the programs with which a new device can begin. */

/** @typedef {{title: string, name: string, suffix: ".js" | ".py", text: string}} Program */

/** @type {readonly Program[]} */
export const PROGRAMS = [
  {
    title: "answers requests (JavaScript)",
    name: "lamp",
    suffix: ".js",
    text: `// Another device of the network. It is asked under its name: http://NAME/
HTTP.add_endpoint(HTTP.get_system_server(), '/', function(conn, ev) {
  if (ev !== HTTP.EV_REQUEST) return;
  Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello');
}, null);
`,
  },
  {
    title: "a cloud that answers 503 every third time (JavaScript)",
    name: "cloud",
    suffix: ".js",
    text: `// A cloud that the device asks. Every third time it answers 503.
let asked = 0;

HTTP.add_endpoint(HTTP.get_system_server(), '/*', function(conn, ev) {
  if (ev !== HTTP.EV_REQUEST) return;
  asked++;
  if (asked % 3 === 0) {
    Net.send(conn, 'HTTP/1.1 503 Service Unavailable\\r\\nContent-Length: 0\\r\\n\\r\\n');
    return;
  }
  let body = JSON.stringify({number: asked});
  Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: ' +
    JSON.stringify(body.length) + '\\r\\n\\r\\n' + body);
}, null);
`,
  },
  {
    title: "a cloud that answers 503 every third time (Python)",
    name: "cloud",
    suffix: ".py",
    text: `# A cloud that the device asks. Every third time it answers 503.
import json

asked = 0


def answer(conn, ev, data):
    global asked
    if ev != HTTP.EV_REQUEST:
        return
    asked += 1
    if asked % 3 == 0:
        Net.send(conn, "HTTP/1.1 503 Service Unavailable\\r\\nContent-Length: 0\\r\\n\\r\\n")
        return
    body = json.dumps({"number": asked})
    head = "HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body)
    Net.send(conn, head + body)


HTTP.add_endpoint(HTTP.get_system_server(), "/*", answer)
`,
  },
  {
    title: "a client that asks the device (JavaScript)",
    name: "client",
    suffix: ".js",
    text: `// A machine that asks the device every two seconds.
load('api_timer.js');

Timer.set(2000, Timer.REPEAT, function() {
  HTTP.query({
    url: 'http://device/my/api',
    success: function(body) { print('answered:', body); },
    error: function(message) { print('no answer:', message); },
  });
}, null);
`,
  },
];
