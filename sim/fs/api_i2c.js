// I2C: devices with registers on a bus.
let I2C = {
  get: ffi('void *mgos_i2c_get_global()'),
  get_default: ffi('void *mgos_i2c_get_global()'),
  close: ffi('void mgos_i2c_close(void *)'),
  write: ffi('bool mgos_i2c_write(void *, int, char *, int, bool)'),
  read: ffi('char *sim_i2c_read(void *, int, int, bool)'),
  stop: ffi('void mgos_i2c_stop(void *)'),
  readRegB: ffi('int mgos_i2c_read_reg_b(void *, int, int)'),
  readRegW: ffi('int mgos_i2c_read_reg_w(void *, int, int)'),
  readRegN: ffi('char *sim_i2c_read_reg_n(void *, int, int, int)'),
  writeRegB: ffi('bool mgos_i2c_write_reg_b(void *, int, int, int)'),
  writeRegW: ffi('bool mgos_i2c_write_reg_w(void *, int, int, int)'),
  writeRegN: ffi('int mgos_i2c_write_reg_n(void *, int, int, int, char *)')
};
