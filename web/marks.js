/** Says which lines of a file to mark: where endpoints are registered, what sent the chosen message, what failed. */

import { plural } from "./format.js";
import { isText } from "./project.js";

/**
 * @typedef {"endpoint" | "sent" | "failed"} Kind
 * @typedef {{line: number, kinds: Kind[], label: string, title: string}} Mark
 * @typedef {{file: string, line: number}} Place
 */

/**
 * @param {string} name of the file
 * @param {(line: number) => number} now where a line of what runs is now, 0 if that is not known
 * @param {{endpoints: readonly import("./protocol.js").Endpoint[], sent: Place | null, failure: Place | null}} facts
 * @returns {Mark[]} by line
 */
export function marksOf(name, now, { endpoints, sent, failure }) {
  /** @type {Map<number, Mark>} */
  const marks = new Map();
  /** @param {number} line @param {Kind} kind @param {string} title */
  const mark = (line, kind, title) => {
    const at = now(line);
    if (!at) return;
    const there = marks.get(at) ?? { line: at, kinds: [], label: "", title: "" };
    marks.set(at, there);
    if (!there.kinds.includes(kind)) there.kinds.push(kind);
    there.title += (there.title ? "\n" : "") + title;
  };
  /** @type {Map<number, number>} */
  const hits = new Map();
  for (const endpoint of endpoints) {
    if (endpoint.file !== name) continue;
    mark(endpoint.line, "endpoint", `${endpoint.uri}: ${endpoint.hits ? plural(endpoint.hits, "hit") : "never hit"}`);
    hits.set(now(endpoint.line), (hits.get(now(endpoint.line)) ?? 0) + endpoint.hits);
  }
  if (sent?.file === name) mark(sent.line, "sent", "sent the chosen message");
  if (failure?.file === name) mark(failure.line, "failed", "failed here");
  for (const there of marks.values()) there.label = labelOf(there.kinds, hits.get(there.line) ?? 0);
  return [...marks.values()].sort((a, b) => a.line - b.line);
}

/** @param {Kind[]} kinds @param {number} hits */
function labelOf(kinds, hits) {
  if (kinds.includes("failed")) return "!";
  if (kinds.includes("sent")) return "▸";
  return hits > 999 ? "999+" : hits ? `${hits}×` : "○";
}

/**
 * Where the lines of what runs are in the file as it is now: the same before and behind what was changed, unknown within.
 *
 * @param {readonly import("./project.js").File[]} running
 * @param {import("./project.js").File | null} file as it is now
 * @returns {(line: number) => number} counted from 1; 0 if it is not known
 */
export function linesNow(running, file) {
  const old = running.find(({ name }) => name === file?.name);
  if (old === file) return (line) => line;
  if (!old || !file || !isText(old) || !isText(file)) return () => 0;
  const [before, after] = [old.text.split("\n"), file.text.split("\n")];
  const most = Math.min(before.length, after.length);
  let same = 0;
  while (same < most && before[same] === after[same]) same++;
  let end = 0;
  while (end < most - same && before.at(-1 - end) === after.at(-1 - end)) end++;
  return (line) => (line <= same ? line : line > before.length - end ? line + after.length - before.length : 0);
}

/**
 * The place that is written as `init.js:4`.
 *
 * @param {string | undefined} text
 * @returns {Place | null}
 */
export function placeOf(text) {
  const parts = /^(.+):(\d+)$/s.exec(text ?? "");
  return parts ? { file: parts[1] ?? "", line: Number(parts[2]) } : null;
}
