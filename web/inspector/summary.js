/** Says in words what a row of the traffic is: who said what to whom, and how it went on. */

import { headersIn, partsOf, textOf } from "../bytes.js";
import { duration, excerpt, plural, size } from "../format.js";
import { CLOSE, closeOf, codeText, opcodeName } from "../frame.js";
import { flagNames } from "../traffic/row.js";
import { FLAGS, explainFrame, explainHeader, explainMethod, explainPacket, explainStatus } from "./words.js";

/**
 * @typedef {import("../traffic/row.js").Row} Row
 * @typedef {{title: string, caption: string, said: string[], facts: [name: string, value: string][],
 *   links: [text: string, row: Row][]}} Summary
 */

/** How much of a text stands in a sentence. */
const SAID = 400;

/**
 * @param {Row} row
 * @returns {Summary}
 */
export function summaryOf(row) {
  const summary = { caption: "Facts", facts: [], links: [], ...tell(row) };
  const { by } = row.record;
  if (by) summary.facts = [...summary.facts, ["Sent by", by]];
  if (row.end) summary.facts = [...summary.facts, ["Connection", connectionText(row)]];
  const rulings = row.rules.map(({ rule, effect }) => /** @type {[string, string]} */ ([`Rule ${rule}`, effect]));
  summary.facts = [...summary.facts, ...rulings];
  return summary;
}

/** @param {Row} row */
function connectionText({ end }) {
  if (!end) return "";
  const { number, host, local, localPort, remote, remotePort, role } = end;
  const way = role === "inbound" ? "taken in" : "opened";
  return `${number}, ${way} by ${host}: ${local}:${localPort} with ${remote}:${remotePort}`;
}

/**
 * @param {Row} row
 * @returns {Partial<Summary> & Pick<Summary, "title" | "said">}
 */
function tell(row) {
  const { record, chunk } = row;
  if (chunk) return tellChunk(row, chunk);
  switch (record.type) {
    case "http.requested":
      return tellRequest(row, record);
    case "http.responded":
      return tellResponse(row, record);
    case "http.rejected":
    case "mqtt.rejected":
      return tellRejected(row, record);
    case "ws.opened":
    case "ws.framed":
    case "ws.closed":
      return tellWebSocket(row, record);
    case "segment.sent":
      return tellSegment(row, record);
    case "datagram.sent":
      return {
        title: "UDP datagram",
        said: [`${row.from} sent ${size(record.data.length)} to ${row.to}, port ${record.dst_port}.`,
          row.lost ? `It did not arrive: ${row.lost}.` : "A datagram stands alone: nobody says whether it has arrived."],
        facts: [["From", `${record.src}:${record.src_port}`], ["To", `${record.dst}:${record.dst_port}`]],
      };
    case "name.resolved":
      return {
        title: "DNS lookup",
        said: [`${row.from} asked for the address of ${record.name}.`, record.address ? `It is ${record.address}.` : "No host has this name."],
        facts: [["Name", record.name], ["Address", record.address || "none"]],
      };
    case "mqtt.packet":
      return tellPacket(row, record);
    case "rpc.called":
    case "rpc.replied":
      return tellCall(row, record);
  }
}

/** @param {Row} row @param {import("../traffic/row.js").Chunk} chunk */
function tellChunk({ from, to, pair }, { number, count, data }) {
  return {
    title: `Chunk ${number} of ${count}`,
    said: [`${from} sent the body to ${to} in ${plural(count, "chunk")}; this one holds ${plural(data.length, "byte")}.`,
      "A chunked body can begin before its length is known."],
    links: links([["Show the whole message", pair]]),
  };
}

/** @param {[string, Row | null][]} pairs @returns {[string, Row][]} */
const links = (pairs) => pairs.flatMap(([text, row]) => (row ? [/** @type {[string, Row]} */ ([text, row])] : []));

/** @param {import("../protocol.js").HttpRequested | import("../protocol.js").HttpResponded} record */
const startLine = ({ data, head_size }) => textOf(partsOf(data.slice(0, head_size), head_size).start);

