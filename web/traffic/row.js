/** Says in a few words what a row of the traffic is. */

import { isBinary, textOf } from "../bytes.js";
import { excerpt } from "../format.js";
import { codeText, hexOf, opcodeName, payloadText } from "../frame.js";

/**
 * @typedef {import("../protocol.js").TrafficRecord} TrafficRecord
 * @typedef {"http" | "ws" | "tcp" | "udp" | "dns" | "mqtt" | "rpc"} Kind
 * @typedef {"request" | "response" | "rejected" | "chunk" | "open" | "frame" | "close" | "reset" | "refused" | "segment" |
 *   "datagram" | "lookup" | "packet" | "call" | "reply"} Shape
 * @typedef {{number: number, count: number, from: number, data: string, bytes: string}} Chunk where it begins in its
 *   message, what is in it, and this with its size and line ends
 */

/**
 * `from` and `to` are hosts, the same one for what concerns only itself. `pair` is the request of a response and the
 * other way round, and the message of a chunk. `lost` says why a packet did not arrive, `rules` which rules of the network
 * have done what to it.
 *
 * @typedef {{id: number, record: TrafficRecord, kind: Kind, shape: Shape, boot: number, from: string, to: string,
 *   end: import("./connection.js").End | null, wire: import("./connection.js").Wire | null, pair: Row | null,
 *   chunk: Chunk | null, lost: string, rules: readonly Ruling[], label: Label | null}} Row
 * @typedef {{rule: number, effect: string}} Ruling
 * @typedef {{word: string, tone: string, text: string, note: string}} Label
 */

/** @type {Readonly<{[kind in Kind]: string}>} */
export const KINDS = { http: "HTTP", ws: "WebSocket", tcp: "TCP", udp: "UDP", dns: "DNS", mqtt: "MQTT", rpc: "RPC" };

/** @type {readonly Shape[]} */
export const SHAPES = ["request", "response", "rejected", "chunk", "open", "frame", "close", "reset", "refused", "segment",
  "datagram", "lookup", "packet", "call", "reply"];

/** How much of something long stands in a row. */
const SHOWN = 200;

/** TCP's control bits (RFC 9293, 3.1). */
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

/** @param {number} flags */
export const flagNames = (flags) =>
  [[SYN, "SYN"], [FIN, "FIN"], [RST, "RST"], [PSH, "PSH"], [ACK, "ACK"]]
    .filter(([bit]) => flags & Number(bit))
    .map(([, name]) => name)
    .join(" ");

/**
 * The first digit of a status code, which says what kind of answer it is.
 *
 * @param {number} status
 */
export const statusTone = (status) => `status s${Math.floor(status / 100)}`;

/**
 * Say what a row is; it is said once.
 *
 * @param {Row} row
 * @returns {Label}
 */
export function labelOf(row) {
  if (row.label) return row.label;
  const label = { tone: "", text: "", note: "", ...makeLabel(row) };
  const rules = [...new Set(row.rules.map(({ rule, effect }) => `rule ${rule}: ${effect}`))].join(", ");
  row.label = rules && !row.lost ? { ...label, note: [label.note, rules].filter(Boolean).join(", ") } : label;
  return row.label;
}

/**
 * @param {Row} row
 * @returns {{word: string, tone?: string, text?: string, note?: string}}
 */
function makeLabel({ record, shape, chunk, lost }) {
  if (chunk) return { word: `chunk ${chunk.number}`, text: `of ${chunk.count}`, note: `${chunk.data.length} B` };
  switch (record.type) {
    case "http.requested":
      return { word: record.method, text: record.target };
    case "http.responded":
      return { word: String(record.status), tone: statusTone(record.status), text: record.reason, note: record.complete ? "" : "cut off" };
    case "http.rejected":
      return { word: record.direction === "in" ? "rejected" : "no HTTP", tone: "status s4", text: record.reason };
    case "ws.opened":
      return { word: "WebSocket open", text: `${record.target} ${record.subprotocol}`.trim() };
    case "ws.framed":
      return { word: opcodeName(record.opcode), tone: "frame", text: payloadText(record.opcode, record.data), note: record.final ? "" : "more follows" };
    case "ws.closed":
      return { word: "WebSocket closed", text: `${codeText(record.code)} ${record.reason}`.trim() };
    case "segment.sent":
      return segmentLabel(record, shape, lost);
    case "datagram.sent":
      return { word: "UDP", tone: lost && "status s5", text: payload(record.data), note: lost ? `lost: ${lost}` : `port ${record.dst_port}` };
    case "name.resolved":
      return record.address
        ? { word: "DNS", text: `${record.name} is ${record.address}` }
        : { word: "DNS", tone: "status s4", text: `${record.name} is unknown` };
    case "mqtt.packet":
      return { word: record.kind, tone: "frame", text: mqttText(record), note: mqttNote(record) };
    case "mqtt.rejected":
      return { word: "no MQTT", tone: "status s4", text: record.reason };
    case "rpc.called":
      return { word: "RPC", text: `${record.method}(${excerpt(record.params, SHOWN)})`, note: record.channel };
    case "rpc.replied":
      return record.code
        ? { word: `RPC ${record.code}`, tone: "status s5", text: record.message }
        : { word: "RPC reply", text: excerpt(record.result || "null", SHOWN) };
  }
}

/** @type {{[shape: string]: string}} */
const SEGMENTS = { open: "TCP open", close: "TCP close", reset: "TCP reset", refused: "TCP refused", segment: "TCP" };

/**
 * @param {import("../protocol.js").SegmentSent} record
 * @param {Shape} shape
 * @param {string} lost
 */
function segmentLabel({ flags, src_port, dst_port, data }, shape, lost) {
  const word = shape === "open" && flags & ACK ? "TCP accept" : (SEGMENTS[shape] ?? "TCP");
  const text = `${flagNames(flags)}, port ${src_port} to ${dst_port}`;
  const bad = lost || shape === "reset" || shape === "refused";
  return { word, tone: bad ? "status s5" : "", text, note: lost ? `lost: ${lost}` : data ? `${data.length} B` : "" };
}

/** @param {string} data latin-1 */
const payload = (data) => (isBinary(data) ? hexOf(data.slice(0, SHOWN / 4)) : excerpt(textOf(data.slice(0, SHOWN * 2)), SHOWN));

/** @param {import("../protocol.js").MqttPacket} packet */
function mqttText({ kind, topic, data, code }) {
  if (kind === "CONNACK") return code ? `refused with ${code}` : "accepted";
  if (kind === "SUBACK") return code > 2 ? "refused" : `up to QoS ${code}`;
  return [topic, kind === "PUBLISH" || kind === "CONNECT" ? payload(data) : ""].filter(Boolean).join(" ");
}

/** @param {import("../protocol.js").MqttPacket} packet */
const mqttNote = ({ kind, qos, retain }) =>
  kind === "PUBLISH" ? [qos ? `QoS ${qos}` : "", retain ? "retained" : ""].filter(Boolean).join(", ") : "";

/**
 * What plain words of a filter are looked for in.
 *
 * @param {Row} row
 */
export function searchText(row) {
  const { word, text, note } = labelOf(row);
  return `${word} ${text} ${note} ${row.from} ${row.to}`.toLowerCase();
}

/**
 * How many bytes a row is about, or null.
 *
 * @param {Row} row
 */
export function sizeOf({ record, chunk }) {
  if (chunk) return chunk.bytes.length;
  return "data" in record ? record.data.length : null;
}
