// Event: numbered events, in groups of 256. Handlers are function(ev, evdata, userdata).
let Event = {
  SYS: 1297044224,
  LOG: 1297044225,
  REBOOT: 1297044226,
  OTA_TIME_CHANGED: 1297044227,
  CLOUD_CONNECTED: 1297044228,
  CLOUD_DISCONNECTED: 1297044229,

  addHandler: ffi('bool mgos_event_add_handler(int, void (*)(int, void *, userdata), userdata)'),
  addGroupHandler: ffi('bool mgos_event_add_group_handler(int, void (*)(int, void *, userdata), userdata)'),
  on: function(ev, handler, userdata) {
    Event.addHandler(ev, handler, userdata);
    return Event;
  },
  trigger: ffi('int mgos_event_trigger(int, void *)'),
  regBase: ffi('bool mgos_event_register_base(int, char *)'),
  baseNumber: function(id) {
    if (id.length !== 3) { die('Base event id should have exactly 3 chars'); }
    return id.at(0) << 24 | id.at(1) << 16 | id.at(2) << 8;
  },
  evdataLogStr: ffi('char *sim_event_log_text(void *)')
};