/**
 * The header fields that can be explained.
 *
 * @param {import("../protocol.js").HttpRequested | import("../protocol.js").HttpResponded} record
 * @returns {[string, string][]}
 */
const known = ({ data, head_size }) =>
  headersIn(data, head_size).filter(([name]) => explainHeader(name)).slice(0, 12)
    .map(([name, value]) => [name, `${excerpt(value, 100)}: ${lower(explainHeader(name))}`]);

/** @param {string} text */
const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);

/** @param {Row} row @param {import("../protocol.js").HttpRequested} record */
function tellRequest({ from, to, pair }, record) {
  const { method, target, data, head_size } = record;
  const body = data.length - head_size;
  const said = [`${from} asked ${to}: ${method} ${excerpt(target, SAID)}. ${method} ${explainMethod(method)}.`];
  said.push(body ? `The body has ${plural(body, "byte")}.` : "There is no body.");
  if (pair?.record.type === "http.responded") {
    const { status, reason, at_us } = pair.record;
    const us = at_us - record.at_us;
    said.push(`The answer was ${`${status} ${reason}`.trim()}, ${us ? `after ${duration(us)}` : "as soon as it was there"}.`);
  } else said.push("No answer is known.");
  return { title: startLine(record), caption: "Header fields explained", said, facts: known(record), links: links([["Show the response", pair]]) };
}

/** How long after its request an answer came, both at the device: who has asked waits for the network, too. @param {number} us */
const sinceText = (us) => (us ? `${duration(us)} after the request` : "as soon as the request was there");

/** @param {Row} row @param {import("../protocol.js").HttpResponded} record */
function tellResponse({ from, to, pair }, record) {
  const { status, reason, data, head_size, complete, at_us } = record;
  const body = data.length - head_size;
  const said = [`${from} answered ${to}: ${`${status} ${reason}`.trim()}. ${explainStatus(status)}`];
  said.push(body ? `The body has ${plural(body, "byte")}.` : "There is no body.");
  if (pair) said.push(`It came ${sinceText(at_us - pair.record.at_us)}.`);
  if (!complete) said.push("The connection ended before it was complete.");
  return { title: startLine(record), caption: "Header fields explained", said, facts: known(record), links: links([["Show the request", pair]]) };
}

/** @param {Row} row @param {import("../protocol.js").HttpRejected | import("../protocol.js").MqttRejected} record */
function tellRejected({ from, to }, record) {
  const protocol = record.type === "http.rejected" ? "HTTP" : "MQTT";
  const isIn = record.direction === "in";
  const said = [isIn ? `${to} did not take what ${from} sent: ${record.reason}.` : `What ${from} sent to ${to} is no ${protocol}: ${record.reason}.`];
  if ("status" in record && record.status) said.push(`It answered ${record.status}. ${explainStatus(record.status)}`);
  return { title: `${isIn ? "rejected" : `no ${protocol}`}: ${record.reason}`, said };
}

/**
 * @param {Row} row
 * @param {import("../protocol.js").WsRecord} record
 * @returns {Partial<Summary> & Pick<Summary, "title" | "said">}
 */
function tellWebSocket({ from, to, end }, record) {
  if (record.type === "ws.framed") {
    const { opcode, final, data } = record;
    const { code, reason } = opcode === CLOSE ? closeOf(data) : { code: 0, reason: "" };
    /** @type {[string, string][]} */
    const facts = [["Opcode", `${opcode} (${opcodeName(opcode)})`], ["Final", final ? "yes" : "no"], ["Length", plural(data.length, "byte")]];
    if (code) facts.push(["Close code", codeText(code)], ["Reason", reason]);
    const said = [`${from} sent ${to} a ${opcodeName(opcode)} frame of ${plural(data.length, "byte")}. ${explainFrame(opcode)}`];
    return { title: `WebSocket frame: ${opcodeName(opcode)}`, caption: "Frame", said, facts };
  }
  if (record.type === "ws.opened") {
    const { role, target, subprotocol, host } = record;
    const opener = role === "inbound" ? from : host;
    return {
      title: "WebSocket open",
      caption: "WebSocket",
      said: [`${opener} opened a WebSocket with ${to}. From here on both send frames whenever they like.`],
      facts: [["Opened by", opener], ["Path", target], ["Subprotocol", subprotocol || "none"]],
    };
  }
  const said = [`The WebSocket has ended: ${codeText(record.code)}.`];
  if (end) said.push(`It was open for ${duration(record.at_us - end.openedUs)}.`);
  return { title: "WebSocket closed", caption: "WebSocket", said, facts: [["Close code", codeText(record.code)], ["Reason", record.reason || "none"]] };
}

