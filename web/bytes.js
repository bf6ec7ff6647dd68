/** Reads the bytes of a message: as text, as header lines, as a hex dump. */

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
export function latin1Of(text) {
  let out = "";
  for (const byte of encoder.encode(text)) out += String.fromCharCode(byte);
  return out;
}

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

const ROW = 16;

/**
 * @typedef {{offset: string, hex: string, text: string}} HexRow
 */

/**
 * Dump bytes sixteen in a row, between two offsets.
 *
 * @param {string} data latin-1
 * @param {number} from
 * @param {number} to
 * @returns {HexRow[]}
 */
export function hexRows(data, from, to) {
  const rows = [];
  for (let at = from - (from % ROW); at < to; at += ROW) {
    let hex = "";
    let text = "";
    for (let i = at; i < at + ROW; i++) {
      const there = i >= from && i < to;
      const code = there ? data.charCodeAt(i) : 0;
      hex += (there ? code.toString(16).padStart(2, "0") : "  ") + (i % 8 === 7 ? "  " : " ");
      text += !there ? " " : code >= 0x20 && code < 0x7f ? data[i] : ".";
    }
    rows.push({ offset: at.toString(16).padStart(4, "0"), hex, text });
  }
  return rows;
}
