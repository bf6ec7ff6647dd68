// GCP: not simulated; the device is never connected.
let GCP = {
  isConnected: ffi('bool mgos_gcp_is_connected()'),
  sendEvent: ffi('bool mgos_gcp_send_eventp(struct mg_str *)')
};
