// GPS: where the device is; false without satellites.
let GPS = {
  _read: ffi('char *mgos_get_location()'),

  getLocation: function() {
    let found = JSON.parse(GPS._read());
    return found.sp === 'nan' ? false : found;
  }
};
