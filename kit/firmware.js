/** Reads the firmware that a test names: a file or a folder beside it, a text, or files by name. */

import { readFile, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";

/** @typedef {import("./playwright.js").Firmware} Firmware */
/** @typedef {{[name: string]: string | Uint8Array}} Files */

/** What is no firmware, wherever in a folder. */
const IGNORED = /^(\..*|__pycache__|node_modules|build)$/;

/**
 * @param {string | Firmware} firmware
 * @param {string} folder where its path begins
 * @returns {Promise<{files: Files, main: string | undefined}>}
 */
export async function readFirmware(firmware, folder) {
  const { path, source, files = {}, main } = typeof firmware === "string" ? { path: firmware } : firmware;
  if (path !== undefined && source !== undefined) throw new Error("firmware is either a path or a source; files may stand beside them");
  if (source !== undefined) {
    const name = main ?? "init.js";
    return { files: { ...files, [name]: source }, main: name };
  }
  if (path === undefined) return { files, main };
  const place = join(folder, path);
  const isFolder = (await stat(place)).isDirectory();
  const read = isFolder ? atRoot(await filesOf(place)) : { [basename(place)]: textOrBytes(await readFile(place)) };
  return { files: { ...read, ...files }, main: main ?? (isFolder ? undefined : basename(place)) };
}

/** @param {string} folder @param {string} [before] @returns {Promise<Files>} */
async function filesOf(folder, before = "") {
  /** @type {Files} */
  const files = {};
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (IGNORED.test(entry.name)) continue;
    const [path, name] = [join(folder, entry.name), before + entry.name];
    if (entry.isDirectory()) Object.assign(files, await filesOf(path, `${name}/`));
    else if (entry.isFile()) files[name] = textOrBytes(await readFile(path));
  }
  return files;
}

/** What is in a folder fs is the device's root, as the real build puts it there; hosts stay. @param {Files} files @returns {Files} */
function atRoot(files) {
  const names = Object.keys(files);
  if (!names.some((name) => name.startsWith("fs/"))) return files;
  const kept = names.filter((name) => !name.startsWith("fs/") && (!name.includes("/") || name.startsWith("hosts/")));
  const there = names.filter((name) => name.startsWith("fs/"));
  return Object.fromEntries([...kept.map((name) => [name, files[name]]), ...there.map((name) => [name.slice(3), files[name]])]);
}

/** @param {Uint8Array} bytes */
function textOrBytes(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}
