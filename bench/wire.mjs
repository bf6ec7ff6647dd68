// Runs bench/wire.py in Pyodide under Node; the arguments are folders to look for its packages in.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { copy, pythonWith } from "./pyodide.mjs";

const PACKAGES = ["starlette", "httpx", "httpcore", "h11", "anyio", "idna", "certifi", "typing_extensions.py"];

const python = await pythonWith("wire");
for (const name of PACKAGES) {
  const folder = process.argv.slice(2).find((path) => existsSync(join(path, name)));
  if (!folder) throw new Error(`${name} is not installed`);
  copy(python, join(folder, name), `/bench/${name}`);
}
await python.runPythonAsync(`
import json
import wire
for line in [*await wire.measure("Pyodide"), *wire.flatness("Pyodide")]:
    print(json.dumps(line))
`);
