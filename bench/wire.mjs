// Runs bench/wire.py in Pyodide under Node; the arguments are folders to look for its packages in.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadPyodide } from "pyodide";

const PACKAGES = ["starlette", "httpx", "httpcore", "h11", "anyio", "idna", "certifi", "typing_extensions.py"];
const root = join(import.meta.dirname, "..");
const python = await loadPyodide();

/** Copies a file or folder of Python source into Pyodide. */
function copy(/** @type {string} */ from, /** @type {string} */ to) {
  if (from.endsWith(".py") || from.endsWith(".pem") || from.endsWith("py.typed")) {
    python.FS.writeFile(to, readFileSync(from));
    return;
  }
  python.FS.mkdirTree(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const wanted = entry.isDirectory() ? entry.name !== "__pycache__" : /\.(py|pem)$/.test(entry.name);
    if (wanted) copy(join(from, entry.name), `${to}/${entry.name}`);
  }
}

python.FS.mkdirTree("/bench");
copy(join(root, "sim"), "/bench/sim");
copy(join(root, "bench", "wire.py"), "/bench/wire.py");
for (const name of PACKAGES) {
  const folder = process.argv.slice(2).find((path) => existsSync(join(path, name)));
  if (!folder) throw new Error(`${name} is not installed`);
  copy(join(folder, name), `/bench/${name}`);
}
await python.runPythonAsync(`
import json, sys
sys.path.insert(0, "/bench")
import wire
for line in [*await wire.measure("Pyodide"), *wire.flatness("Pyodide")]:
    print(json.dumps(line))
`);
