// Watson: not simulated; the device is never connected.
let Watson = {
  EVENT_GRP: 0x49424d00,
  EV_CONNECT: 0x49424d00,
  EV_CLOSE: 0x49424d03,

  _send: ffi('bool mgos_watson_send_event_jsonp(struct mg_str *, struct mg_str *)'),

  isConnected: ffi('bool mgos_watson_is_connected()'),
  sendEventJSON: function(event, value) { return Watson._send(event, JSON.stringify(value)); }
};
