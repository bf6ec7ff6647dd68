// RPC service. Try POST /rpc/Sum with the body {"a": 2, "b": 3}, or call Counter.Add and RPC.List in the list of methods.
load('api_rpc.js');

let count = 0;

RPC.addHandler('Sum', function(args) {
  if (args === null || typeof(args.a) !== 'number' || typeof(args.b) !== 'number') {
    return {error: 400, message: 'a and b must be numbers'};
  }
  return {sum: args.a + args.b};
});

RPC.addHandler('Counter.Add', function(args) {
  count = count + (args !== null && typeof(args.by) === 'number' ? args.by : 1);
  return count;
});

RPC.call(RPC.LOCAL, 'Sum', {a: 20, b: 22}, function(result, code, message) {
  print('20 + 22 =', result.sum);
}, null);
