// Names that programs for browsers and Node use.
load('api_timer.js');

let console = {log: print, error: print};
let module = {exports: null, _cache: {}};

function require(name) {
  let file = name.slice(-3) === '.js' ? name : name + '.js';
  if (module._cache[file] === undefined) {
    load(file);
    module._cache[file] = module.exports;
    module.exports = null;
  }
  return module._cache[file];
}

function setTimeout(handler, ms) { return Timer.set(ms, 0, handler, null); }
function setInterval(handler, ms) { return Timer.set(ms, Timer.REPEAT, handler, null); }
function clearTimeout(id) { Timer.del(id); }
function clearInterval(id) { Timer.del(id); }
