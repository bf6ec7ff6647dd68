// PWM: pulses on pins.
let PWM = {
  set: ffi('bool mgos_pwm_set(int, int, float)')
};
