/** Turns records into the rows of the traffic: what went from which host to which. */

import { chunksOf, isChunked } from "../chunks.js";
import { Connections } from "./connection.js";
import { Log } from "./log.js";
import { Recent } from "./recent.js";
import { ACK, FIN, RST, SYN } from "./row.js";
import { NO_RULES, Rulings } from "./rulings.js";
import { segmentsOf, streamOf } from "./stream.js";

/**
 * @typedef {import("./row.js").Row} Row
 * @typedef {import("../protocol.js").Trace} Trace
 */

/** How many rows are kept; bare TCP segments are counted apart, as they are several to each message. */
const KEPT = 20_000;
const SEGMENTS_KEPT = 40_000;

/** Chunks of one body that have a row, and the part of a number by which they are told from their message. */
const CHUNKS = 500;
const STEP = 1 / 1024;

/** How many segments are looked through for the chunks of a body, the newest. */
const RECENT = 300;

/** The device that the page shows, as sim/bridge calls it; a project may bring further ones. */
export const DEVICE = "device";

/** The page's own hosts. @type {readonly string[]} */
const ASKING = ["page", "browser"];

/** Requests, calls and packets whose ends are waited for, at least. */
const OPEN = 10_000;

export class History {
  constructor() {
    /** @type {Log<Row>} */
    this.rows = new Log(KEPT);
    /** @type {Log<Row>} */
    this.segments = new Log(SEGMENTS_KEPT);
    this.connections = new Connections();
    /** @type {Map<string, string>} Names of hosts by address. */
    this.names = new Map();
    /** @type {Set<string>} Hosts that rows tell of. */
    this.seen = new Set();
    /** @type {Recent<Row>} Requests by exchange, and calls. */
    this.requests = new Recent(OPEN);
    /** @type {Recent<Row>} */
    this.calls = new Recent(OPEN);
    /** @type {Map<string, string>} Which host each has heard of last. */
    this.callers = new Map();
    /** @type {Recent<Row>} Packets on their way. */
    this.packets = new Recent(OPEN);
    this.rulings = new Rulings();
    this.boot = 0;
    /** Changes with every row that comes, changes or goes. */
    this.version = 0;
  }

  /**
   * The hosts as columns: who asks, the device, the broker, all others.
   *
   * @returns {string[]}
   */
  get hosts() {
    const rank = (/** @type {string} */ name) =>
      ASKING.includes(name) ? 0 : name === DEVICE ? 1 : name === "broker" ? 2 : 3;
    return [...this.seen].sort((a, b) => rank(a) - rank(b));
  }

  /** @param {Trace} record */
  take(record) {
    switch (record.type) {
      case "segment.sent":
        return this.segment(record);
      case "http.requested":
      case "http.responded":
      case "http.rejected":
        return this.http(record);
      case "connection.opened":
        return this.connections.open(record);
      case "connection.closed":
        return this.connections.close(record);
      case "ws.opened":
      case "ws.framed":
      case "ws.closed":
        return this.webSocket(record);
      case "mqtt.packet":
      case "mqtt.rejected":
        return this.directed(record, "mqtt", record.type === "mqtt.packet" ? "packet" : "rejected");
      case "datagram.sent":
        return this.packet(record, "udp", "datagram");
      case "packet.dropped":
        return this.dropped(record);
      case "rule.applied":
        if (this.rulings.take(record, this.packets.get(record.packet))) this.version++;
        return;
      case "name.resolved":
        return this.add({ record, kind: "dns", shape: "lookup", from: record.host, to: record.host });
      case "rpc.called":
      case "rpc.replied":
        return this.call(record);
      case "host.added":
        this.names.set(record.address, record.host);
        return;
      case "host.removed":
        this.names.delete(record.address);
        return;
      case "device.booted":
        if (record.host === DEVICE) this.boot = record.boot;
        this.names.set(record.address, record.host);
        return;
      default:
        return;
    }
  }

  /**
   * @param {Pick<Row, "record" | "kind" | "shape" | "from" | "to"> & Partial<Row>} fields
   * @returns {Row}
   */
  add(fields) {
    /** @type {Row} */
    const row = { id: fields.record.seq, boot: this.boot, end: null, wire: null, pair: null, chunk: null, lost: "", rules: NO_RULES, label: null, ...fields };
    this.rulings.know(row);
    (row.shape === "segment" ? this.segments : this.rows).push(row);
    if (row.shape !== "segment") {
      this.seen.add(row.from);
      this.seen.add(row.to);
    }
    this.version++;
    return row;
  }

  /**
   * What a message says of its connection.
   *
   * @param {number} connection
   * @param {string} host
   * @param {boolean} isOut
   */
  way(connection, host, isOut) {
    const end = this.connections.ends.get(connection) ?? null;
    const other = end ? this.nameOf(end.remote, host) : "unknown";
    return { end, wire: end?.wire ?? null, from: isOut ? host : other, to: isOut ? other : host };
  }

  /**
   * @param {string} address
   * @param {string} host where it was seen
   */
  nameOf(address, host) {
    return this.names.get(address) ?? (address.startsWith("127.") ? host : address);
  }

