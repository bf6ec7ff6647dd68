// OneWire: 1-Wire buses. What a bus finds is written into the string that it is given.
let OneWire = {
  _create: ffi('void *mgos_arduino_onewire_create(int)'),
  _close: ffi('void mgos_arduino_onewire_close(void *)'),
  _reset: ffi('int mgos_arduino_onewire_reset(void *)'),
  _select: ffi('void mgos_arduino_onewire_select(void *, char *)'),
  _skip: ffi('void mgos_arduino_onewire_skip(void *)'),
  _write: ffi('void mgos_arduino_onewire_write(void *, int)'),
  _write_bytes: ffi('void mgos_arduino_onewire_write_bytes(void *, char *, int)'),
  _read: ffi('int mgos_arduino_onewire_read(void *)'),
  _read_bytes: ffi('void sim_onewire_read_bytes(void *, userdata, int)'),
  _target_search: ffi('void mgos_arduino_onewire_target_search(void *, int)'),
  _reset_search: ffi('void mgos_arduino_onewire_reset_search(void *)'),
  _search: ffi('int sim_onewire_search(void *, userdata, int)'),
  _crc8: ffi('int mgos_arduino_onewire_crc8(void *, char *, int)'),
  _delay: ffi('void mgos_msleep(int)'),

  create: function(pin) {
    let wire = Object.create(OneWire._proto);
    wire.ow = OneWire._create(pin);
    return wire;
  },

  _proto: {
    close: function() { OneWire._close(this.ow); },
    reset: function() { return OneWire._reset(this.ow); },
    select: function(rom) { OneWire._select(this.ow, rom); },
    skip: function() { OneWire._skip(this.ow); },
    write: function(byte) { OneWire._write(this.ow, byte); },
    write_bytes: function(data, length) { OneWire._write_bytes(this.ow, data, length); },
    read: function() { return OneWire._read(this.ow); },
    read_bytes: function(buffer, length) { OneWire._read_bytes(this.ow, buffer, length); },
    target_search: function(family) { OneWire._target_search(this.ow, family); },
    reset_search: function() { OneWire._reset_search(this.ow); },
    search: function(rom, mode) { return OneWire._search(this.ow, rom, mode); },
    crc8: function(data, length) { return OneWire._crc8(this.ow, data, length); },
    delay: function(ms) { OneWire._delay(ms); }
  }
};
