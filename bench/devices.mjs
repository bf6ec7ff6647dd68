// Runs bench/devices.py in Pyodide under Node; the argument is the number of idle devices.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadPyodide } from "pyodide";

const root = join(import.meta.dirname, "..");
const python = await loadPyodide();

/** Copies a folder of Python and mJS source into Pyodide. */
function copy(/** @type {string} */ from, /** @type {string} */ to) {
  python.FS.mkdirTree(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== "__pycache__") {
      copy(join(from, entry.name), `${to}/${entry.name}`);
    } else if (/\.(py|js)$/.test(entry.name)) {
      python.FS.writeFile(`${to}/${entry.name}`, readFileSync(join(from, entry.name)));
    }
  }
}

copy(join(root, "sim"), "/bench/sim");
python.FS.writeFile("/bench/devices.py", readFileSync(join(root, "bench", "devices.py")));
await python.runPythonAsync(`
import json, sys
sys.path.insert(0, "/bench")
import devices
from js import process
from pyodide_js import _module

def spent_us():
    usage = process.cpuUsage()
    return usage.user + usage.system

print(json.dumps(devices.run(${Number(process.argv[2])}, lambda: _module.HEAPU8.length, spent_us)))
`);
