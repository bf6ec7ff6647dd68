/** Writes numbers as people read them. */

/**
 * @param {number} count
 * @param {string} noun
 */
export const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * A length of time, in the unit that suits it.
 *
 * @param {number} us
 */
export function duration(us) {
  if (us < 1000) return `${us} µs`;
  if (us < 1_000_000) return `${(us / 1000).toFixed(1)} ms`;
  return `${(us / 1_000_000).toFixed(2)} s`;
}

/**
 * A moment of virtual time, in seconds.
 *
 * @param {number} us
 */
export const moment = (us) => (us / 1_000_000).toFixed(3);

/**
 * The beginning of a text that may be long.
 *
 * @param {string} text
 * @param {number} most
 */
export const excerpt = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

/**
 * A failure in a sentence, without its place.
 *
 * @param {import("./protocol.js").Failure} failure
 */
export function sayFailure({ error, message, file, line }) {
  const text = message.replace(` (${file}, line ${line})`, ""); // as SyntaxError has it
  return text ? `${error}: ${text}` : error;
}

/**
 * The target of a request, whatever somebody has pasted: a path, with its host, or a whole URL.
 *
 * @param {string} text
 * @param {string} address of the device
 */
export function pathOf(text, address) {
  const path = text.trim().replace(/^(https?|wss?):\/\/[^/?#]*/i, "");
  const rest = address && path.startsWith(`${address}/`) ? path.slice(address.length) : path;
  return /^[/*]/.test(rest) ? rest : `/${rest}`;
}
