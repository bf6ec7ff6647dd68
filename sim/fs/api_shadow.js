// Shadow: not simulated; the device is never connected.
let Shadow = {
  BASE: 0x53445700,

  _add: ffi('void sim_shadow_add_handler(void (*)(userdata), userdata)'),
  _update: ffi('bool mgos_shadow_update(double, char *)'),

  addHandler: function(handler) { Shadow._add(handler, null); },
  get: ffi('bool mgos_shadow_get()'),
  update: function(version, state) { Shadow._update(version, JSON.stringify(state)); }
};

let Twin = Shadow;
