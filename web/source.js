/** Keeps the source of the firmware in the browser, so that it survives a crash or a reload. */

import hello from "../examples/hello.py";

const KEY = "mos-sim.firmware";

/** @typedef {{name: string, text: string}} Source */

/** What the page opens with. */
export const EXAMPLE = Object.freeze({ name: "init.py", text: hello });

/** @returns {Source} */
export function loadSource() {
  try {
    const { name, text } = JSON.parse(localStorage.getItem(KEY) ?? "");
    if (typeof name === "string" && typeof text === "string") return { name, text };
  } catch {
    // Nothing is kept, or the browser keeps nothing
  }
  return EXAMPLE;
}

/** @param {Source} source */
export function keepSource(source) {
  try {
    if (isExample(source)) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(source));
  } catch {
    // The browser keeps nothing: the text is still in the editor
  }
}

/** @param {Source} a @param {Source} b */
export const isSame = (a, b) => a.name === b.name && a.text === b.text;

/** @param {Source} source */
export const isExample = (source) => isSame(source, EXAMPLE);
