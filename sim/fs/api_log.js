// Log: lines of several levels; those above the level that is configured are dropped.
let Log = {
  ERROR: 0,
  WARN: 1,
  INFO: 2,
  DEBUG: 3,
  VERBOSE_DEBUG: 4,

  print: ffi('void mgos_log(int, char *)'),
  error: function(message) { Log.print(0, message); },
  warn: function(message) { Log.print(1, message); },
  info: function(message) { Log.print(2, message); },
  debug: function(message) { Log.print(3, message); },
  verboseDebug: function(message) { Log.print(4, message); }
};
