// Wifi: the networks in reach. The handler is function(networks).
let Wifi = {
  AUTH_MODE_OPEN: 0,
  AUTH_MODE_WEP: 1,
  AUTH_MODE_WPA_PSK: 2,
  AUTH_MODE_WPA2_PSK: 3,
  AUTH_MODE_WPA_WPA2_PSK: 4,
  AUTH_MODE_WPA2_ENTERPRISE: 5,

  _scan: ffi('void sim_wifi_scan(void (*)(char *, userdata), userdata)'),
  _found: function(networks, handler) { handler(JSON.parse(networks)); },

  scan: function(handler) { Wifi._scan(Wifi._found, handler); }
};
