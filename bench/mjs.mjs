// Runs bench/mjs.py in Pyodide under Node.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadPyodide } from "pyodide";

const root = join(import.meta.dirname, "..");
const python = await loadPyodide();

python.FS.mkdirTree("/bench/sim/mjs");
python.FS.writeFile("/bench/sim/__init__.py", "");
python.FS.writeFile("/bench/mjs.py", readFileSync(join(root, "bench", "mjs.py")));
for (const name of readdirSync(join(root, "sim", "mjs")).filter((name) => name.endsWith(".py"))) {
  python.FS.writeFile(`/bench/sim/mjs/${name}`, readFileSync(join(root, "sim", "mjs", name)));
}
await python.runPythonAsync(`
import json, sys
sys.path.insert(0, "/bench")
import mjs
for line in mjs.measure("Pyodide"):
    print(json.dumps(line))
`);
