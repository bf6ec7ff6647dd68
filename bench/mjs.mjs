// Runs bench/mjs.py in Pyodide under Node.
import { pythonWith } from "./pyodide.mjs";

const python = await pythonWith("mjs");
await python.runPythonAsync(`
import json
import mjs
for line in mjs.measure("Pyodide"):
    print(json.dumps(line))
`);
