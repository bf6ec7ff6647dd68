/** Answers the page in one frame over its port: what it asks goes to the device, and it can ask for nothing else. */

import { HOST, targetOf, withoutHash } from "./asker.js";

/** How many requests are on their way at a time, and how many may wait. */
const AT_A_TIME = 6;
const MOST_WAITING = 500;

/** How many WebSockets a page may have open. */
const SOCKETS = 50;

/** How much a page may keep, in characters. */
const KEPT = 5_000_000;

/** Fields that a browser writes itself (Fetch, 2.2.2). */
const OWN = /^(accept-charset|accept-encoding|access-control-request-.*|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via|proxy-.*|sec-.*)$/i;

/** @typedef {import("./asker.js").Header} Header */

/** How long a click may take to end in the frame, once its page has heard of it. */
const CLICK_MS = 20;

export class Guest {
  /**
   * @param {import("./browser.js").Browser} browser
   * @param {MessagePort} port
   */
  constructor(browser, port) {
    this.browser = browser;
    this.asker = browser.asker;
    this.session = browser.session;
    this.port = port;
    this.active = 0;
    /** @type {(() => void)[]} */
    this.waiting = [];
    /** The WebSockets by the numbers that the page gives them. @type {Map<number, {number: number, queue: Promise<unknown>}>} */
    this.sockets = new Map();
    this.isGone = false;
    port.onmessage = ({ data }) => this.receive(data);
  }

  /** Answer no more: what is still asked for comes to nothing, and the WebSockets are closed. */
  leave() {
    this.isGone = true;
    this.port.close();
    this.waiting.length = 0;
    for (const { number } of this.sockets.values()) if (number) this.closeSocket(number);
  }

  /** @param {any} message */
  receive(message) {
    if (this.isGone || typeof message?.type !== "string") return;
    const { browser } = this;
    switch (message.type) {
      case "fetch":
        this.queue(message);
        return;
      case "ws.open":
        this.openSocket(message);
        return;
      case "ws.send":
      case "ws.close":
        this.useSocket(message);
        return;
      case "go":
        // Not at once: where this leads nowhere the frame goes, and the click in it has to be over before
        setTimeout(() => this.isGone || browser.visit(String(message.url), { ...requestOf(message), replace: message.replace === true }), CLICK_MS);
        return;
      case "move":
        browser.move(Math.trunc(Number(message.by)) || 0);
        return;
      case "history":
        browser.changeHistory(String(message.url), Number(message.entry), message.isNew === true);
        return;
      case "title":
        browser.set({ title: String(message.title).slice(0, 200) });
        return;
      case "shown":
        browser.set({ state: "shown" });
        return;
      case "cookie":
        this.asker.jar.set(String(message.text), String(message.path), Date.now(), true);
        return;
      case "store":
        this.store(message);
        return;
      default:
        console.warn("the page of the device says something unknown");
    }
  }

