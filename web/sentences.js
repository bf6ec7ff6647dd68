/** Makes sentences of what Python says, for people to read: of each line one. */

/** @param {string} text */
export const sentences = (text) =>
  text.split("\n").map((line) => `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.!?]$/.test(line) ? "" : "."}`).join(" ");
