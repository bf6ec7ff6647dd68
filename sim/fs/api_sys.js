// Sys: memory, uptime, sleep and restart of the device.
let Sys = {
  _reboot: ffi('void mgos_system_restart_after(int)'),

  total_ram: ffi('int mgos_get_heap_size()'),
  free_ram: ffi('int mgos_get_free_heap_size()'),
  uptime: ffi('double mgos_uptime()'),
  usleep: ffi('void mgos_usleep(int)'),
  reboot: function(delay) { Sys._reboot(delay || 0); },
  malloc: ffi('void *malloc(int)'),
  free: ffi('void free(void *)'),
  peek: ffi('int mgos_peek(void *, int)'),
  wdt_feed: ffi('void mgos_wdt_feed()')
};
