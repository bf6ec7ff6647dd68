// Cfg: the device's configuration, by paths such as 'wifi.sta.ssid'.
let Cfg = {
  _set: ffi('bool mgos_config_apply(char *, bool)'),

  get: ffi('userdata sim_config_get(char *)'),
  set: function(tree, save) { return Cfg._set(JSON.stringify(tree), save === undefined ? true : save); }
};
