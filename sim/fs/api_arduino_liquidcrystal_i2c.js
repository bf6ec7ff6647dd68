// LiquidCrystalI2C: displays of a few lines of letters.
let LiquidCrystalI2C = {
  _create: ffi('void *mgos_liquidcrystal_i2c_create(int, int, int)'),
  _init: ffi('void mgos_liquidcrystal_i2c_init(void *)'),
  _backlight: ffi('void mgos_liquidcrystal_i2c_backlight(void *)'),
  _noBacklight: ffi('void mgos_liquidcrystal_i2c_noBacklight(void *)'),
  _clear: ffi('void mgos_liquidcrystal_i2c_clear(void *)'),
  _home: ffi('void mgos_liquidcrystal_i2c_home(void *)'),
  _noDisplay: ffi('void mgos_liquidcrystal_i2c_noDisplay(void *)'),
  _display: ffi('void mgos_liquidcrystal_i2c_display(void *)'),
  _noBlink: ffi('void mgos_liquidcrystal_i2c_noBlink(void *)'),
  _blink: ffi('void mgos_liquidcrystal_i2c_blink(void *)'),
  _noCursor: ffi('void mgos_liquidcrystal_i2c_noCursor(void *)'),
  _cursor: ffi('void mgos_liquidcrystal_i2c_cursor(void *)'),
  _scrollDisplayLeft: ffi('void mgos_liquidcrystal_i2c_scrollDisplayLeft(void *)'),
  _scrollDisplayRight: ffi('void mgos_liquidcrystal_i2c_scrollDisplayRight(void *)'),
  _leftToRight: ffi('void mgos_liquidcrystal_i2c_leftToRight(void *)'),
  _rightToLeft: ffi('void mgos_liquidcrystal_i2c_rightToLeft(void *)'),
  _autoscroll: ffi('void mgos_liquidcrystal_i2c_autoscroll(void *)'),
  _noAutoscroll: ffi('void mgos_liquidcrystal_i2c_noAutoscroll(void *)'),
  _close: ffi('void mgos_liquidcrystal_i2c_close(void *)'),
  _getAddr: ffi('int mgos_liquidcrystal_i2c_getAddr(void *)'),
  _setCursor: ffi('void mgos_liquidcrystal_i2c_setCursor(void *, int, int)'),
  _print: ffi('int mgos_liquidcrystal_i2c_print(void *, char *)'),
  _write: ffi('int mgos_liquidcrystal_i2c_write(void *, int)'),
  _command: ffi('void mgos_liquidcrystal_i2c_command(void *, int)'),

  create: function(address, cols, rows) {
    let display = Object.create(LiquidCrystalI2C._proto);
    display.lcd = LiquidCrystalI2C._create(address, cols, rows);
    return display;
  },

  _proto: {
    init: function() { LiquidCrystalI2C._init(this.lcd); },
    backlight: function() { LiquidCrystalI2C._backlight(this.lcd); },
    noBacklight: function() { LiquidCrystalI2C._noBacklight(this.lcd); },
    clear: function() { LiquidCrystalI2C._clear(this.lcd); },
    home: function() { LiquidCrystalI2C._home(this.lcd); },
    noDisplay: function() { LiquidCrystalI2C._noDisplay(this.lcd); },
    display: function() { LiquidCrystalI2C._display(this.lcd); },
    noBlink: function() { LiquidCrystalI2C._noBlink(this.lcd); },
    blink: function() { LiquidCrystalI2C._blink(this.lcd); },
    noCursor: function() { LiquidCrystalI2C._noCursor(this.lcd); },
    cursor: function() { LiquidCrystalI2C._cursor(this.lcd); },
    scrollDisplayLeft: function() { LiquidCrystalI2C._scrollDisplayLeft(this.lcd); },
    scrollDisplayRight: function() { LiquidCrystalI2C._scrollDisplayRight(this.lcd); },
    leftToRight: function() { LiquidCrystalI2C._leftToRight(this.lcd); },
    rightToLeft: function() { LiquidCrystalI2C._rightToLeft(this.lcd); },
    autoscroll: function() { LiquidCrystalI2C._autoscroll(this.lcd); },
    noAutoscroll: function() { LiquidCrystalI2C._noAutoscroll(this.lcd); },
    close: function() { LiquidCrystalI2C._close(this.lcd); },
    getAddr: function() { return LiquidCrystalI2C._getAddr(this.lcd); },
    setCursor: function(col, row) { LiquidCrystalI2C._setCursor(this.lcd, col, row); },
    print: function(text) { return LiquidCrystalI2C._print(this.lcd, text); },
    write: function(value) { return LiquidCrystalI2C._write(this.lcd, value); },
    command: function(value) { LiquidCrystalI2C._command(this.lcd, value); }
  }
};
