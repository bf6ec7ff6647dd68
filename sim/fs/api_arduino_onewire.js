// OneWire: 1-Wire buses. What a bus finds is written into the string that it is given. The first generation passes the
// bus as the first argument, the second has objects.
let OneWire = {
  init: ffi('void *mgos_arduino_onewire_create(int)'),
  close: ffi('void mgos_arduino_onewire_close(void *)'),
  reset: ffi('int mgos_arduino_onewire_reset(void *)'),
  select: ffi('void mgos_arduino_onewire_select(void *, char *)'),
  skip: ffi('void mgos_arduino_onewire_skip(void *)'),
  write: ffi('void mgos_arduino_onewire_write(void *, int)'),
  write_bytes: ffi('void mgos_arduino_onewire_write_bytes(void *, char *, int)'),
  read: ffi('int mgos_arduino_onewire_read(void *)'),
  read_bytes: ffi('void sim_onewire_read_bytes(void *, userdata, int)'),
  target_search: ffi('void mgos_arduino_onewire_target_search(void *, int)'),
  reset_search: ffi('void mgos_arduino_onewire_reset_search(void *)'),
  search: ffi('int sim_onewire_search(void *, userdata, int)'),
  targetSetup: ffi('void mgos_arduino_onewire_target_search(void *, int)'),
  searchClean: ffi('void mgos_arduino_onewire_reset_search(void *)'),
  next: ffi('int sim_onewire_search(void *, userdata, int)'),
  crc8: ffi('int mgos_arduino_onewire_crc8(void *, char *, int)'),
  delay: ffi('void mgos_msleep(int)'),

  create: function(pin) {
    let wire = Object.create(OneWire._proto);
    wire.ow = OneWire.init(pin);
    return wire;
  },

  _proto: {
    close: function() { OneWire.close(this.ow); },
    reset: function() { return OneWire.reset(this.ow); },
    select: function(rom) { OneWire.select(this.ow, rom); },
    skip: function() { OneWire.skip(this.ow); },
    write: function(byte) { OneWire.write(this.ow, byte); },
    write_bytes: function(data, length) { OneWire.write_bytes(this.ow, data, length); },
    read: function() { return OneWire.read(this.ow); },
    read_bytes: function(buffer, length) { OneWire.read_bytes(this.ow, buffer, length); },
    target_search: function(family) { OneWire.target_search(this.ow, family); },
    reset_search: function() { OneWire.reset_search(this.ow); },
    search: function(rom, mode) { return OneWire.search(this.ow, rom, mode); },
    crc8: function(data, length) { return OneWire.crc8(this.ow, data, length); },
    delay: function(ms) { OneWire.delay(ms); }
  }
};
