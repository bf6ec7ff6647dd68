// RPC: methods that others call, function(args, src, userdata), and calls of one's own.
let RPC = {
  LOCAL: 'RPC.LOCAL',

  _add: ffi('void *mgos_rpc_add_handler(char *, void (*)(void *, char *, char *, userdata), userdata)'),
  _reply: ffi('bool mgos_rpc_send_response(void *, char *)'),
  _fail: ffi('bool mg_rpc_send_errorf(void *, int, char *, char *)'),
  _call: ffi('bool mgos_rpc_call(char *, char *, char *, void (*)(char *, int, char *, userdata), userdata)'),

  addHandler: function(name, handler, userdata) {
    RPC._add(name, RPC._run, {handler: handler, userdata: userdata});
  },
  call: function(dst, name, args, callback, userdata) {
    let params = args === null ? '' : JSON.stringify(args);
    return RPC._call(dst, name, params, RPC._done, {callback: callback, userdata: userdata});
  },

  // A handler that fails ends here, and nothing is sent
  _run: function(request, params, src, method) {
    let result = method.handler(JSON.parse(params || 'null'), src, method.userdata);
    if (typeof(result) === 'undefined') { result = null; }
    if (typeof(result) === 'object' && typeof(result.error) === 'number') {
      RPC._fail(request, result.error, '%s', result.message || '');
    } else {
      RPC._reply(request, JSON.stringify(result));
    }
  },
  _done: function(result, code, message, asked) {
    ffi_cb_free(RPC._done, asked);
    if (asked.callback) { asked.callback(result ? JSON.parse(result) : null, code, message, asked.userdata); }
  }
};
