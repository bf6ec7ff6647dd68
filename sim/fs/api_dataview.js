// DataView: numbers of 1, 2 and 4 bytes in memory, the high byte first unless le is true. One that lies outside ends the script.
let DataView = {
  _get_uint: ffi('double mjs_mem_get_uint(void *, int, int)'),
  _get_int: ffi('double mjs_mem_get_int(void *, int, int)'),
  _set: ffi('void mjs_mem_set_uint(void *, int, int, int)'),

  _at: function(view, index, size) {
    if (view._len !== undefined && index + size > view._len) { die('Offset is outside of the bounds of the DataView'); }
    return view._buf + index;
  },

  create: function(buf, off, len) {
    let view = Object.create(DataView._proto);
    view._buf = off === undefined ? buf : buf + off;
    view._len = len;
    return view;
  },

  _proto: {
    getInt8: function(index) { return DataView._get_int(DataView._at(this, index, 1), 1, 0); },
    getUint8: function(index) { return DataView._get_uint(DataView._at(this, index, 1), 1, 0); },
    getInt16: function(index, le) { return DataView._get_int(DataView._at(this, index, 2), 2, le ? 0 : 1); },
    getUint16: function(index, le) { return DataView._get_uint(DataView._at(this, index, 2), 2, le ? 0 : 1); },
    getInt32: function(index, le) { return DataView._get_int(DataView._at(this, index, 4), 4, le ? 0 : 1); },
    getUint32: function(index, le) { return DataView._get_uint(DataView._at(this, index, 4), 4, le ? 0 : 1); },
    setInt8: function(index, value) { DataView._set(DataView._at(this, index, 1), value, 1, 0); },
    setUint8: function(index, value) { DataView._set(DataView._at(this, index, 1), value, 1, 0); },
    setInt16: function(index, value, le) { DataView._set(DataView._at(this, index, 2), value, 2, le ? 0 : 1); },
    setUint16: function(index, value, le) { DataView._set(DataView._at(this, index, 2), value, 2, le ? 0 : 1); },
    setInt32: function(index, value, le) { DataView._set(DataView._at(this, index, 4), value, 4, le ? 0 : 1); },
    setUint32: function(index, value, le) { DataView._set(DataView._at(this, index, 4), value, 4, le ? 0 : 1); }
  }
};
