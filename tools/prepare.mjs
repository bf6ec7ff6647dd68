/**
 * Makes the table of what Python would compile at each start (`web/stdlib_ready.py`), by starting it once from an image.
 *
 * Usage: node tools/prepare.mjs IMAGE.zip OUT
 */

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { loadPyodide } from "pyodide";

const PREPARE = `
import sim.bridge
sim.bridge.warm_up()

import marshal, re
from stdlib_ready import missed
from sim.mjs.source import prepare
from sim.script import API_FILES, api_file

def expression(pattern, flags):
    """Return what \`re._compiler.compile\` would give \`_sre.compile\` behind the pattern."""
    parsed = re._parser.parse(pattern, flags)
    names = parsed.state.groupdict
    numbers = {number: name for name, number in names.items()}
    groups = tuple(numbers.get(number) for number in range(parsed.state.groups))
    code = list(map(int, re._compiler._code(parsed, flags)))  # it has integers with names
    return int(flags | parsed.state.flags), code, parsed.state.groups - 1, names, groups

def made(kind, text, *flags):
    return expression(text, *flags) if kind == "compile" else compile(text, "<string>", kind, dont_inherit=True)

# A number of flags may be one with a name
wanted = [(kind, text, *map(int, flags)) for kind, text, *flags in missed if isinstance(text, (str, bytes))]
table = {key: made(*key) for key in dict.fromkeys(wanted)}
table["sources"] = dict(prepare(api_file(file).decode(), file) for file in API_FILES)
marshal.dumps(table)
`;

const [image, out] = process.argv.slice(2);
const python = await loadPyodide({ stdLibURL: resolve(image), env: { PYTHONHASHSEED: "0" } });
try {
  writeFileSync(out, python.runPython(PREPARE).toJs());
} catch (error) {
  console.error(String(error)); // the message alone: Node would print all of Pyodide's one-line source with it
  process.exitCode = 1;
}
