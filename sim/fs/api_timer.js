// Timer: calls after some time, once or again and again, and the time of day. Handlers are function(userdata).
let Timer = {
  REPEAT: 1,
  RUN_NOW: 2,

  _fmt: ffi('char *sim_strftime(char *, double)'),
  _f: ffi('int sim_strftime_into(userdata, int, char *, int)'),

  set: ffi('int mgos_set_timer(int, int, void (*)(userdata), userdata)'),
  del: ffi('void mgos_clear_timer(int)'),
  now: ffi('double mg_time()'),
  fmt: function(format, time) { return Timer._fmt(format || '', time); }
};
