/** Is a WebSocket to the device as programs in the page have it. */

import { bytesOf, latin1Of, textOf } from "./bytes.js";

const TEXT = 1;
const BINARY = 2;

/** @typedef {import("./types/api.js").Closed} Closed */

export class DeviceSocket {
  /**
   * @param {import("./session.js").Session} session
   * @param {number} number
   * @param {string} protocol
   */
  constructor(session, number, protocol) {
    this.session = session;
    this.number = number;
    this.protocol = protocol;
    /** @type {(string | Uint8Array)[]} Messages that nobody has asked for yet. */
    this.arrived = [];
    /** @type {{resolve: (data: string | Uint8Array) => void, reject: (error: Error) => void}[]} */
    this.asked = [];
    /** @type {Closed | null} */
    this.outcome = null;
    /** @type {(closed: Closed) => void} */
    this.hasClosed = () => {};
    /** @type {Promise<Closed>} */
    this.closed = new Promise((resolve) => {
      this.hasClosed = resolve;
    });
  }

  /** @param {string | Uint8Array} data */
  async send(data) {
    const isText = typeof data === "string";
    const latin1 = isText ? latin1Of(data) : Array.from(data, (byte) => String.fromCharCode(byte)).join("");
    await this.session.request("ws.send", { socket: this.number, opcode: isText ? TEXT : BINARY, data: latin1 });
  }

  /** @param {number | null} [code] @param {string} [reason] */
  async close(code = 1000, reason = "") {
    await this.session.request("ws.close", { socket: this.number, code, reason });
  }

  /** @returns {Promise<string | Uint8Array>} */
  next() {
    const data = this.arrived.shift();
    if (data !== undefined) return Promise.resolve(data);
    if (this.outcome) return Promise.reject(closedError(this.outcome));
    return new Promise((resolve, reject) => this.asked.push({ resolve, reject }));
  }

  /** @param {import("./protocol.js").SocketFrame | import("./protocol.js").SocketClosed} event */
  take(event) {
    if (event.kind === "closed") {
      this.end(event.code, event.reason);
    } else if (event.direction === "received" && (event.opcode === TEXT || event.opcode === BINARY)) {
      const data = event.opcode === TEXT ? textOf(event.data) : bytesOf(event.data);
      const waiting = this.asked.shift();
      if (waiting) waiting.resolve(data);
      else this.arrived.push(data);
    }
  }

  /** @param {number} code @param {string} reason */
  end(code, reason) {
    this.outcome ??= { code, reason };
    this.hasClosed(this.outcome);
    for (const { reject } of this.asked.splice(0)) reject(closedError(this.outcome));
  }
}

/** @param {Closed} closed */
const closedError = ({ code, reason }) => new Error(`the WebSocket has closed: ${code} ${reason}`.trimEnd());