  /** @param {any} message */
  store({ area, items }) {
    if (area !== "local" && area !== "session") return;
    const fits = Array.isArray(items) && items.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === "string"));
    if (!fits || items.reduce((/** @type {number} */ sum, [k, v]) => sum + k.length + v.length, 0) > KEPT) return;
    this.browser.storage = { ...this.browser.storage, [area]: items };
  }

  /**
   * Answer a request of the frame, when it is its turn.
   *
   * @param {any} message
   */
  queue(message) {
    const run = async () => {
      this.active++;
      await this.asked(message).then(
        (value) => this.reply({ id: message.id, ok: true, value }),
        (error) => this.reply({ id: message.id, ok: false, problem: messageOf(error) }),
      );
      this.active--;
      this.waiting.shift()?.();
    };
    if (this.active < AT_A_TIME) run();
    else if (this.waiting.length < MOST_WAITING) this.waiting.push(run);
    else this.reply({ id: message.id, ok: false, problem: "too many requests are waiting" });
  }

  /** @param {any} message */
  async asked(message) {
    const request = requestOf(message);
    const from = withoutHash(this.browser.address);
    const origin = ["GET", "HEAD"].includes(request.method) ? [] : [["Origin", new URL(from).origin]];
    const headers = /** @type {Header[]} */ ([["Accept", "*/*"], ["Referer", from], ...origin, ...request.headers]);
    return this.asker.ask({ ...request, headers, ...this.asker.locate(String(message.url)), redirect: String(message.redirect) });
  }

  /** @param {object} message */
  reply(message) {
    if (this.isGone) return;
    const { here } = this.browser;
    if (here) this.port.postMessage({ type: "cookies", cookies: this.asker.cookieLines(here.url) });
    this.port.postMessage(message);
  }

  /**
   * @param {any} message
   */
  openSocket({ socket, url, protocols }) {
    const fail = (/** @type {string} */ reason) => {
      this.sockets.delete(socket);
      this.tellSocket({ socket, kind: "closed", code: 1006, reason });
    };
    if (!Number.isSafeInteger(socket) || this.sockets.has(socket) || !Array.isArray(protocols)) return;
    if (this.sockets.size >= SOCKETS) {
      fail(`a page may have ${SOCKETS} WebSockets open here`);
      return;
    }
    const own = { number: 0, queue: /** @type {Promise<unknown>} */ (Promise.resolve()) };
    this.sockets.set(socket, own);
    const open = async () => {
      const place = this.asker.locate(String(url));
      const wish = { target: targetOf(place.url), port: place.port, protocols: protocols.map(String), from: HOST, ...this.asker.to };
      const { socket: number, subprotocol } = await this.session.request("ws.open", wish);
      own.number = number;
      if (!this.isGone) this.tellSocket({ socket, kind: "opened", subprotocol });
      else this.closeSocket(number);
    };
    own.queue = open().catch((error) => {
      this.browser.set({ note: `The page's WebSocket did not open: ${messageOf(error)}.` });
      fail("");
    });
  }

  /**
   * @param {any} message
   */
  useSocket({ type, socket, opcode, data, code, reason }) {
    const own = this.sockets.get(socket);
    if (!own) return;
    own.queue = own.queue.then(() => {
      const { number } = own;
      if (!number) return undefined;
      if (type === "ws.send") return this.session.request("ws.send", { socket: number, opcode: opcode === 1 ? 1 : 2, data: String(data) });
      return this.session.request("ws.close", { socket: number, code: code === null ? null : Number(code), reason: String(reason) });
    }).catch(() => {}); // it has closed meanwhile, of which it is told
  }

  /**
   * Hand on what happens on a WebSocket of the frame.
   *
   * @param {import("./protocol.js").SocketFrame | import("./protocol.js").SocketClosed} event
   */
  take(event) {
    for (const [socket, { number }] of this.sockets) {
      if (number !== event.socket) continue;
      if (event.kind === "closed") this.sockets.delete(socket);
      this.tellSocket({ ...event, socket });
    }
  }

  /** Tell the page that all its WebSockets are gone. */
  lose() {
    const sockets = [...this.sockets.keys()];
    this.sockets.clear();
    for (const socket of sockets) this.tellSocket({ socket, kind: "closed", code: 1006, reason: "" });
  }

  /** Say goodbye for a page that is no longer there. @param {number} socket */
  closeSocket(socket) {
    this.session.request("ws.close", { socket, code: 1001, reason: "" }).catch(() => {}); // it has closed meanwhile
  }

  /** @param {object} fields */
  tellSocket(fields) {
    if (!this.isGone) this.port.postMessage({ ...fields, type: "ws.event" });
  }
}

/**
 * The parts of a request, whatever the frame has sent. A script may not write the fields that are the browser's.
 *
 * @param {any} message
 * @returns {{method: string, headers: Header[], body: string}}
 */
function requestOf({ method = "GET", headers = [], body = "" }) {
  const pairs = Array.isArray(headers) ? headers : [];
  return {
    method: String(method),
    headers: pairs.map(([name, value]) => /** @type {Header} */ ([String(name), String(value)])).filter(([name]) => !OWN.test(name)),
    body: String(body),
  };
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));
