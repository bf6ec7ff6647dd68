// AWS: not simulated; the device is never connected.
let AWS = {
  isConnected: ffi('bool mgos_aws_is_connected()'),

  Shadow: {
    CONNECTED: 0,
    GET_ACCEPTED: 1,
    GET_REJECTED: 2,
    UPDATE_ACCEPTED: 3,
    UPDATE_REJECTED: 4,
    UPDATE_DELTA: 5,

    _update: ffi('int mgos_aws_shadow_update_simple(double, char *)'),

    setStateHandler: ffi('void sim_aws_shadow_set_state_handler(void (*)(userdata, int, void *, void *), userdata)'),
    get: ffi('bool mgos_aws_shadow_get()'),
    getVersion: ffi('double mgos_aws_shadow_get_last_state_version()'),
    update: function(version, state) { return AWS.Shadow._update(version, JSON.stringify(state)) === 1; },
    eventName: ffi('char *mgos_aws_shadow_event_name(int)')
  }
};
