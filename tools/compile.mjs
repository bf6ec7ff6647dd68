/**
 * Compiles Python sources to .pyc files with the Python that the page runs, since no other makes files it can read.
 *
 * Usage: node tools/compile.mjs OUT.zip
 *        node tools/compile.mjs OUT.zip STDLIB.zip SOURCE...
 *
 * The first compiles the whole standard library that Pyodide ships; the second compiles packages and modules, by a
 * Python that runs on what the first made. Neither keeps assertions; the second keeps docstrings, without which each
 * dataclass would make one of its own. The files hold no time stamp to check (PEP 552), so the same sources make the
 * same archive.
 */

import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { loadPyodide } from "pyodide";

const COMPILE = `
import io, sys, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

LIB = f"/lib/python{sys.version_info.major}.{sys.version_info.minor}"

def stdlib():
    with zipfile.ZipFile(next(path for path in sys.path if path.endswith(".zip"))) as archive:
        return [(name, archive.read(name)) for name in archive.namelist() if not name.endswith("/")]

def compile_all(sources, folder, optimize):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(sources):
            if name.endswith(".py"):
                code = compile(data, f"{folder}/{name}", "exec", dont_inherit=True, optimize=optimize)
                name, data = name + "c", _code_to_hash_pyc(code, bytes(8), False)
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
`;

const [out, stdlib, ...paths] = process.argv.slice(2);
const python = await loadPyodide(stdlib ? { stdLibURL: resolve(stdlib) } : {});
try {
  python.runPython(COMPILE);
  const sources = python.toPy(paths.flatMap((path) => files(path, resolve(path, ".."))));
  python.globals.set("sources", sources);
  const made = python.runPython(
    stdlib ? 'compile_all(sources, f"{LIB}/site-packages", 1)' : "compile_all(stdlib(), LIB, 2)",
  );
  writeFileSync(out, made.toJs());
} catch (error) {
  console.error(String(error)); // the message alone: Node would print all of Pyodide's one-line source with it
  process.exitCode = 1;
}

/** @param {string} path @param {string} root @returns {[string, Uint8Array][]} */
function files(path, root) {
  if (statSync(path).isDirectory()) return readdirSync(path).flatMap((name) => files(join(path, name), root));
  return path.includes("__pycache__") ? [] : [[relative(root, path), new Uint8Array(readFileSync(path))]];
}
