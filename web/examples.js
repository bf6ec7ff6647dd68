/** Offers the examples of the folder `examples`, as tools/examples.py has listed them. */

import { projectOf } from "./project.js";

/** @typedef {import("./project.js").Project} Project */

/** Their titles, with what they are about and what to try with them. The first is what the page opens with. */
export const INDEX = EXAMPLES;

/** What the page opens with: the documentation's example. */
export const EXAMPLE = Object.freeze(projectOf(HELLO, "", INDEX[0].title));

/** @type {Promise<{[title: string]: readonly import("./project.js").File[]}> | undefined} */
let loading;

/**
 * Load an example.
 *
 * @param {string} title
 * @returns {Promise<Project>} or throws a sentence
 */
export async function loadExample(title) {
  if (title === EXAMPLE.origin) return EXAMPLE;
  loading ??= load();
  try {
    return projectOf((await loading)[title] ?? [], "", title);
  } catch (error) {
    loading = undefined;
    throw new Error(`The examples could not be loaded: ${/** @type {Error} */ (error).message}.`);
  }
}

async function load() {
  const response = await fetch(new URL("examples.json", import.meta.url));
  if (!response.ok) throw new Error(`the server says ${response.status}`);
  return response.json();
}
