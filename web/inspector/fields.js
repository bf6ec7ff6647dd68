/** Takes the bytes of a message apart into the fields that they are made of. */

import { chunksOf, isChunked } from "../chunks.js";
import { textOf } from "../bytes.js";
import { plural } from "../format.js";
import { opcodeName } from "../frame.js";
import { FLAGS, explainFrame, explainHeader, explainMethod, explainPacket, explainStatus } from "./words.js";
import { frameAt, number, packetAt, unmasked } from "./stream.js";

/**
 * A field: its bytes, what it is called, and what is to be said of it. `tone` groups its colours.
 *
 * @typedef {{from: number, to: number, name: string, note: string, tone: "start" | "name" | "value" | "end" | "size" | "data"}} Field
 */

/** Fields of one message, at most: of more the rest is one field. */
const MOST = 1000;

/**
 * @param {string} data latin-1
 * @param {number} headSize
 * @returns {Field[]}
 */
export function httpFields(data, headSize) {
  if (!headSize) return data ? [{ from: 0, to: data.length, name: "Data", note: "No head is to be told from the rest.", tone: "data" }] : [];
  const head = data.slice(0, headSize);
  /** @type {Field[]} */
  const fields = [];
  for (const { index, 0: line, 1: text = "", 2: end = "" } of head.matchAll(/([^\r\n]*)(\r?\n|\r|$)/g)) {
    if (!line || fields.length > MOST) break;
    const endFrom = index + text.length;
    const isFirst = index === 0;
    if (isFirst) fields.push(...startFields(text));
    else if (text) fields.push(...headerFields(text, index));
    const note = text ? "The line ends." : "An empty line: the head ends here.";
    if (end) fields.push({ from: endFrom, to: endFrom + end.length, name: text ? "Line end" : "Empty line", note, tone: "end" });
  }
  const last = fields.at(-1)?.to ?? 0;
  if (last < headSize) fields.push({ from: last, to: headSize, name: "Rest of the head", note: "", tone: "name" });
  return [...fields, ...bodyFields(data, headSize)];
}

/**
 * @param {string} line the first one
 * @returns {Field[]}
 */
function startFields(line) {
  const parts = [...line.matchAll(/\S+/g)].map(({ index, 0: text }) => ({ from: index, text }));
  if (parts.length < 2) return [{ from: 0, to: line.length, name: "Start line", note: "", tone: "start" }];
  const [one, two] = /** @type {[{from: number, text: string}, {from: number, text: string}]} */ (parts);
  /** @type {(name: string, note: string, from: number, to: number) => Field} */
  const field = (name, note, from, to) => ({ from, to, name, note, tone: "start" });
  const oneTo = one.from + one.text.length;
  const twoTo = two.from + two.text.length;
  if (/^HTTP\//.test(one.text)) {
    const fields = [field("Version", "The protocol and its version.", one.from, oneTo), field("Status", explainStatus(Number(two.text)), two.from, twoTo)];
    const reasonFrom = twoTo + 1;
    return reasonFrom < line.length ? [...fields, field("Reason", "The status in words, for people.", reasonFrom, line.length)] : fields;
  }
  const fields = [field("Method", `${one.text} ${explainMethod(one.text)}.`, one.from, oneTo), field("Target", "What is asked for.", two.from, twoTo)];
  const third = parts[2];
  return third ? [...fields, field("Version", "The protocol and its version.", third.from, third.from + third.text.length)] : fields;
}

/**
 * @param {string} line
 * @param {number} at
 * @returns {Field[]}
 */
function headerFields(line, at) {
  const colon = line.indexOf(":");
  if (colon < 0) return [{ from: at, to: at + line.length, name: "Header without a colon", note: "", tone: "name" }];
  const name = textOf(line.slice(0, colon));
  const from = colon + 1 + (/^[ \t]*/.exec(line.slice(colon + 1))?.[0].length ?? 0);
  /** @type {Field[]} */
  const fields = [{ from: at, to: at + colon, name: "Header name", note: `${name}. ${explainHeader(name)}`.trim(), tone: "name" }];
  if (from < line.length) fields.push({ from: at + from, to: at + line.length, name: `Value of ${name}`, note: textOf(line.slice(from)), tone: "value" });
  return fields;
}

/**
 * @param {string} data
 * @param {number} from
 * @returns {Field[]}
 */