  /** @param {import("../protocol.js").HttpRecord} record */
  http(record) {
    const { type, connection, host } = record;
    if (type === "http.rejected") return this.directed(record, "http", "rejected");
    if (type === "http.requested") {
      const way = this.way(connection, host, record.role === "outbound");
      const row = this.add({ record, kind: "http", shape: "request", ...way });
      this.callers.set(way.to, way.from);
      this.requests.set(record.exchange, row);
      return this.chunks(row, record);
    }
    const pair = (record.exchange && this.requests.get(record.exchange)) || null;
    const asked = /** @type {import("../protocol.js").HttpRequested | undefined} */ (pair?.record);
    const isOut = asked ? asked.role === "inbound" : this.connections.ends.get(connection)?.role !== "outbound";
    const row = this.add({ record, kind: "http", shape: "response", pair, ...this.way(connection, host, isOut) });
    if (record.status < 200 && record.status !== 101) return;
    this.requests.delete(record.exchange);
    if (pair) pair.pair = row;
    this.chunks(row, record);
  }

  /**
   * Give each chunk of a body its row.
   *
   * @param {Row} message
   * @param {import("../protocol.js").HttpRequested | import("../protocol.js").HttpResponded} record
   */
  chunks(message, { data, head_size: headSize }) {
    const head = data.slice(0, headSize);
    if (!isChunked(head)) return;
    // The record has the body without its chunks: they are found in what went over the wire
    const stream = streamOf(segmentsOf(message).slice(-RECENT)).data;
    const start = stream.lastIndexOf(head);
    if (start < 0) return;
    const chunks = chunksOf(stream, start + headSize).filter(({ dataTo, dataFrom }) => dataTo > dataFrom);
    const { record, kind, from, to, end, wire } = message;
    for (const [at, one] of chunks.slice(0, CHUNKS).entries()) {
      const bytes = stream.slice(one.from, one.to);
      const chunk = { number: at + 1, count: chunks.length, from: one.from - start, data: stream.slice(one.dataFrom, one.dataTo), bytes };
      this.add({ id: record.seq + (at + 1) * STEP, record, kind, shape: "chunk", from, to, end, wire, pair: message, chunk });
    }
  }

  /** @param {import("../protocol.js").WsRecord} record */
  webSocket(record) {
    if (record.type === "ws.framed") return this.directed(record, "ws", "frame");
    const isOpen = record.type === "ws.opened";
    const way = this.way(record.connection, record.host, isOpen && record.role === "outbound");
    // Who has closed it is not told
    if (isOpen) this.add({ record, kind: "ws", shape: "open", ...way });
    else this.add({ record, kind: "ws", shape: "close", ...way, from: record.host, to: record.host });
  }

  /**
   * @param {Extract<import("./row.js").TrafficRecord, {direction: string}>} record
   * @param {import("./row.js").Kind} kind
   * @param {import("./row.js").Shape} shape
   */
  directed(record, kind, shape) {
    const way = this.way(record.connection, record.host, record.direction === "out");
    this.add({ record, kind, shape, ...way });
    if (record.direction === "in") this.callers.set(way.to, way.from);
  }

  /** @param {import("../protocol.js").RpcCalled | import("../protocol.js").RpcReplied} record */
  call(record) {
    if (record.type === "rpc.called") {
      const from = (record.channel !== "local" && this.callers.get(record.host)) || record.host;
      return this.calls.set(record.call, this.add({ record, kind: "rpc", shape: "call", from, to: record.host }));
    }
    const pair = this.calls.get(record.call) ?? null;
    this.calls.delete(record.call);
    const row = this.add({ record, kind: "rpc", shape: "reply", from: record.host, to: pair?.from ?? record.host, pair });
    if (pair) pair.pair = row;
  }

  /** @param {import("../protocol.js").SegmentSent} record */
  segment(record) {
    const wire = this.connections.carry(record);
    const { flags } = record;
    let shape = /** @type {import("./row.js").Shape} */ ("segment");
    if (flags & RST) shape = wire.isAccepted ? "reset" : "refused";
    else if (flags & SYN) shape = "open";
    else if (flags & FIN) shape = "close";
    if (flags & SYN && flags & ACK) wire.isAccepted = true;
    this.packet(record, "tcp", shape, wire);
  }

  /**
   * @param {import("../protocol.js").SegmentSent | import("../protocol.js").DatagramSent} record
   * @param {import("./row.js").Kind} kind
   * @param {import("./row.js").Shape} shape
   * @param {import("./connection.js").Wire | null} wire
   */
  packet(record, kind, shape, wire = null) {
    const from = this.nameOf(record.src, wire?.host ?? record.src);
    const row = this.add({ record, kind, shape, wire, from, to: this.nameOf(record.dst, from) });
    this.packets.set(record.packet, row);
  }

  /**
   * Find the row of a segment.
   *
   * @param {number} seq
   */
  segmentRow(seq) {
    return [...this.segments.items, ...this.rows.items].find(({ record }) => record.seq === seq) ?? null;
  }

  /** @param {import("../protocol.js").PacketDropped} record */
  dropped({ packet, reason }) {
    const row = this.packets.get(packet);
    if (!row) return;
    Object.assign(row, { lost: reason, label: null });
    this.version++;
  }

  /** Forget the rows. */
  clear() {
    this.rows.clear();
    this.segments.clear();
    this.version++;
  }

  /** Forget everything but names, as another network begins: those of its hosts are told before it is known to. */
  forget() {
    this.clear();
    this.connections.clear();
    this.rulings = new Rulings();
    for (const kept of [this.seen, this.requests, this.calls, this.callers, this.packets]) kept.clear();
  }
}
