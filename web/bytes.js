/** Reads the bytes of a message: as text, as header lines. */

const utf8 = new TextDecoder("utf-8");
const encoder = new TextEncoder();

/**
 * @param {string} latin1
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bytesOf(latin1) {
  const bytes = new Uint8Array(latin1.length);
  for (let i = 0; i < latin1.length; i++) bytes[i] = latin1.charCodeAt(i);
  return bytes;
}

/**
 * Write bytes as latin-1 text.
 *
 * @param {Uint8Array} bytes
 */
export function latin1OfBytes(bytes) {
  let out = "";
  const step = 8192; // as many arguments as any engine takes
  for (let at = 0; at < bytes.length; at += step) out += String.fromCharCode(...bytes.subarray(at, at + step));
  return out;
}

/**
 * Decode latin-1 text that holds UTF-8; what is no UTF-8 becomes U+FFFD.
 *
 * @param {string} latin1
 */
export const textOf = (latin1) => utf8.decode(bytesOf(latin1));

/** How much of something long is looked at. */
const LOOKED_AT = 4096;

/**
 * Tell whether something is no text: no UTF-8, or with control characters.
 *
 * @param {string} latin1
 */
export function isBinary(latin1) {
  const start = latin1.slice(0, LOOKED_AT);
  if (/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(start)) return true;
  try {
    // The beginning may end within a character
    new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(start), { stream: latin1.length > LOOKED_AT });
    return false;
  } catch {
    return true;
  }
}

/**
 * Encode a text as UTF-8, written as latin-1.
 *
 * @param {string} text
 */
export const latin1Of = (text) => latin1OfBytes(encoder.encode(text));

/**
 * @typedef {{start: string, headers: import("./protocol.js").Header[], body: string}} Parts
 */

/**
 * Split a message at the end of its head, as the device counted it.
 *
 * @param {string} data latin-1
 * @param {number} headSize
 * @returns {Parts} all latin-1
 */
export function partsOf(data, headSize) {
  const [start = "", ...lines] = data.slice(0, headSize).split(/\r?\n/);
  /** @type {import("./protocol.js").Header[]} */
  const headers = [];
  for (const line of lines) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    headers.push(colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  return { start, headers, body: data.slice(headSize) };
}

/**
 * The header fields in the head of a message, as text.
 *
 * @param {string} data latin-1
 * @param {number} headSize
 */
export const headersIn = (data, headSize) =>
  partsOf(data.slice(0, headSize), headSize).headers.map(
    ([name, value]) => /** @type {import("./protocol.js").Header} */ ([textOf(name), textOf(value)]),
  );
