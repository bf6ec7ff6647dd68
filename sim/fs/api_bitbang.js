// BitBang: bits as long and short pulses on a pin.
let BitBang = {
  DELAY_MSEC: 0,
  DELAY_USEC: 1,
  DELAY_100NSEC: 2,

  _send: ffi('void mgos_bitbang_write_bits_js(int, int, int, void *, int)'),

  write: function(pin, delay_unit, t0h, t0l, t1h, t1l, ptr, len) {
    BitBang._send(pin, delay_unit, (t0h << 24) | (t0l << 16) | (t1h << 8) | t1l, ptr, len);
  }
};
