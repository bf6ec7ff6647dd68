// Runs bench/mjs.py in Pyodide under Node.
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
python.FS.writeFile("/bench/mjs.py", readFileSync(join(root, "bench", "mjs.py")));
await python.runPythonAsync(`
import json, sys
sys.path.insert(0, "/bench")
import mjs
for line in mjs.measure("Pyodide"):
    print(json.dumps(line))
`);
