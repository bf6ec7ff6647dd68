// NeoPixel: strips of coloured lights.
let NeoPixel = {
  RGB: 0,
  GRB: 1,
  BGR: 2,

  _create: ffi('void *mgos_neopixel_create(int, int, int)'),
  _set: ffi('void mgos_neopixel_set(void *, int, int, int, int)'),
  _clear: ffi('void mgos_neopixel_clear(void *)'),
  _show: ffi('void mgos_neopixel_show(void *)'),

  create: function(pin, count, order) {
    let strip = Object.create(NeoPixel._proto);
    strip._i = NeoPixel._create(pin, count, order);
    return strip;
  },

  _proto: {
    setPixel: function(index, red, green, blue) { NeoPixel._set(this._i, index, red, green, blue); },
    clear: function() { NeoPixel._clear(this._i); },
    show: function() { NeoPixel._show(this._i); }
  }
};