/** @type {{[shape: string]: string}} */
const SEGMENTS = {
  open: "With this a connection is opened: both sides say where their numbers begin.",
  close: "With this one side says that it will send no more.",
  reset: "The connection is broken off.",
  refused: "Nobody takes connections there.",
  segment: "A part of the stream of bytes, or only a sign that something has arrived.",
};

/**
 * @param {Row} row
 * @param {import("../protocol.js").SegmentSent} record
 * @returns {Partial<Summary> & Pick<Summary, "title" | "said">}
 */
function tellSegment({ from, to, shape, lost }, record) {
  const { src, src_port, dst, dst_port, flags, sequence, acknowledgment, window, data } = record;
  const said = [`${from} sent ${to} a segment of ${plural(data.length, "byte")}. ${SEGMENTS[shape] ?? ""}`];
  for (const [bit, name, text] of FLAGS) if (flags & bit) said.push(`${name} ${text}.`);
  if (lost) said.push(`It did not arrive: ${lost}.`);
  return {
    title: `TCP ${flagNames(flags)}`,
    caption: "Segment",
    said,
    facts: [["From", `${src}:${src_port}`], ["To", `${dst}:${dst_port}`], ["Control bits", flagNames(flags)], ["Sequence number", String(sequence)],
      ["Acknowledgment", String(acknowledgment)], ["Window", size(window)], ["Data", plural(data.length, "byte")]],
  };
}

/**
 * @param {Row} row
 * @param {import("../protocol.js").MqttPacket} record
 * @returns {Partial<Summary> & Pick<Summary, "title" | "said">}
 */
function tellPacket({ from, to }, record) {
  const { kind, topic, packet_id, qos, retain, code, data } = record;
  /** @type {[string, string][]} */
  const facts = [["Kind", kind]];
  if (topic) facts.push(["Topic", topic]);
  if (packet_id) facts.push(["Packet identifier", String(packet_id)]);
  if (kind === "PUBLISH") facts.push(["QoS", String(qos)], ["Retain", retain ? "yes" : "no"], ["Payload", plural(data.length, "byte")]);
  if (kind === "CONNACK" || kind === "SUBACK") facts.push(["Return code", String(code)]);
  return { title: `MQTT ${kind} ${topic}`.trim(), caption: "Packet", said: [`${from} sent ${to} ${kind}. ${explainPacket(kind)}`], facts };
}

/**
 * @param {Row} row
 * @param {import("../protocol.js").RpcCalled | import("../protocol.js").RpcReplied} record
 * @returns {Partial<Summary> & Pick<Summary, "title" | "said">}
 */
function tellCall({ from, to, pair }, record) {
  if (record.type === "rpc.called") {
    const { method, params, channel, source } = record;
    const said = [`${from} asked ${to} to run ${method}, by ${channel}.`];
    if (pair) said.push(`The reply came after ${duration(pair.record.at_us - record.at_us)}.`);
    return { title: `RPC ${method}`, said, facts: [["Method", method], ["Parameters", excerpt(params, SAID)], ["Source", source || "none"]], links: links([["Show the reply", pair]]) };
  }
  const { code, message, result } = record;
  const said = [code ? `${from} could not do it: ${message}.` : `${from} did what ${to} asked for.`];
  return { title: code ? `RPC failed with ${code}` : "RPC reply", said, facts: [["Code", String(code)], ["Result", excerpt(result || "null", SAID)]], links: links([["Show the call", pair]]) };
}
