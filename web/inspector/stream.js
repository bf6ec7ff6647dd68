/** Finds messages among the bytes that one side has sent on a connection. */

import { endOfChunked, isChunked } from "../chunks.js";
import { isSentHere } from "../traffic/stream.js";

/**
 * @typedef {import("../traffic/row.js").Row} Row
 * @typedef {import("../traffic/stream.js").Stream} Stream
 * @typedef {{from: number, to: number}} Span
 * @typedef {Span & {opcode: number, final: boolean, mask: string, payloadFrom: number}} Frame
 */

/**
 * Find a row's bytes among those of its connection.
 *
 * @param {Row} row
 * @param {Stream} stream
 * @param {readonly Row[]} rows all that are kept, in their order
 * @returns {Span[]} several if a message came in several frames, none if it is not there
 */
export function spansOf(row, stream, rows) {
  const own = row.chunk ? /** @type {Row} */ (row.pair) : row;
  const isOut = isSentHere(own);
  const alike = rows.filter((other) => other.end === own.end && other.shape === own.shape && other.id <= own.id && isSentHere(other) === isOut);
  const { record } = own;
  if (record.type === "ws.framed") return frameSpans(alike, stream.data);
  if (record.type === "mqtt.packet") return packetSpans(alike, stream.data);
  if (!("data" in record) || !record.data) return [];
  const [span] = messageSpan(alike, stream.data);
  if (!span || !row.chunk) return span ? [span] : [];
  return [{ from: span.from + row.chunk.from, to: span.from + row.chunk.from + row.chunk.bytes.length }];
}

/**
 * Follow the messages of one direction to the last of them.
 *
 * @param {Row[]} rows
 * @param {string} data
 * @returns {Span[]}
 */
function messageSpan(rows, data) {
  let span = null;
  for (const { record } of rows) {
    if (!("data" in record)) continue;
    // A record has its body without the chunks that it came in
    const head = "head_size" in record && isChunked(record.data.slice(0, record.head_size)) ? record.data.slice(0, record.head_size) : "";
    const from = data.indexOf(head || record.data, span ? span.to : 0);
    if (from < 0) span = null;
    else span = { from, to: head ? endOfChunked(data, from + head.length) : from + record.data.length };
  }
  return span ? [span] : [];
}

/**
 * The frame that begins at a place (RFC 6455, 5.2); null if it is not whole.
 *
 * @param {string} data latin-1
 * @param {number} from
 * @returns {Frame | null}
 */
export function frameAt(data, from) {
  if (from + 2 > data.length) return null;
  const [first, second] = [data.charCodeAt(from), data.charCodeAt(from + 1)];
  let size = second & 0x7f;
  const extra = size === 126 ? 2 : size === 127 ? 8 : 0;
  if (extra) size = number(data, from + 2, extra);
  const maskFrom = from + 2 + extra;
  const payloadFrom = maskFrom + (second & 0x80 ? 4 : 0);
  const to = payloadFrom + size;
  if (to > data.length) return null;
  return { from, to, opcode: first & 0x0f, final: Boolean(first & 0x80), mask: data.slice(maskFrom, payloadFrom), payloadFrom };
}

/**
 * A number of several bytes, the highest first.
 *
 * @param {string} data latin-1
 * @param {number} from
 * @param {number} size
 */
export function number(data, from, size) {
  let value = 0;
  for (let at = from; at < from + size; at++) value = value * 256 + data.charCodeAt(at);
  return value;
}

/**
 * @param {string} data latin-1
 * @param {string} mask four bytes, or none
 */
export function unmasked(data, mask) {
  if (!mask) return data;
  let out = "";
  for (let at = 0; at < data.length; at++) out += String.fromCharCode(data.charCodeAt(at) ^ mask.charCodeAt(at % 4));
  return out;
}

/**
 * Give each message its frames, in order, and return those of the last.
 *
 * @param {Row[]} rows
 * @param {string} data
 */
function frameSpans(rows, data) {
  const upgrade = data.search(/^upgrade:[^\r\n]*websocket/im);
  const head = data.indexOf("\r\n\r\n", upgrade);
  // Control frames may come between those of a message (RFC 6455, 5.4)
  /** @type {{data: Frame[], control: Frame[]}} */
  const frames = { data: [], control: [] };
  for (let at = head + 4, frame; upgrade >= 0 && head >= 0 && (frame = frameAt(data, at)); at = frame.to) {
    frames[kindOf(frame.opcode)].push(frame);
  }
  const next = { data: 0, control: 0 };
  /** @type {Frame[]} */
  let found = [];
  for (const { record } of rows) {
    if (record.type !== "ws.framed") continue;
    const kind = kindOf(record.opcode);
    found = [];
    let size = 0;
    do {
      const frame = frames[kind][next[kind]++];
      if (!frame) return [];
      found.push(frame);
      size += frame.to - frame.payloadFrom;
    } while (size < record.data.length);
  }
  return found;
}

/** @param {number} opcode */
const kindOf = (opcode) => (opcode < 8 ? "data" : "control");

/** The kinds of MQTT packets by their numbers (MQTT 3.1.1, 2.2.1). */
export const PACKETS = ["", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "SUBACK",
  "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT"];

/**
 * The packet that begins at a place; null if it is not whole.
 *
 * @param {string} data latin-1
 * @param {number} from
 * @returns {(Span & {bodyFrom: number, kind: string}) | null}
 */
export function packetAt(data, from) {
  let size = 0;
  let at = from + 1;
  for (let shift = 1; at < data.length; shift *= 128) {
    const byte = data.charCodeAt(at++);
    size += (byte & 0x7f) * shift;
    if (byte < 0x80) {
      const kind = PACKETS[data.charCodeAt(from) >> 4] ?? "";
      return at + size <= data.length ? { from, bodyFrom: at, to: at + size, kind } : null;
    }
    if (at - from > 4) return null;
  }
  return null;
}

/**
 * @param {Row[]} rows
 * @param {string} data
 */
function packetSpans(rows, data) {
  let at = 0;
  let found = null;
  for (const { record } of rows) {
    if (record.type !== "mqtt.packet") continue;
    do {
      found = packetAt(data, at);
      if (found) at = found.to;
    } while (found && found.kind !== record.kind);
    if (!found) return [];
  }
  return found ? [found] : [];
}

/**
 * The segments that carried some bytes; those that were sent again too.
 *
 * @param {Stream} stream
 * @param {Span[]} spans
 */
export const carriers = ({ pieces }, spans) =>
  pieces.filter((piece) => spans.some(({ from, to }) => piece.from < to && piece.to > from)).map(({ segment }) => segment);

