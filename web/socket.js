/** The WebSocket of the page: opens one at a time to the device and keeps its log. */

import { codeText } from "./frame.js";

/** How many lines of the log are kept. */
const KEPT = 1000;

/**
 * @typedef {"closed" | "connecting" | "open" | "closing"} SocketState
 * @typedef {{key: number, kind: "sent" | "received" | "note" | "problem", at_us: number, opcode: number, data: string,
 *   text: string}} SocketLine a frame with opcode and data, or else a text
 */

export class Socket {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** @type {SocketState} */
    this.state = "closed";
    /** What the worker calls the WebSocket that is open. */
    this.number = 0;
    /** @type {readonly SocketLine[]} */
    this.log = [];
    this.lines = 0;
    this.onChange = () => {};
  }

  /**
   * @param {string} target
   * @param {string[]} protocols
   * @param {{to?: string}} to whom, if not to the device that boots
   */
  async open(target, protocols, to = {}) {
    this.log = [];
    this.set("connecting");
    try {
      const { socket, subprotocol } = await this.session.request("ws.open", { target, protocols, ...to });
      this.number = socket;
      this.say("note", `Open: ${target}${subprotocol ? `, subprotocol ${subprotocol}` : ""}`);
      this.set("open");
    } catch (error) {
      this.fail(error);
      this.set("closed");
    }
  }

  /**
   * @param {number} opcode
   * @param {string} data latin-1
   */
  send(opcode, data) {
    return this.session.request("ws.send", { socket: this.number, opcode, data }).catch((error) => this.fail(error));
  }

  /**
   * @param {number | null} code
   * @param {string} reason
   */
  async close(code, reason) {
    const { number } = this;
    this.set("closing");
    try {
      await this.session.request("ws.close", { socket: number, code, reason });
    } catch (error) {
      this.fail(error);
      if (this.number === number) this.set("open");
    }
  }

  /** @param {import("./protocol.js").SocketFrame | import("./protocol.js").SocketClosed} event */
  take(event) {
    if (event.socket !== this.number) return;
    if (event.kind === "frame") {
      const { direction, at_us, opcode, data } = event;
      this.add({ kind: direction, at_us, opcode, data, text: "" });
    } else {
      this.say("note", `Closed: ${codeText(event.code)} ${event.reason}`.trimEnd(), event.at_us);
      this.end();
    }
  }

  /** Take note that nothing is open any more: the worker is gone, or this WebSocket has closed. */
  end() {
    this.number = 0;
    this.set("closed");
  }

  /** @param {SocketState} state */
  set(state) {
    this.state = state;
    this.onChange();
  }

  /** @param {unknown} error */
  fail(error) {
    this.say("problem", error instanceof Error ? error.message : String(error));
    this.onChange();
  }

  /** @param {"note" | "problem"} kind @param {string} text */
  say(kind, text, at_us = 0) {
    this.add({ kind, at_us, opcode: 0, data: "", text });
  }

  /** @param {Omit<SocketLine, "key">} line */
  add(line) {
    this.log = [...this.log, { ...line, key: ++this.lines }].slice(-KEPT);
    this.onChange();
  }
}
