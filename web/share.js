/** Puts a whole project into a link, and takes it out again: the fragment `#p=` holds it, compressed. */

import { bytesOf, latin1OfBytes } from "./bytes.js";
import { faultOfFiles, filesOf, languageOf, projectOf } from "./project.js";
import { BUNDLE } from "./mode.js";
import { PROFILES } from "./source.js";

/** @typedef {import("./project.js").File} File */

/**
 * A project with how it is booted, as links, files and messages of other pages hold it. Empty `main`: as devices choose.
 *
 * @typedef {{files: readonly File[], main: string, profile: string, seed: number}} Bundle
 */

const VERSION = 1;

/** How long the part of a link may be that holds a project: what is longer gets lost in mails and chats. */
export const LONGEST = 30_000;

/** How much a link may hold when it is unpacked. */
const MOST_BYTES = 4_000_000;

/** What cannot be opened; the text is a sentence. */
export class ShareError extends Error {}

/**
 * What a bundle is as JSON: files are text, those of bytes latin-1 text under `binary`.
 *
 * @param {Bundle} bundle
 */
export function bundleText({ files, main, profile, seed }) {
  const { files: texts, binary } = filesOf(files);
  const some = Object.keys(binary).length ? { binary } : {};
  return JSON.stringify({ mos: VERSION, ...(main ? { main } : {}), profile, seed, files: texts, ...some });
}

/**
 * The fragment of a link that holds a project.
 *
 * @param {Bundle} bundle
 * @returns {Promise<string>}
 */
export async function makeFragment(bundle) {
  const packed = new Blob([bundleText(bundle)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const letters = latin1OfBytes(new Uint8Array(await new Response(packed).arrayBuffer()));
  return BUNDLE + btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Take the project out of a fragment.
 *
 * @param {string} fragment
 * @returns {Promise<Bundle>} or throws a `ShareError`
 */
export async function readFragment(fragment) {
  return readBundle(await unpack(fragment.slice(BUNDLE.length)), "This link");
}

/**
 * The text that a link holds.
 *
 * @param {string} packed compressed, and written in base64url
 * @returns {Promise<string>} or throws a `ShareError`
 */
export async function unpack(packed) {
  try {
    const bytes = bytesOf(atob(packed.replaceAll("-", "+").replaceAll("_", "/")));
    return await unpacked(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")));
  } catch (error) {
    if (error instanceof ShareError) throw error;
    throw new ShareError("This link is damaged: a part of it is missing or was changed.");
  }
}

/**
 * Read no more than a link may hold, however small it was packed.
 *
 * @param {ReadableStream<Uint8Array>} stream
 */
async function unpacked(stream) {
  const reader = stream.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > MOST_BYTES) {
      await reader.cancel();
      throw new ShareError(`This link holds more than ${MOST_BYTES / 1_000_000} MB, which is too much.`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * Read a project that somebody else has written.
 *
 * @param {string} text JSON
 * @param {string} what it is called in sentences
 * @returns {Bundle} or throws a `ShareError`
 */
export function readBundle(text, what) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ShareError(`${what} holds no project.`);
  }
  if (typeof value?.mos === "number" && value.mos > VERSION) {
    throw new ShareError(`${what} was made by a later version of mos-sim.`);
  }
  return checkedBundle(value, what);
}

/**
 * Make sure of a project that somebody else has made.
 *
 * @param {any} value
 * @param {string} what it is called in sentences
 * @returns {Bundle} or throws a `ShareError`
 */
export function checkedBundle(value, what) {
  const { files: texts, binary = {}, main = "", profile = PROFILES[0].name, seed = 0 } = value ?? {};
  if (!holdsTexts(texts) || !holdsTexts(binary)) throw new ShareError(`${what} holds no project.`);
  const files = [
    ...Object.entries(texts).map(([name, text]) => ({ name, text })),
    ...Object.entries(binary).map(([name, data]) => ({ name, data })),
  ];
  if (!files.length) throw new ShareError(`${what} holds no files.`);
  if (files.some((file) => "data" in file && /[^\x00-\xff]/.test(file.data))) {
    throw new ShareError(`${what} holds a file whose bytes are none.`);
  }
  const fault = faultOfFiles(files);
  if (fault) throw new ShareError(`${what} cannot be opened. ${fault}`);
  if (main !== "" && !files.some(({ name }) => name === main && languageOf(name))) {
    throw new ShareError(`${what} names a program to boot that it does not hold.`);
  }
  if (!PROFILES.some(({ name }) => name === profile)) throw new ShareError(`${what} wants a library that is not known here.`);
  if (!Number.isSafeInteger(seed)) throw new ShareError(`${what} has a seed that is no whole number.`);
  return { files, main, profile, seed };
}

/**
 * Make sure of a project that a program gives.
 *
 * @param {import("./types/api.js").Files} files
 * @param {import("./types/api.js").RunOptions} options
 * @returns {Bundle} or throws a `ShareError`
 */
export function givenBundle(files, { main, seed, profile }) {
  const named = typeof files === "string" ? { [main ?? "init.js"]: files } : files;
  const isBytes = (/** @type {unknown} */ data) => data instanceof Uint8Array;
  const entries = Object.entries(named ?? {});
  const binary = entries.flatMap(([name, data]) => (isBytes(data) ? [[name, latin1OfBytes(/** @type {Uint8Array} */ (data))]] : []));
  const texts = entries.filter(([, data]) => !isBytes(data));
  return checkedBundle({ files: Object.fromEntries(texts), binary: Object.fromEntries(binary), main, seed, profile }, "The project");
}

/** @param {any} value @returns {value is {[name: string]: string}} */
const holdsTexts = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every((text) => typeof text === "string");

/**
 * Put a project into the editor, and have the next boot do as it says.
 *
 * @param {import("./control.js").Control} control
 * @param {Bundle} bundle
 */
export function openBundle(control, { files, main, profile, seed }) {
  control.replace(projectOf(files, main));
  Object.assign(control, { main, seed });
  // What somebody else wants is not the user's own choice, so it is not kept
  control.set({ profile });
}

/**
 * What is in the editor, as it would boot.
 *
 * @param {import("./control.js").Control} control
 * @returns {Bundle}
 */
export function bundleOf({ project, profile, seed, main }) {
  const { files } = project;
  return { files, main: files.some(({ name }) => name === main) ? main : "", profile, seed };
}
