// Dash: not simulated; the device is never connected.
let Dash = {
  _notify: ffi('void mgos_dash_notify(char *, char *)'),

  isConnected: ffi('bool mgos_dash_is_connected()'),
  notify: function(name, data) { Dash._notify(name, typeof data === 'string' ? data : JSON.stringify(data)); }
};
