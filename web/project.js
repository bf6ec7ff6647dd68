/** Says what a project is, the files of a device and which of them is looked at; it is replaced, never changed. */

import { bytesOf, latin1OfBytes } from "./bytes.js";
import { plural } from "./format.js";

/**
 * A file holds either text or bytes, which are latin-1 text.
 *
 * @typedef {{name: string, text: string}} TextFile
 * @typedef {{name: string, data: string}} BinaryFile
 * @typedef {TextFile | BinaryFile} File
 * @typedef {{files: readonly File[], open: string, origin: string, edited: boolean}} Project `open` is the file that is
 *   looked at, `origin` the example that it began as (empty: none), `edited` whether it has been changed since
 */

/** Both are run, one after the other, when a device has any of them (sim/device.py). */
export const SCRIPTS = Object.freeze(["init.js", "app.js"]);

/** What a device boots if it is not told. */
export const MAIN_FILES = Object.freeze([...SCRIPTS, "init.py"]);

/** How many files a project may have, and how many bytes (sim/project.py). */
export const MAX_FILES = 2000;
export const MAX_BYTES = 64 * 2 ** 20;

const LONGEST = 120;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** @param {File} file @returns {file is TextFile} */
export const isText = (file) => "text" in file;

/** @param {string} name @returns {"js" | "py" | ""} */
export const languageOf = (name) => (name.endsWith(".js") ? "js" : name.endsWith(".py") ? "py" : "");

/**
 * A file of these bytes: text if it is UTF-8 without control characters.
 *
 * @param {string} name
 * @param {Uint8Array} bytes
 * @returns {File}
 */
export function fileOf(name, bytes) {
  try {
    const text = utf8.decode(bytes);
    if (!/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text)) return { name, text };
  } catch {
    // It is no text, then
  }
  return { name, data: latin1OfBytes(bytes) };
}

/** @param {File} file */
export const bytesIn = (file) => (isText(file) ? encoder.encode(file.text) : bytesOf(file.data));

/** @param {File} file */
const contentOf = (file) => (isText(file) ? file.text : file.data);

/**
 * @param {readonly File[]} files
 * @param {string} open the file to look at; by default the one that boots
 * @param {string} origin
 * @returns {Project}
 */
export function projectOf(files, open = "", origin = "") {
  const there = files.some(({ name }) => name === open);
  const main = MAIN_FILES.find((name) => files.some((file) => file.name === name)) ?? files[0]?.name ?? "";
  return { files, open: there ? open : main, origin, edited: false };
}

/** @param {Project} project */
export const openFile = ({ files, open }) => files.find(({ name }) => name === open) ?? null;

/** Whether the user has written any of it. @param {Project} project */
export const isOwn = ({ origin, edited }) => edited || !origin;

/**
 * @param {readonly File[]} a
 * @param {readonly File[]} b
 */
export function isSame(a, b) {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  const others = new Map(b.map((file) => [file.name, file]));
  return a.every((file) => {
    const other = others.get(file.name);
    return other === file || (other && isText(file) === isText(other) && contentOf(file) === contentOf(other));
  });
}

/**
 * The project with these files added, or put in the place of those with the same names.
 *
 * @param {Project} project
 * @param {readonly File[]} more
 * @param {string} open
 * @returns {Project}
 */
export function withFiles(project, more, open = project.open) {
  const fresh = new Map(more.map((file) => [file.name, file]));
  const kept = project.files.map((file) => {
    const other = fresh.get(file.name);
    fresh.delete(file.name);
    return other ?? file;
  });
  return { ...project, files: [...kept, ...fresh.values()], open, edited: true };
}

/**
 * @param {Project} project
 * @param {string} name
 * @returns {Project}
 */
export function withoutFile(project, name) {
  const at = project.files.findIndex((file) => file.name === name);
  const files = project.files.filter((file) => file.name !== name);
  const next = files[Math.min(at, files.length - 1)]?.name ?? "";
  return { ...project, files, open: project.open === name ? next : project.open, edited: true };
}

/**
 * @param {Project} project
 * @param {string} old
 * @param {string} name
 * @returns {Project}
 */
export function withName(project, old, name) {
  const files = project.files.map((file) => (file.name === old ? { ...file, name } : file));
  return { ...project, files, open: project.open === old ? name : project.open, edited: true };
}

/**
 * Say why a file cannot have a name; empty if it can.
 *
 * @param {string} name
 * @param {readonly File[]} files those that are there
 */
export function faultOfName(name, files) {
  if (!name) return "A file needs a name.";
  if (name === "__proto__") return "__proto__ cannot be a name.";
  if (name.length > LONGEST) return `A name may have ${LONGEST} characters, and this has ${name.length}.`;
  if (/[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}\\]/u.test(name)) {
    return "A name may hold no backslash, and no characters that cannot be seen.";
  }
  const parts = name.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".." || part !== part.trim())) {
    return "A name is made of parts with / between them; none of them is empty, . or .., or begins or ends with a space.";
  }
  return files.some((file) => file.name === name) ? `There is a file ${name} already.` : "";
}

/**
 * Say why these files cannot be a project; empty if they can.
 *
 * @param {readonly File[]} files
 */
export function faultOfFiles(files) {
  if (files.length > MAX_FILES) return `These are more than ${MAX_FILES} files.`;
  const names = new Set();
  let bytes = 0;
  for (const file of files) {
    const fault = faultOfName(file.name, []);
    if (fault) return `${JSON.stringify(file.name.slice(0, LONGEST))}: ${fault}`;
    if (names.has(file.name)) return `Two files have the name ${file.name}.`;
    names.add(file.name);
    bytes += contentOf(file).length;
  }
  return bytes > MAX_BYTES ? `These are more than ${MAX_BYTES / 2 ** 20} MiB.` : "";
}

/**
 * What a device with these files runs, in this order; empty if it cannot know.
 *
 * @param {readonly File[]} files
 * @returns {string[]}
 */
export function bootOrder(files) {
  const programs = programsOf(files);
  const scripts = SCRIPTS.filter((name) => programs.includes(name));
  if (scripts.length) return scripts;
  if (programs.includes("init.py")) return ["init.py"];
  return programs.length === 1 ? programs : [];
}

/** The programs of the device itself: those of other hosts are in a folder (sim/neighbours.py). @param {readonly File[]} files */
const programsOf = (files) =>
  files.map(({ name }) => name).filter((name) => languageOf(name) && !name.startsWith("hosts/"));

/** @param {readonly File[]} files */
export function sayBoot(files) {
  const order = bootOrder(files);
  if (order.length) return `boots ${order.join(", then ")}`;
  return programsOf(files).length ? "which file boots? name one init.js" : "nothing to boot";
}

/** How the worker is given them. @param {readonly File[]} files */
export function filesOf(files) {
  return {
    // Half a pair of surrogates is no character, and no bytes
    files: Object.fromEntries(files.filter(isText).map(({ name, text }) => [name, text.replace(/\p{Cs}/gu, "\ufffd")])),
    binary: Object.fromEntries(files.flatMap((file) => (isText(file) ? [] : [[file.name, file.data]]))),
  };
}

/**
 * A project in a few words.
 *
 * @param {Project} project
 */
export function summaryOf({ files }) {
  const [first] = files;
  if (files.length !== 1 || !first || !isText(first)) {
    return `${plural(files.length, "file")}: ${files.map(({ name }) => name).join(", ")}`;
  }
  const lines = first.text.split("\n");
  const line = (lines.find((text) => text.trim()) ?? "").trim();
  return `${first.name}, ${plural(lines.length, "line")}: ${line}`;
}
