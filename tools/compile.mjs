/**
 * Compiles Python sources to .pyc files with the Python that the page runs, since no other makes files it can read.
 *
 * Usage: node tools/compile.mjs stdlib OUT.zip
 *        node tools/compile.mjs package FOLDER OUT.zip STDLIB.zip
 *
 * `stdlib` compiles the whole standard library that Pyodide ships, without docstrings and assertions; `package`
 * compiles one package with both. The files hold no time stamp to check (PEP 552), so the same sources make the same
 * archive.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { loadPyodide } from "pyodide";

const COMPILE = `
import io, marshal, os, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

def sources(root):
    if os.path.isfile(root):
        with zipfile.ZipFile(root) as archive:
            for name in archive.namelist():
                if not name.endswith("/"):
                    yield name, archive.read(name)
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                yield os.path.relpath(path, os.path.dirname(root)), file.read()

def compile_all(root, prefix, optimize):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(sources(root)):
            if "__pycache__" in name:
                continue
            if name.endswith(".py"):
                code = compile(data, f"{prefix}/{name}", "exec", dont_inherit=True, optimize=optimize)
                name, data = name + "c", bytes(_code_to_hash_pyc(code, b"\\0" * 8, False))
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
`;

const [kind, ...paths] = process.argv.slice(2);
const [folder, out, stdlib] = kind === "package" ? paths : [undefined, ...paths];
const python = await loadPyodide(stdlib ? { stdLibURL: resolve(stdlib) } : {});
python.runPython(COMPILE);
const compileAll = python.globals.get("compile_all");
const lib = python.runPython("import os; os.path.dirname(os.__file__)");

let made;
if (folder) {
  const root = `/build/${basename(folder)}`;
  python.FS.mkdirTree(root);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: resolve(folder) }, root);
  made = compileAll(root, "/lib/python3.14/site-packages", 0);
} else {
  made = compileAll(lib, `${lib}`, 2);
}
writeFileSync(out, made.toJs());
