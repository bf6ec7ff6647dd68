// Net: raw connections. Handlers are function(conn, ev, ev_data, userdata).
let Net = {
  EV_POLL: 0,
  EV_ACCEPT: 1,
  EV_CONNECT: 2,
  EV_RECV: 3,
  EV_SEND: 4,
  EV_CLOSE: 5,
  EV_TIMER: 6,

  _send: ffi('int mg_send(void *, char *, int)'),

  bind: ffi('void *mgos_bind(char *, void (*)(void *, int, void *, userdata), userdata)'),
  connect: ffi('void *mgos_connect(char *, void (*)(void *, int, void *, userdata), userdata)'),
  send: function(conn, data) { return Net._send(conn, data, data.length); },
  disconnect: ffi('void mgos_disconnect(void *)'),
  close: ffi('void mgos_disconnect(void *)')
};
