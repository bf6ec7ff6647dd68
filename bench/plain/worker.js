/** Starts Pyodide as its documentation says, with the files as the npm package has them, and runs a line of Python. */

import { loadPyodide } from "./pyodide.mjs";

const python = await loadPyodide();
self.postMessage(python.runPython("6 * 7"));
