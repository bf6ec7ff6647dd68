// MQTT: messages to and from the broker of the configuration (mqtt.server).
let MQTT = {
  EV_CLOSE: 5,
  EV_CONNACK: 202,
  EV_PUBLISH: 203,
  EV_PUBACK: 204,
  EV_SUBACK: 209,
  EV_UNSUBACK: 211,

  _sub: ffi('void mgos_mqtt_sub(char *, void (*)(void *, void *, int, void *, int, userdata), userdata)'),
  _pub: ffi('int mgos_mqtt_pub(char *, void *, int, int, bool)'),
  _told: function(conn, topic, topicLen, message, messageLen, to) {
    to.handler(conn, mkstr(topic, topicLen), mkstr(message, messageLen), to.ud);
  },

  sub: function(topic, handler, ud) { MQTT._sub(topic, MQTT._told, {handler: handler, ud: ud}); },
  pub: function(topic, message, qos, retain) {
    return MQTT._pub(topic, message, message.length, qos || 0, retain || false);
  },
  isConnected: ffi('bool mgos_mqtt_global_is_connected()'),
  setEventHandler: ffi('void mgos_mqtt_add_global_handler(void (*)(void *, int, void *, userdata), userdata)')
};
