// Math: functions of C.
let Math = {
  ceil: ffi('double ceil(double)'),
  floor: ffi('double floor(double)'),
  round: ffi('double round(double)'),
  abs: ffi('double fabs(double)'),
  sqrt: ffi('double sqrt(double)'),
  exp: ffi('double exp(double)'),
  log: ffi('double log(double)'),
  sin: ffi('double sin(double)'),
  cos: ffi('double cos(double)'),
  max: ffi('double fmax(double, double)'),
  min: ffi('double fmin(double, double)'),
  pow: ffi('double pow(double, double)'),
  random: ffi('double sim_random()'),
  rand: ffi('int rand()')
};
