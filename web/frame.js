/** Puts the frames of a WebSocket into words (RFC 6455). */

import { bytesOf, textOf } from "./bytes.js";

export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;

/** @type {{[opcode: number]: string}} */
const NAMES = { 0: "continuation", [TEXT]: "text", [BINARY]: "binary", [CLOSE]: "close", [PING]: "ping", 10: "pong" };

/** @type {{[code: number]: string}} */
const CODES = {
  1000: "normal",
  1001: "going away",
  1002: "protocol error",
  1003: "unsupported data",
  1005: "no code",
  1006: "no close frame",
  1007: "invalid data",
  1008: "against a policy",
  1009: "too big",
  1010: "extension missing",
  1011: "internal error",
};

/** How many bytes of a frame are read for one line. */
const SHOWN = 400;

/** @param {number} opcode */
export const opcodeName = (opcode) => NAMES[opcode] ?? `opcode ${opcode}`;

/** @param {number} code */
export const codeText = (code) => (CODES[code] ? `${code} (${CODES[code]})` : String(code));

/**
 * Read the payload of a close frame; without one there is no code.
 *
 * @param {string} data latin-1
 */
export const closeOf = (data) =>
  data.length < 2
    ? { code: 0, reason: "" }
    : { code: data.charCodeAt(0) * 256 + data.charCodeAt(1), reason: textOf(data.slice(2)) };

/**
 * The beginning of a payload, as one reads it: text, the code of a close frame, or hex.
 *
 * @param {number} opcode
 * @param {string} data latin-1
 */
export function payloadText(opcode, data) {
  if (opcode === CLOSE) {
    const { code, reason } = closeOf(data);
    return code ? `${codeText(code)} ${reason}` : "";
  }
  const start = data.slice(0, SHOWN);
  const text = opcode === BINARY ? hexOf(start) : textOf(start);
  return data.length > SHOWN ? `${text}…` : text;
}

/** @param {string} data latin-1 */
export const hexOf = (data) => Array.from(bytesOf(data), (byte) => byte.toString(16).padStart(2, "0")).join(" ");

/**
 * Read bytes written in hex, with blanks wherever one likes; null if they are none.
 *
 * @param {string} hex
 */
export function latin1OfHex(hex) {
  const digits = hex.replace(/\s/g, "");
  if (digits.length % 2 || /[^0-9a-f]/i.test(digits)) return null;
  return (digits.match(/../g) ?? []).map((pair) => String.fromCharCode(parseInt(pair, 16))).join("");
}