function bodyFields(data, from) {
  if (from >= data.length) return [];
  const fields = isChunked(data.slice(0, from)) ? chunkFields(data, from) : [];
  // A chunked body whose way is not known any more is kept without its chunks
  if (!fields.length) return [{ from, to: data.length, name: "Body", note: plural(data.length - from, "byte"), tone: "data" }];
  return fields;
}

/**
 * @param {string} data latin-1
 * @param {number} from where the first chunk begins
 * @returns {Field[]}
 */
export function chunkFields(data, from) {
  /** @type {Field[]} */
  const fields = [];
  let end = from;
  for (const chunk of chunksOf(data, from).slice(0, MOST)) {
    const size = chunk.dataTo - chunk.dataFrom;
    const note = size ? `${plural(size, "byte")} follow, written in hex.` : "Size 0: this is the last chunk.";
    fields.push({ from: chunk.from, to: chunk.sizeTo, name: "Chunk size", note, tone: "size" });
    fields.push({ from: chunk.sizeTo, to: chunk.dataFrom, name: "Line end", note: "The line of the size ends.", tone: "end" });
    if (size) fields.push({ from: chunk.dataFrom, to: chunk.dataTo, name: "Chunk data", note: plural(size, "byte"), tone: "data" });
    if (chunk.to > chunk.dataTo) fields.push({ from: chunk.dataTo, to: chunk.to, name: "Line end", note: "The chunk ends.", tone: "end" });
    end = chunk.to;
  }
  if (fields.length && end < data.length) {
    const isEmpty = /^\r?\n$/.test(data.slice(end));
    fields.push({ from: end, to: data.length, name: isEmpty ? "Empty line" : "Trailer", note: "The message ends.", tone: "end" });
  }
  return fields;
}

/**
 * @param {string} data latin-1, one or more whole frames
 * @returns {Field[]}
 */
export function frameFields(data) {
  /** @type {Field[]} */
  const fields = [];
  for (let at = 0, frame; (frame = frameAt(data, at)); at = frame.to) {
    const { from, to, opcode, final, mask, payloadFrom } = frame;
    const size = to - payloadFrom;
    const maskFrom = payloadFrom - mask.length;
    const end = final ? "the message ends with this frame" : "more frames of the message follow";
    fields.push({ from, to: from + 1, name: "FIN and opcode", note: `FIN ${Number(final)}: ${end}. Opcode ${opcode}, ${opcodeName(opcode)}: ${explainFrame(opcode)}`, tone: "start" });
    const masked = mask ? "MASK 1: a client hides its payload with a key." : "MASK 0: not masked, as a server sends.";
    fields.push({ from: from + 1, to: from + 2, name: "MASK and length", note: `${masked} Length ${data.charCodeAt(from + 1) & 0x7f}.`, tone: "size" });
    if (maskFrom > from + 2) fields.push({ from: from + 2, to: maskFrom, name: "Extended length", note: `The length itself: ${plural(size, "byte")}.`, tone: "size" });
    if (mask) fields.push({ from: maskFrom, to: payloadFrom, name: "Masking key", note: "Each byte of the payload is combined with one of these by exclusive or.", tone: "name" });
    if (size) {
      const text = textOf(unmasked(data.slice(payloadFrom, Math.min(to, payloadFrom + 80)), mask));
      fields.push({ from: payloadFrom, to, name: mask ? "Payload, masked" : "Payload", note: `${plural(size, "byte")}: ${text}`, tone: "data" });
    }
  }
  return fields;
}

/**
 * @param {string} data latin-1, one MQTT packet
 * @returns {Field[]}
 */
