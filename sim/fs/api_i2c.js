// I2C: devices with registers on a bus. The first generation goes byte by byte: start, write(bus, data), read(bus, ack).
let I2C = {
  ACK: 0,
  NAK: 1,
  ERR: 2,
  NONE: 3,
  WRITE: 0,
  READ: 1,

  _write: ffi('bool mgos_i2c_write(void *, int, char *, int, bool)'),
  _read: ffi('char *sim_i2c_read(void *, int, int, bool)'),
  _send_bytes: ffi('int mgos_i2c_send_bytes(void *, char *, int)'),
  _read_byte: ffi('int mgos_i2c_read_byte(void *, int)'),

  get: ffi('void *mgos_i2c_get_global()'),
  get_default: ffi('void *mgos_i2c_get_global()'),
  close: ffi('void mgos_i2c_close(void *)'),
  start: ffi('int mgos_i2c_start(void *, int, int)'),
  ack: ffi('void mgos_i2c_send_ack(void *, int)'),
  write: function(bus, address, data, length, stop) {
    if (typeof address === 'string') { return I2C._send_bytes(bus, address, address.length); }
    return I2C._write(bus, address, data, length, stop);
  },
  read: function(bus, address, length, stop) {
    if (length === undefined) { return I2C._read_byte(bus, address); }
    return I2C._read(bus, address, length, stop);
  },
  stop: ffi('void mgos_i2c_stop(void *)'),
  readRegB: ffi('int mgos_i2c_read_reg_b(void *, int, int)'),
  readRegW: ffi('int mgos_i2c_read_reg_w(void *, int, int)'),
  readRegN: ffi('char *sim_i2c_read_reg_n(void *, int, int, int)'),
  writeRegB: ffi('bool mgos_i2c_write_reg_b(void *, int, int, int)'),
  writeRegW: ffi('bool mgos_i2c_write_reg_w(void *, int, int, int)'),
  writeRegN: ffi('int mgos_i2c_write_reg_n(void *, int, int, int, char *)')
};
