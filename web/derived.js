/** Gives the panels what is made of other things, and the very same again as long as those are: else each would draw anew. */

import { filesOf } from "./project.js";

/** How many problems each file has. */
export const countFaults = remembered((/** @type {readonly import("./protocol.js").Finding[]} */ findings) => {
  /** @type {Map<string, number>} */
  const faults = new Map();
  for (const { file } of findings) faults.set(file, (faults.get(file) ?? 0) + 1);
  return faults;
});

export const findingsOf = remembered(
  (/** @type {readonly import("./protocol.js").Finding[]} */ findings, /** @type {string | undefined} */ name) =>
    findings.filter(({ file }) => file === name),
);

/** The lines of the console that are about a device, and those about none. */
export const linesOf = remembered(
  (/** @type {readonly import("./model.js").ConsoleLine[]} */ lines, /** @type {string | undefined} */ name) =>
    name && lines.some(({ host }) => host && host !== name) ? lines.filter(({ host }) => !host || host === name) : lines,
);

export const targetsOf = remembered((/** @type {import("./protocol.js").Snapshot["endpoints"]} */ endpoints) =>
  endpoints.map(({ uri }) => uri),
);

/** Names of hosts, each once, of a text with one in each line. */
export const hostsOf = remembered((/** @type {string} */ names) => [...new Set(names.split("\n"))].filter(Boolean));

/** The texts of the files that run. */
export const textsOf = remembered(filesOf);

/** @type {readonly import("./marks.js").Mark[]} */
let marks = [];

/** @param {readonly import("./marks.js").Mark[]} now */
export function marksAsBefore(now) {
  if (JSON.stringify(now) !== JSON.stringify(marks)) marks = now;
  return marks;
}

/**
 * The function, which gives the same thing again as long as it is asked the same: a panel draws what it is given anew.
 *
 * @template {unknown[]} Arguments
 * @template Result
 * @param {(...args: Arguments) => Result} make
 * @returns {(...args: Arguments) => Result}
 */
function remembered(make) {
  /** @type {{args: Arguments, result: Result} | null} */
  let last = null;
  return (...args) => {
    if (last?.args.every((value, i) => value === args[i])) return last.result;
    last = { args, result: make(...args) };
    return last.result;
  };
}
