/** Keeps in the browser what the user has chosen and written, so that it survives a crash, a reload and an example. */

import { EXAMPLES } from "./examples.js";

const KEY = "mos-sim.firmware";
const ASIDE_KEY = "mos-sim.aside";
const PROFILE_KEY = "mos-sim.profile";

/** How many firmwares are kept aside. */
const ASIDE = 10;

/** @typedef {{name: string, text: string}} Source */

/** What the page opens with. */
export const EXAMPLE = Object.freeze({ name: EXAMPLES[0].name, text: EXAMPLES[0].text });

/** The generations of the library that a device can imitate (sim/profile.py). */
export const PROFILES = Object.freeze([
  { name: "documented", text: "As the API documentation promises." },
  { name: "mongoose-6.18", text: "As version 6.18 behaves, quirks included." },
  { name: "mongoose-6.7", text: "As version 6.7 of 2017 behaves, quirks included." },
]);

/** @returns {Source} */
export const loadSource = () => read(KEY, isSource) ?? EXAMPLE;

/** @param {Source} source */
export const keepSource = (source) => write(KEY, isSame(source, EXAMPLE) ? null : source);

/**
 * The user's own firmwares that an example or a file has taken the place of, newest first.
 *
 * @returns {readonly Source[]}
 */
export const loadAside = () => read(ASIDE_KEY, (list) => Array.isArray(list) && list.every(isSource)) ?? [];

/**
 * Put a source aside, unless it is an example, and take another one back from there.
 *
 * @param {readonly Source[]} aside
 * @param {Source} old
 * @param {Source} taken
 */
export function putAside(aside, old, taken) {
  const others = aside.filter((source) => !isSame(source, old) && !isSame(source, taken));
  const list = (titleOf(old) ? others : [{ name: old.name, text: old.text }, ...others]).slice(0, ASIDE);
  write(ASIDE_KEY, list.length ? list : null);
  return list;
}

/** @returns {string} */
export const loadProfile = () =>
  read(PROFILE_KEY, (name) => PROFILES.some((profile) => profile.name === name)) ?? PROFILES[0].name;

/** @param {string} name */
export const keepProfile = (name) => write(PROFILE_KEY, name === PROFILES[0].name ? null : name);

/** @param {Source} a @param {Source} b */
export const isSame = (a, b) => a.name === b.name && a.text === b.text;

/**
 * The title of the example that this is, empty if it is none.
 *
 * @param {Source} source
 */
export const titleOf = (source) => EXAMPLES.find((example) => isSame(example, source))?.title ?? "";

/** @param {any} value */
const isSource = (value) => typeof value?.name === "string" && typeof value?.text === "string";

/**
 * @param {string} key
 * @param {(value: any) => boolean} fits
 */
function read(key, fits) {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? "null");
    return fits(value) ? value : null;
  } catch {
    return null; // what is kept is no JSON, or the browser keeps nothing
  }
}

/** @param {string} key @param {unknown} value null: none */
function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // The browser keeps nothing: it is still in the page
  }
}
