/** Turns what a user drops or opens, files, folders or zip archives, into the files of a device, and a project into a zip. */

import { MAIN_FILES, MAX_BYTES, MAX_FILES, bytesIn, faultOfFiles, faultOfName, fileOf } from "./project.js";

/** @typedef {import("./project.js").File} File */
/** @typedef {{path: string, bytes: Uint8Array}} Entry what a user has, below which path */

/** Files and folders that tools leave behind (sim/project.py). */
const IGNORED = Object.freeze(["__pycache__", "__MACOSX", "node_modules", "build"]);

/** The folder whose content the real build puts into the root of the device's file system. */
const FS = "fs/";

/**
 * The files of a device for those that a user has chosen; archives among them are unpacked.
 *
 * @param {readonly Entry[]} entries
 * @returns {Promise<File[]>} or throws a sentence
 */
export async function filesFrom(entries) {
  const [first] = entries;
  const unpacked = entries.length === 1 && first && isZip(first) ? await unzip(first) : entries;
  const files = deviceFiles(withoutTop(unpacked)).map(({ path, bytes }) => fileOf(path, bytes));
  files.sort((a, b) => rankOf(a) - rankOf(b));
  if (!files.length) throw new Error("There is no file in it.");
  const fault = faultOfFiles(files);
  if (fault) throw new Error(fault);
  return files;
}

/** What boots comes first. @param {File} file */
const rankOf = ({ name }) => MAIN_FILES.indexOf(name) & 0xff; // -1 becomes the last

/** @param {Entry} entry */
const isZip = ({ path, bytes }) =>
  path.toLowerCase().endsWith(".zip") || [0x50, 0x4b, 3, 4].every((byte, at) => bytes[at] === byte);

/** @param {string} path */
export const isIgnored = (path) => path.split("/").some((part) => part.startsWith(".") || IGNORED.includes(part));

/**
 * If there is a folder `fs`, its files go to the root, and of the rest only those beside it stay (sim/project.py).
 *
 * @param {readonly Entry[]} entries
 */
function deviceFiles(entries) {
  const kept = entries.filter(({ path }) => !isIgnored(path));
  if (!kept.some(({ path }) => path.startsWith(FS))) return kept;
  const root = new Map(kept.filter(({ path }) => !path.includes("/")).map((entry) => [entry.path, entry]));
  for (const { path, bytes } of kept) {
    const name = path.slice(FS.length);
    if (path.startsWith(FS)) root.set(name, { path: name, bytes });
  }
  return [...root.values()];
}

/**
 * Leave the one folder out that is around all of them, unless that is `fs`.
 *
 * @param {readonly Entry[]} entries
 */
function withoutTop(entries) {
  const tops = new Set(entries.map(({ path }) => (path.includes("/") ? path.slice(0, path.indexOf("/") + 1) : "")));
  const [top] = tops;
  if (tops.size !== 1 || !top || top === FS) return entries;
  return entries.map(({ path, bytes }) => ({ path: path.slice(top.length), bytes }));
}

/** @param {Entry} entry @returns {Promise<Entry[]>} or throws a sentence */
async function unzip({ bytes }) {
  const { unzipSync } = await import("fflate");
  /** @type {string[]} */
  const names = [];
  let size = 0;
  let refusal = "";
  const isWanted = (/** @type {import("fflate").UnzipFileInfo} */ { name, originalSize }) => {
    const leadsOut = name.split("/").some((part) => part === "." || part === "..");
    if (name.endsWith("/") || (isIgnored(name) && !leadsOut)) return false;
    const fault = faultOfName(name, []);
    if (fault) refusal ||= `The archive holds ${JSON.stringify(name.slice(0, 80))}: ${fault}`;
    if (names.includes(name)) refusal ||= `The archive holds two files with the name ${name}.`;
    names.push(name);
    size += originalSize;
    if (names.length > MAX_FILES) refusal ||= `The archive holds more than ${MAX_FILES} files.`;
    if (size > MAX_BYTES) refusal ||= `The archive holds more than ${MAX_BYTES / 2 ** 20} MiB.`;
    return !refusal;
  };
  let files;
  try {
    files = unzipSync(bytes, { filter: isWanted });
  } catch (error) {
    throw new Error(`It is no zip archive that can be read: ${/** @type {Error} */ (error).message}.`);
  }
  if (refusal) throw new Error(refusal);
  return Object.entries(files).map(([path, content]) => ({ path, bytes: content }));
}

/**
 * @param {readonly File[]} files
 * @returns {Promise<Uint8Array<ArrayBuffer>>} a zip archive
 */
export async function zip(files) {
  const { zipSync } = await import("fflate");
  const contents = Object.fromEntries(files.map((file) => [file.name, bytesIn(file)]));
  // The same project makes the same archive: no time of its own
  return new Uint8Array(zipSync(contents, { mtime: new Date(1980, 0, 1, 12) }));
}

/**
 * @param {Iterable<globalThis.File>} chosen from an input
 * @returns {Promise<Entry[]>}
 */
export async function entriesOf(chosen) {
  const files = [...chosen].filter(({ name, webkitRelativePath }) => !isIgnored(webkitRelativePath || name));
  checkSize(files);
  return Promise.all(files.map(async (file) => entryOf(file.webkitRelativePath || file.name, file)));
}

/**
 * @param {DataTransfer} dropped
 * @returns {Promise<Entry[]>}
 */
export async function entriesDropped(dropped) {
  // All at once: the list is gone when the event is over
  const items = [...dropped.items].filter(({ kind }) => kind === "file");
  const roots = items.map((item) => ({ root: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
  /** @type {{path: string, file: globalThis.File}[]} */
  const found = [];
  for (const { root, file } of roots) {
    if (root) await walk(root, "", found);
    else if (file) found.push({ path: file.name, file });
  }
  checkSize(found.map(({ file }) => file));
  return Promise.all(found.map(({ path, file }) => entryOf(path, file)));
}

/**
 * @param {FileSystemEntry} entry
 * @param {string} above
 * @param {{path: string, file: globalThis.File}[]} found is added to
 */
async function walk(entry, above, found) {
  const path = above + entry.name;
  if (isIgnored(entry.name)) return;
  if (found.length > MAX_FILES) throw new Error(`These are more than ${MAX_FILES} files.`);
  if (entry.isFile) {
    const opened = /** @type {FileSystemFileEntry} */ (entry);
    found.push({ path, file: await new Promise((resolve, reject) => opened.file(resolve, reject)) });
    return;
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const inner of some) await walk(inner, `${path}/`, found);
  }
}

/** @param {readonly globalThis.File[]} files */
function checkSize(files) {
  if (files.length > MAX_FILES) throw new Error(`These are more than ${MAX_FILES} files.`);
  if (files.reduce((sum, { size }) => sum + size, 0) > MAX_BYTES) {
    throw new Error(`These are more than ${MAX_BYTES / 2 ** 20} MiB.`);
  }
}

/** @param {string} path @param {globalThis.File} file */
const entryOf = async (path, file) => ({ path, bytes: new Uint8Array(await file.arrayBuffer()) });

/**
 * Let the browser save something under a name.
 *
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export function download(name, bytes) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
