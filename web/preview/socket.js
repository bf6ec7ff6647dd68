/** Is `WebSocket` and `EventSource` of the device's page, as the standards of the browser have them. */

import { bytesOf, latin1Of, textOf, viewOf } from "./bytes.js";
import { withHandlers } from "./network.js";

const STATES = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
const TEXT = 1;
const BINARY = 2;
const encoder = new TextEncoder();

/**
 * @param {import("./line.js").Line} line
 * @param {import("./place.js").Place} place
 */
export function installSockets(line, place) {
  /** @type {Map<number, {take: (event: any) => void}>} The WebSockets by the numbers that the outer page knows. */
  const sockets = new Map();
  let last = 0;

  class WebSocket extends withHandlers(["open", "message", "error", "close"]) {
    readyState = STATES.CONNECTING;
    bufferedAmount = 0;
    extensions = "";
    protocol = "";
    binaryType = "blob";
    url = "";
    #number = ++last;
    /** What is on its way out: a Blob takes its time, and keeps what comes after it waiting. */
    #queue = Promise.resolve();

    /** @param {string | URL} url @param {string | string[]} [protocols] */
    constructor(url, protocols = []) {
      super();
      const { href } = new URL(url, place.base.replace(/^http/, "ws"));
      this.url = href.replace(/^http/, "ws");
      if (!/^wss?:/.test(this.url)) throw new DOMException(`a WebSocket cannot go to ${this.url}`, "SyntaxError");
      if (this.url.includes("#")) throw new DOMException("the address of a WebSocket has no fragment", "SyntaxError");
      const names = typeof protocols === "string" ? [protocols] : [...protocols].map(String);
      if (new Set(names).size < names.length) throw new DOMException("a subprotocol is named twice", "SyntaxError");
      sockets.set(this.#number, { take: (event) => this.#take(event) });
      line.tell("ws.open", { socket: this.#number, url: this.url, protocols: names });
    }

    /** @param {string | BufferSource | Blob} data */
    send(data) {
      if (this.readyState === STATES.CONNECTING) {
        throw new DOMException("the WebSocket is not open yet", "InvalidStateError");
      }
      if (this.readyState !== STATES.OPEN) return;
      const number = this.#number;
      if (data instanceof Blob) {
        this.#queue = this.#queue.then(async () => this.#frame(number, BINARY, new Uint8Array(await data.arrayBuffer())));
      } else if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
        const bytes = viewOf(data).slice();
        this.#queue = this.#queue.then(() => this.#frame(number, BINARY, bytes));
      } else {
        const bytes = encoder.encode(String(data));
        this.#queue = this.#queue.then(() => this.#frame(number, TEXT, bytes));
      }
    }

    /** @param {number} socket @param {number} opcode @param {Uint8Array} bytes */
    #frame(socket, opcode, bytes) {
      line.tell("ws.send", { socket, opcode, data: latin1Of(bytes) });
    }

    /** @param {number} [code] @param {string} [reason] */
    close(code, reason = "") {
      if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
        throw new DOMException(`the close code must be 1000, or from 3000 to 4999, not ${code}`, "InvalidAccessError");
      }
      if (encoder.encode(reason).length > 123) throw new DOMException("the reason is longer than 123 bytes", "SyntaxError");
      if (this.readyState >= STATES.CLOSING) return;
      this.readyState = STATES.CLOSING;
      const fields = { socket: this.#number, code: code ?? null, reason };
      this.#queue = this.#queue.then(() => line.tell("ws.close", fields));
    }

    /** @param {any} event */
    #take(event) {
      if (event.kind === "opened") {
        if (this.readyState === STATES.CONNECTING) this.readyState = STATES.OPEN;
        this.protocol = event.subprotocol;
        this.dispatchEvent(new Event("open"));
      } else if (event.kind === "frame" && event.direction === "received" && [TEXT, BINARY].includes(event.opcode)) {
        if (this.readyState === STATES.OPEN || this.readyState === STATES.CLOSING) {
          const { origin } = new URL(this.url);
          this.dispatchEvent(new MessageEvent("message", { data: this.#dataOf(event), origin }));
        }
      } else if (event.kind === "closed") {
        this.readyState = STATES.CLOSED;
        sockets.delete(this.#number);
        const { code, reason } = event;
        if (code === 1006) this.dispatchEvent(new Event("error"));
        this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean: code !== 1006 }));
      }
    }

    /** @param {{opcode: number, data: string}} event */
    #dataOf({ opcode, data }) {
      if (opcode === TEXT) return textOf(data);
      const bytes = bytesOf(data);
      return this.binaryType === "arraybuffer" ? bytes.buffer : new Blob([bytes]);
    }
  }
  for (const [name, value] of Object.entries(STATES)) {
    Object.defineProperty(WebSocket, name, { value });
    Object.defineProperty(WebSocket.prototype, name, { value });
  }
  line.on("ws.event", (event) => sockets.get(event.socket)?.take(event));
  Object.defineProperty(window, "WebSocket", { value: WebSocket, configurable: true, writable: true });
  const source = sourceClass(line, place);
  Object.defineProperty(window, "EventSource", { value: source, configurable: true, writable: true });
}

/** How long an EventSource waits before it asks again, unless the device says. */
const RETRY_MS = 3000;

/**
 * @param {import("./line.js").Line} line
 * @param {import("./place.js").Place} place
 */
function sourceClass(line, place) {
  class EventSource extends withHandlers(["open", "message", "error"]) {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSED = 2;
    readyState = 0;
    withCredentials = false;
    url = "";
    #lastId = "";
    #retry = RETRY_MS;

    /** @param {string | URL} url */
    constructor(url) {
      super();
      this.url = place.resolve(url);
      this.#connect();
    }

    close() {
      this.readyState = 2;
    }

    async #connect() {
      const headers = /** @type {[string, string][]} */ ([["Accept", "text/event-stream"]]);
      if (this.#lastId) headers.push(["Last-Event-ID", this.#lastId]);
      try {
        const answer = await line.fetch({ url: this.url, headers });
        if (this.readyState === 2) return;
        const type = answer.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
        if (answer.status !== 200 || !type.startsWith("text/event-stream")) {
          this.readyState = 2; // for good, as the standard has it
        } else {
          this.readyState = 1;
          this.dispatchEvent(new Event("open"));
          this.#read(textOf(answer.body));
        }
      } catch {
        // Asked again below
      }
      this.dispatchEvent(new Event("error"));
      if (this.readyState === 2) return;
      this.readyState = 0;
      setTimeout(() => this.readyState === 0 && this.#connect(), this.#retry);
    }

    /** @param {string} text */
    #read(text) {
      for (const block of text.split(/\r\n\r\n|\n\n|\r\r/).slice(0, -1)) {
        let type = "message";
        const data = [];
        for (const line of block.split(/\r\n|\n|\r/)) {
          const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
          if (field === "data") data.push(value);
          else if (field === "event") type = value || "message";
          else if (field === "id") this.#lastId = value ?? "";
          else if (field === "retry" && /^\d+$/.test(value ?? "")) this.#retry = Number(value);
        }
        if (!data.length || this.readyState === 2) continue;
        this.dispatchEvent(new MessageEvent(type, { data: data.join("\n"), lastEventId: this.#lastId }));
      }
    }
  }
  return EventSource;
}
