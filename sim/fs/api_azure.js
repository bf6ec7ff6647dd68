// Azure: not simulated; the device is never connected.
let Azure = {
  EVENT_GRP: 0x415a5200,
  EV_CONNECT: 0x415a5200,
  EV_C2D: 0x415a5201,
  EV_DM: 0x415a5202,
  EV_CLOSE: 0x415a5203,

  isConnected: ffi('bool mgos_azure_is_connected()'),
  getC2DArg: function(evdata) { return null; },
  sendD2CMsg: ffi('bool mgos_azure_send_d2c_msgp(struct mg_str *, struct mg_str *)')
};
