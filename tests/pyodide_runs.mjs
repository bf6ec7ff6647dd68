// Plays runs in Pyodide and prints what came of each, a line of JSON. The arguments are their files.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadPyodide } from "pyodide";

const root = join(import.meta.dirname, "..");
const python = await loadPyodide();

/** Copies what a folder holds of sources into Pyodide. */
function copy(/** @type {string} */ from, /** @type {string} */ to) {
  python.FS.mkdirTree(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [here, there] = [join(from, entry.name), `${to}/${entry.name}`];
    if (entry.isDirectory()) {
      if (!["__pycache__", "site"].includes(entry.name)) copy(here, there);
    } else if (/\.(py|js)$/.test(entry.name)) python.FS.writeFile(there, readFileSync(here));
  }
}

copy(join(root, "sim"), "/play/sim");
const replay = python.runPython(`
import json, sys
sys.path.insert(0, "/play")
from sim.replay import replay
lambda text: json.dumps(replay(text).to_json())
`);
for (const path of process.argv.slice(2)) console.log(replay(readFileSync(path, "utf-8")));
