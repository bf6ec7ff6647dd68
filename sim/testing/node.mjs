// Runs the simulation of tests in Pyodide: answers each line of standard input with one of standard output.
// The arguments are the folder of the package `sim` and the one in whose node_modules Pyodide is.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [source, folder] = process.argv.slice(2);
const found = createRequire(join(folder, "package.json")).resolve("pyodide/pyodide.mjs");
const { loadPyodide } = await import(pathToFileURL(found).href);
const python = await loadPyodide({ stdout: console.error });

const site = join(source, "site"); // what the package carries of the page

function copy(from, to) {
  if (from === site) return;
  python.FS.mkdirTree(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.name === "__pycache__") continue;
    const [here, there] = [join(from, entry.name), `${to}/${entry.name}`];
    if (entry.isDirectory()) copy(here, there);
    else if (/\.(py|js)$/.test(entry.name)) python.FS.writeFile(there, readFileSync(here));
  }
}

copy(source, "/kit/sim");
const handle = python.runPython(`
import sys
sys.path.insert(0, "/kit")
from sim.testing.wire import Server
Server().handle
`);
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${handle(line)}\n`);
