// HTTP: servers with endpoints, and clients. Handlers are function(conn, ev, ev_data, userdata). URL: takes one apart.
load('api_net.js');

let URL = {
  // What stands before the first slash is the address
  parse: function(url) {
    let ssl = url.slice(0, 8) === 'https://';
    let rest = ssl ? url.slice(8) : url.slice(0, 7) === 'http://' ? url.slice(7) : url;
    let slash = rest.indexOf('/');
    let addr = slash < 0 ? rest : rest.slice(0, slash);
    if (addr.indexOf(':') < 0) { addr = addr + (ssl ? ':443' : ':80'); }
    return {ssl: ssl, addr: addr, uri: slash < 0 ? '/' : rest.slice(slash)};
  }
};

let HTTP = {
  EV_REQUEST: 100,
  EV_RESPONSE: 101,
  EV_CHUNK: 102,
  EV_WS_HANDSHAKE: 111,
  EV_WS_HANDSHAKE_DONE: 112,
  EV_WS_FRAME: 113,
  EV_WS_CONTROL_FRAME: 114,

  METHOD: 0,
  URI: 1,
  PROTOCOL: 2,
  BODY: 3,
  MESSAGE: 4,
  QUERY_STRING: 5,

  _tls: ffi('void *mgos_connect_http_ssl(char *, void (*)(void *, int, void *, userdata), userdata, char *, char *)'),
  _tls_key: ffi('void *mgos_connect_http_ssl(char *, void (*)(void *, int, void *, userdata), userdata, char *, char *, char *)'),

  get_system_server: ffi('void *mgos_get_sys_http_server()'),
  bind: ffi('void *mgos_bind_http(char *)'),
  add_endpoint: ffi('int mgos_add_http_endpoint(void *, char *, void (*)(void *, int, void *, userdata), userdata)'),
  connect: ffi('void *mgos_connect_http(char *, void (*)(void *, int, void *, userdata), userdata)'),
  connect_ssl: function(addr, handler, userdata, cert, key, ca_cert, more) {
    let function_ = ca_cert === undefined ? HTTP._tls : HTTP._tls_key;
    return Net._given(function_, [addr, handler, userdata, cert, key, ca_cert, more]);
  },
  param: ffi('char *mgos_get_http_message_param(void *, int)'),

  query: function(options) {
    let asked = {options: options, url: URL.parse(options.url || ''), done: false};
    if (!asked.url.ssl) { return HTTP.connect(asked.url.addr, HTTP._answered, asked); }
    let cert = options.cert || '', key = options.key || '', ca_cert = options.ca_cert || 'ca.pem';
    return HTTP._tls_key(asked.url.addr, HTTP._answered, asked, cert, key, ca_cert);
  },
  _answered: function(conn, ev, ev_data, asked) {
    let options = asked.options;
    if (ev === 2) {
      Net.send(conn, HTTP._request(options, asked.url));
    } else if (ev === 101) {
      asked.done = true;
      if (options.success) { options.success(HTTP.param(ev_data, 3), HTTP.param(ev_data, 4)); }
    } else if (ev === 5) {
      ffi_cb_free(HTTP._answered, asked);
      if (!asked.done && options.error) { options.error('', 'Request failed', options); }
    }
  },
  _request: function(options, url) {
    let data = options.data || '', headers = options.headers || {};
    if (typeof(data) !== 'string') { data = JSON.stringify(data); }
    let head = (data.length > 0 ? 'POST ' : 'GET ') + url.uri + ' HTTP/1.0\r\nHost: ' + url.addr + '\r\n';
    head = head + 'Content-Length: ' + JSON.stringify(data.length) + '\r\n';
    for (let name in headers) { head = head + name + ': ' + headers[name] + '\r\n'; }
    return head + '\r\n' + data;
  },

  // Of the simulator: the device has no function for frames
  ws_connect: ffi('void *sim_http_ws_connect(char *, void (*)(void *, int, void *, userdata), userdata)'),
  ws_send: ffi('int sim_http_ws_send(void *, int, char *)'),
  ws_opcode: ffi('int sim_http_ws_opcode(void *)'),
  ws_fin: ffi('int sim_http_ws_fin(void *)')
};
