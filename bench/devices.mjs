// Runs bench/devices.py in Pyodide under Node; the argument is the number of idle devices.
import { pythonWith } from "./pyodide.mjs";

const python = await pythonWith("devices");
await python.runPythonAsync(`
import json
import devices
from js import process
from pyodide_js import _module

def spent_us():
    usage = process.cpuUsage()
    return usage.user + usage.system

print(json.dumps(devices.run(${Number(process.argv[2])}, lambda: _module.HEAPU8.length, spent_us)))
`);