export function packetFields(data) {
  const packet = packetAt(data, 0);
  if (!packet) return [];
  const { bodyFrom, to, kind } = packet;
  const flags = data.charCodeAt(0) & 0x0f;
  const qos = (flags >> 1) & 3;
  const bits = kind === "PUBLISH" ? ` DUP ${flags >> 3}, QoS ${qos}, RETAIN ${flags & 1}.` : ` Flags ${flags}.`;
  /** @type {Field[]} */
  const fields = [
    { from: 0, to: 1, name: "Type and flags", note: `${kind}: ${explainPacket(kind)}${bits}`, tone: "start" },
    { from: 1, to: bodyFrom, name: "Remaining length", note: `${plural(to - bodyFrom, "byte")} follow.`, tone: "size" },
  ];
  let at = bodyFrom;
  /** @type {(size: number, name: string, tone: Field["tone"], note?: string) => void} */
  const take = (size, name, tone, note = "") => {
    const end = Math.min(at + size, to);
    if (end > at) fields.push({ from: at, to: end, name, note: note || textOf(data.slice(at, Math.min(end, at + 80))), tone });
    at = end;
  };
  /** @type {(name: string) => void} */
  const text = (name) => {
    const size = number(data, at, 2);
    take(2, `Length of the ${name.toLowerCase()}`, "size", plural(size, "byte"));
    take(size, name, "value");
  };
  const id = () => take(2, "Packet identifier", "name", String(number(data, at, 2)));
  if (kind === "PUBLISH") {
    text("Topic");
    if (qos) id();
    take(to - at, "Payload", "data");
  } else if (kind === "CONNECT") {
    text("Protocol name");
    take(1, "Protocol level", "value", `${data.charCodeAt(at)}: ${data.charCodeAt(at) === 4 ? "MQTT 3.1.1" : "another version"}`);
    const connect = data.charCodeAt(at);
    take(1, "Connect flags", "value", connectFlags(connect));
    take(2, "Keep alive", "value", plural(number(data, at, 2), "second"));
    text("Client identifier");
    if (connect & 4) ["Will topic", "Will message"].forEach(text);
    if (connect & 0x80) text("User name");
    if (connect & 0x40) text("Password");
  } else if (kind === "CONNACK") {
    take(1, "Session", "value", data.charCodeAt(at) & 1 ? "The broker still knows the session." : "A new session.");
    take(1, "Return code", "value", data.charCodeAt(at) ? `${data.charCodeAt(at)}: refused` : "0: accepted");
  } else if (at < to) {
    id();
    while (at < to && (kind === "SUBSCRIBE" || kind === "UNSUBSCRIBE")) {
      text("Topic filter");
      if (kind === "SUBSCRIBE") take(1, "Wanted QoS", "value", String(data.charCodeAt(at)));
    }
    while (at < to) take(1, "Return code", "value", data.charCodeAt(at) > 2 ? "128: refused" : `QoS ${data.charCodeAt(at)}`);
  }
  return fields;
}

/** @param {number} flags */
function connectFlags(flags) {
  const parts = [flags & 2 ? "clean session" : "session is kept", flags & 4 ? "last will" : "", flags & 0x80 ? "user name" : "", flags & 0x40 ? "password" : ""];
  return parts.filter(Boolean).join(", ");
}

/**
 * The header of a TCP segment or UDP datagram as it would be on a wire, and its fields: the simulation passes packets on
 * as numbers.
 *
 * @param {import("../protocol.js").SegmentSent | import("../protocol.js").DatagramSent} record
 * @returns {{data: string, fields: Field[]}}
 */
export function packetBytes(record) {
  const { src_port, dst_port, data } = record;
  let bytes = "";
  /** @type {Field[]} */
  const fields = [];
  /** @type {(value: number, size: number, name: string, tone: Field["tone"], note?: string) => void} */
  const put = (value, size, name, tone, note = String(value)) => {
    const from = bytes.length;
    for (let shift = size - 1; shift >= 0; shift--) bytes += String.fromCharCode(Math.floor(value / 256 ** shift) % 256);
    fields.push({ from, to: bytes.length, name, note, tone });
  };
  put(src_port, 2, "Source port", "start");
  put(dst_port, 2, "Destination port", "start");
  if (record.type === "datagram.sent") {
    put(8 + data.length, 2, "Length", "size", `${plural(8 + data.length, "byte")}, this header counted.`);
    put(0, 2, "Checksum", "end", "0: not used. The virtual network damages nothing.");
  } else {
    const said = FLAGS.filter(([bit]) => record.flags & bit).map(([, name, text]) => `${name} ${text}`);
    put(record.sequence, 4, "Sequence number", "value", `${record.sequence}: where the data stands in the whole.`);
    put(record.acknowledgment, 4, "Acknowledgment number", "value", `${record.acknowledgment}: what is expected next, if ACK is set.`);
    put(0x50, 1, "Data offset", "size", "5 words of 4 bytes: this header.");
    put(record.flags, 1, "Control bits", "name", `${said.join("; ")}.`);
    put(Math.min(record.window, 0xffff), 2, "Window", "value", `${record.window}: how much more the sender takes.`);
    put(0, 2, "Checksum", "end", "Not computed: the virtual network damages nothing.");
    put(0, 2, "Urgent pointer", "end", "0: not used.");
  }
  if (data) fields.push({ from: bytes.length, to: bytes.length + data.length, name: "Data", note: plural(data.length, "byte"), tone: "data" });
  return { data: bytes + data, fields };
}
