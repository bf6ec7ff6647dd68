// Starts Pyodide under Node with sim, and with programs of this folder.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadPyodide } from "pyodide";

const HERE = import.meta.dirname;

/**
 * Promises Python, which finds sim and these programs.
 *
 * @param {...string} names of the programs, without ".py"
 */
export async function pythonWith(...names) {
  const python = await loadPyodide();
  copy(python, join(HERE, "..", "sim"), "/bench/sim");
  copy(python, join(HERE, "figure"), "/bench/figure");
  for (const name of names) copy(python, join(HERE, `${name}.py`), `/bench/${name}.py`);
  python.runPython('import sys; sys.path.insert(0, "/bench")');
  return python;
}

/** Copies a file, or a folder with its Python and mJS sources and its certificates, into Pyodide. */
export function copy(
  /** @type {import("pyodide").PyodideAPI} */ python,
  /** @type {string} */ from,
  /** @type {string} */ to,
) {
  if (statSync(from).isFile()) {
    python.FS.writeFile(to, readFileSync(from));
    return;
  }
  python.FS.mkdirTree(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const wanted = entry.isDirectory() ? entry.name !== "__pycache__" : /\.(py|js|pem)$/.test(entry.name);
    if (wanted) copy(python, join(from, entry.name), `${to}/${entry.name}`);
  }
}
