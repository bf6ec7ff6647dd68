// Net: connections over TCP and UDP. Handlers are function(conn, ev, ev_data, userdata); the later form takes an
// object with the handlers onconnect, ondata, onclose and onevent in place of handler and userdata.
load('api_events.js');

let Net = {
  EV_POLL: 0,
  EV_ACCEPT: 1,
  EV_CONNECT: 2,
  EV_RECV: 3,
  EV_SEND: 4,
  EV_CLOSE: 5,
  EV_TIMER: 6,

  EVENT_GRP: 1313166336,
  STATUS_DISCONNECTED: 1313166336,
  STATUS_CONNECTING: 1313166337,
  STATUS_CONNECTED: 1313166338,
  STATUS_GOT_IP: 1313166339,

  _connect: ffi('void *mgos_connect(char *, void (*)(void *, int, void *, userdata), userdata)'),
  _tls: ffi('void *mgos_connect_ssl(char *, void (*)(void *, int, void *, userdata), userdata, char *, char *)'),
  _tls_key: ffi('void *mgos_connect_ssl(char *, void (*)(void *, int, void *, userdata), userdata, char *, char *, char *)'),
  _received: ffi('char *sim_net_received(void *)'),
  _address: ffi('char *sim_net_address(void *, bool, bool, bool)'),

  bind: ffi('void *mgos_bind(char *, void (*)(void *, int, void *, userdata), userdata)'),
  connect: function(addr, handler, userdata, more) {
    if (typeof(addr) !== 'object') { return Net._given(Net._connect, [addr, handler, userdata, more]); }
    if (!addr.ssl) { return Net._connect(addr.addr, Net._opened, addr); }
    return Net._tls_key(addr.addr, Net._opened, addr, addr.cert || '', addr.key || '', addr.ca_cert || 'ca.pem');
  },
  connect_ssl: function(addr, handler, userdata, cert, key, ca_cert, more) {
    let function_ = ca_cert === undefined ? Net._tls : Net._tls_key;
    return Net._given(function_, [addr, handler, userdata, cert, key, ca_cert, more]);
  },
  serve: function(options) { return Net.bind(options.addr, Net._told, options); },
  send: function(conn, data) { return Net.rsend(conn, data, data.length); },
  rsend: ffi('int mg_send(void *, char *, int)'),
  disconnect: ffi('void mgos_disconnect(void *)'),
  close: ffi('void mgos_disconnect(void *)'),
  discard: ffi('void sim_net_discard(void *, int)'),
  ctos: function(conn, local, ip, port) {
    return Net._address(conn, local ? true : false, ip ? true : false, port ? true : false);
  },
  setStatusEventHandler: ffi('void mgos_net_add_event_handler_js(void (*)(int, userdata), userdata)'),

  // Events in the later form
  _told: function(conn, ev, ev_data, options) {
    if (ev === 0) { return; }
    if (ev === 3) {
      if (options.ondata) { options.ondata(conn, Net._received(conn), options); }
    } else if (ev === 1 || ev === 2) {
      if (options.onconnect) { options.onconnect(conn, ev_data, options); }
    } else if (ev === 5) {
      if (options.onclose) { options.onclose(conn, options); }
    } else if (ev > 5) {
      if (options.onevent) { options.onevent(conn, Net._received(conn), ev, ev_data, options); }
    }
  },
  _opened: function(conn, ev, ev_data, options) {
    if (ev === 5) { ffi_cb_free(Net._opened, options); }
    Net._told(conn, ev, ev_data, options);
  },

  // C functions count their arguments: passes on those that were given
  _given: function(f, all) {
    let count = all.length, given = [];
    while (count > 0 && all[count - 1] === undefined) { count--; }
    for (let i = 0; i < count; i++) { given.push(all[i]); }
    return f.apply(null, given);
  }
};
