// Blynk: not simulated; the device is never connected.
let Blynk = {
  TYPE_RESPONSE: 0,
  TYPE_LOGIN: 2,
  TYPE_PING: 6,
  TYPE_HARDWARE: 20,

  _send: ffi('void sim_blynk_send(int, char *, int)'),
  _write: ffi('void sim_blynk_virtual_write(int, char *, int)'),

  isConnected: ffi('bool sim_blynk_is_connected()'),
  setHandler: ffi('void blynk_set_handler(void (*)(void *, char *, int, int, int, userdata), userdata)'),
  send: function(conn, type, msg, id) { Blynk._send(type, msg, id || 0); },
  virtualWrite: function(conn, pin, val, id) { Blynk._write(pin, JSON.stringify(val), id || 0); }
};
