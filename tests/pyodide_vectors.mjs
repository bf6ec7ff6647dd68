// Plays the server cases of tests/vectors in Pyodide and prints what happened, a line of JSON for each.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadPyodide } from "pyodide";

const MODULES = ["rfc9112.py", "vector_case.py", "vector_compare.py", "vector_firmware.py", "vector_player.py"];
const root = join(import.meta.dirname, "..");
const python = await loadPyodide();

/** Copies a file, or what a folder holds of Python source and JSON, into Pyodide. */
function copy(/** @type {string} */ from, /** @type {string} */ to) {
  if (/\.(py|json)$/.test(from)) {
    python.FS.writeFile(to, readFileSync(from));
    return;
  }
  python.FS.mkdirTree(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const wanted = entry.isDirectory() ? entry.name !== "__pycache__" : /\.(py|json)$/.test(entry.name);
    if (wanted) copy(join(from, entry.name), `${to}/${entry.name}`);
  }
}

copy(join(root, "sim"), "/play/sim");
python.FS.mkdirTree("/play/tests");
for (const name of MODULES) copy(join(root, "tests", name), `/play/tests/${name}`);
copy(process.argv[2] ?? join(root, "tests", "vectors", "mongoose"), "/play/vectors");
await python.runPythonAsync(`
import json, sys
from pathlib import Path
sys.path.insert(0, "/play")
from tests.vector_case import load_cases
from tests.vector_compare import LIBRARY_PROFILES, everything
from tests.vector_player import play
for _, case in load_cases(Path("/play/vectors")):
    if case["kind"].endswith("-server"):
        for version, profile in LIBRARY_PROFILES.items():
            if version in case["observed"]:
                print(json.dumps([case["id"], version, everything(play(case, profile))]))
`);
