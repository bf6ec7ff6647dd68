/** Knows the connections of the virtual network, and what went over the wire of each. */

/** @typedef {import("../protocol.js").SegmentSent} SegmentSent */

/** Segments of one wire that are kept: of more the older half is forgotten. */
const KEPT = 20_000;

/** Connections that are remembered after their end, for what is told of them late. */
const REMEMBERED = 2_000;

/**
 * What went over between two ports, seen from no side; both ends share it.
 *
 * `isWhole` is false once the oldest segments have been forgotten. `isAccepted` tells whether the SYN was answered by one.
 * `host` is one that has an end of it.
 *
 * @typedef {{segments: SegmentSent[], isWhole: boolean, isAccepted: boolean, host: string}} Wire
 */

/**
 * One end of a connection.
 *
 * @typedef {{number: number, host: string, protocol: string, role: "inbound" | "outbound", local: string,
 *   localPort: number, remote: string, remotePort: number, openedUs: number, closedUs: number | null, reason: string,
 *   wire: Wire}} End
 */

/** @param {string} host @returns {Wire} */
const newWire = (host) => ({ segments: [], isWhole: true, isAccepted: false, host });

export class Connections {
  constructor() {
    /** @type {Map<number, End>} */
    this.ends = new Map();
    /** @type {Map<string, Wire>} */
    this.wires = new Map();
    /** @type {number[]} */
    this.closed = [];
  }

  /** @param {import("../protocol.js").ConnectionOpened} record */
  open(record) {
    const { connection: number, host, protocol, role, local, local_port: localPort, remote, remote_port: remotePort } = record;
    const name = keyOf(local, localPort, remote, remotePort);
    let wire = this.wires.get(name);
    if (!wire || role === "outbound") {
      wire = newWire(host);
      this.wires.set(name, wire);
    }
    const openedUs = record.at_us;
    this.ends.set(number, { number, host, protocol, role, local, localPort, remote, remotePort, openedUs, closedUs: null, reason: "", wire });
  }

  /** @param {import("../protocol.js").ConnectionClosed} record */
  close({ connection, at_us: closedUs, reason }) {
    const end = this.ends.get(connection);
    if (!end) return;
    Object.assign(end, { closedUs, reason });
    this.closed.push(connection);
    if (this.closed.length < REMEMBERED * 2) return;
    for (const number of this.closed.splice(0, REMEMBERED)) this.forget(number);
  }

  /** @param {number} number */
  forget(number) {
    const end = this.ends.get(number);
    if (!end) return;
    this.ends.delete(number);
    const name = keyOf(end.local, end.localPort, end.remote, end.remotePort);
    if (this.wires.get(name) === end.wire) this.wires.delete(name);
  }

  /**
   * Put a segment to the others of its wire.
   *
   * @param {SegmentSent} segment
   * @returns {Wire}
   */
  carry(segment) {
    const name = keyOf(segment.src, segment.src_port, segment.dst, segment.dst_port);
    let wire = this.wires.get(name);
    if (!wire) this.wires.set(name, (wire = newWire(segment.src)));
    wire.segments.push(segment);
    if (wire.segments.length > KEPT) {
      wire.segments.splice(0, KEPT / 2);
      wire.isWhole = false;
    }
    return wire;
  }

  clear() {
    this.ends.clear();
    this.wires.clear();
    this.closed.length = 0;
  }
}

/**
 * Name a pair of ports, whichever way round.
 *
 * @param {string} a
 * @param {number} aPort
 * @param {string} b
 * @param {number} bPort
 */
function keyOf(a, aPort, b, bPort) {
  const [one, other] = [`${a}:${aPort}`, `${b}:${bPort}`];
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}
