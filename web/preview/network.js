/** Is `fetch`, `navigator.sendBeacon` and `XMLHttpRequest` of the device's page: all of them ask the device. */

import { bytesOf, headerOf, latin1Of, textOf } from "./bytes.js";
import { isAsked } from "./place.js";

/** Answers that have no body (Fetch, 2.2.3). */
const BODILESS = [101, 103, 204, 205, 304];

/** @param {import("./line.js").Answer} answer */
export function responseOf(answer) {
  const { status, reason, headers, body, url, redirected } = answer;
  const fields = new Headers();
  for (const [name, value] of headers) {
    try {
      fields.append(name, value);
    } catch {
      // A field that no browser would take in either
    }
  }
  const hasBody = !BODILESS.includes(status);
  const statusText = /^[\t\x20-\x7e\x80-\xff]*$/.test(reason) ? reason : "";
  const shown = status >= 200 && status <= 599 ? status : 200;
  const response = new Response(hasBody ? bytesOf(body) : null, { status: shown, statusText, headers: fields });
  for (const [name, value] of Object.entries({ url, redirected, status, ok: status >= 200 && status <= 299, type: "basic" })) {
    Object.defineProperty(response, name, { value });
  }
  return response;
}

/** @param {string} name */
const written = (name) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

/**
 * @param {Request} request
 * @param {string} [type] of the body, if the request does not say
 */
async function askOf(request, type = "") {
  // Written as people write them, as browsers do over HTTP/1
  const headers = [...request.headers].map(([name, value]) => /** @type {[string, string]} */ ([written(name), value]));
  const body = latin1Of(new Uint8Array(await request.arrayBuffer()));
  if (type && !headerOf(headers, "content-type")) headers.push(["Content-Type", type]);
  return { method: request.method, url: request.url, headers, body, redirect: request.redirect };
}

/**
 * @param {import("./line.js").Line} line
 * @param {import("./place.js").Place} place
 */
export function installNetwork(line, place) {
  const plainFetch = window.fetch.bind(window);

  /** @type {typeof window.fetch} */
  window.fetch = async function fetch(input, init) {
    const address = input instanceof Request ? input.url : place.resolve(input);
    if (!isAsked(address)) return plainFetch(input, init);
    const request = new Request(input instanceof Request ? input : address, init);
    request.signal.throwIfAborted();
    const answered = line.fetch(await askOf(request)).then(responseOf);
    const stopped = new Promise((_, reject) => {
      request.signal.addEventListener("abort", () => reject(request.signal.reason));
    });
    return /** @type {Promise<Response>} */ (Promise.race([answered, stopped]));
  };

  navigator.sendBeacon = (url, data) => {
    const request = new Request(place.resolve(url), { method: "POST", body: data ?? null });
    askOf(request).then((ask) => line.fetch(ask)).catch(() => {});
    return true;
  };

  Object.defineProperty(window, "XMLHttpRequest", { value: requestClass(line, place), configurable: true, writable: true });
}

const STATES = { UNSENT: 0, OPENED: 1, HEADERS_RECEIVED: 2, LOADING: 3, DONE: 4 };
const EVENTS = ["readystatechange", "loadstart", "progress", "load", "loadend", "error", "abort", "timeout"];

/**
 * @param {import("./line.js").Line} line
 * @param {import("./place.js").Place} place
 */
function requestClass(line, place) {
  class XMLHttpRequest extends withHandlers(EVENTS) {
    readyState = 0;
    status = 0;
    statusText = "";
    responseURL = "";
    responseType = "";
    response = /** @type {any} */ ("");
    timeout = 0;
    withCredentials = false;
    upload = new (withHandlers(EVENTS))();
    #ask = { method: "GET", url: "", headers: /** @type {[string, string][]} */ ([]), body: "" };
    #answer = /** @type {import("./line.js").Answer | null} */ (null);
    #turn = 0;
    #mime = "";

    /** @param {string} method @param {string} url */
    open(method, url, isAsync = true) {
      if (!isAsync) {
        throw new DOMException("a synchronous XMLHttpRequest cannot reach the simulated device", "InvalidAccessError");
      }
      this.#turn++;
      const { method: known } = new Request("data:,", { method: String(method) }); // throws as the real one does
      this.#ask = { method: known, url: place.resolve(url), headers: [], body: "" };
      this.#answer = null;
      Object.assign(this, { status: 0, statusText: "", responseURL: "", response: this.#empty() });
      this.#become(STATES.OPENED);
    }

    /** @param {string} name @param {string} value */
    setRequestHeader(name, value) {
      this.#need(STATES.OPENED);
      new Headers([[name, value]]);
      this.#ask.headers.push([String(name), String(value)]);
    }

    /** @param {string} mime */
    overrideMimeType(mime) {
      this.#mime = String(mime);
    }

    /** @param {Document | XMLHttpRequestBodyInit | null} [data] */
    async send(data = null) {
      this.#need(STATES.OPENED);
      const turn = ++this.#turn;
      const isBodiless = ["GET", "HEAD"].includes(this.#ask.method);
      const body = data instanceof Document ? new XMLSerializer().serializeToString(data) : data;
      this.#fire("loadstart");
      if (this.timeout) setTimeout(() => this.#fail("timeout", turn), this.timeout);
      try {
        const made = new Request("http://device/", { method: "POST", body: isBodiless ? null : body });
        const { headers: own, body: bytes } = await askOf(made);
        const headers = [...this.#ask.headers];
        const type = headerOf(own, "content-type");
        if (type && !headerOf(headers, "content-type")) headers.push(["Content-Type", type]);
        const answer = await line.fetch({ ...this.#ask, headers, body: bytes });
        if (turn === this.#turn) this.#arrive(answer);
      } catch {
        this.#fail("error", turn);
      }
    }

    abort() {
      if (this.readyState === STATES.OPENED) this.#fail("abort", this.#turn);
      this.#turn++;
      this.readyState = STATES.UNSENT;
    }

    /** @param {string} name */
    getResponseHeader(name) {
      const found = this.#fields().filter(([key]) => key === String(name).toLowerCase());
      return found.length ? found.map(([, value]) => value).join(", ") : null;
    }

    getAllResponseHeaders() {
      return this.#fields().map(([name, value]) => `${name}: ${value}\r\n`).join("");
    }

    get responseText() {
      if (!["", "text"].includes(this.responseType)) {
        throw new DOMException("responseText is there for responseType '' and 'text' alone", "InvalidStateError");
      }
      return this.response;
    }

    get responseXML() {
      if (this.responseType === "document") return this.response;
      const type = this.#type();
      if (this.readyState !== STATES.DONE || !/xml/.test(type)) return null;
      return new DOMParser().parseFromString(this.response, "application/xml");
    }

    /** @param {import("./line.js").Answer} answer */
    #arrive(answer) {
      this.#answer = answer;
      Object.assign(this, { status: answer.status, statusText: answer.reason, responseURL: answer.url.split("#")[0] });
      this.#become(STATES.HEADERS_RECEIVED);
      this.response = this.#read(answer);
      this.#become(STATES.LOADING);
      const { length } = answer.body;
      this.#fire("progress", length);
      this.#become(STATES.DONE);
      this.#fire("load", length);
      this.#fire("loadend", length);
    }

    /** @param {import("./line.js").Answer} answer */
    #read({ body }) {
      const type = this.#type();
      switch (this.responseType) {
        case "arraybuffer":
          return bytesOf(body).buffer;
        case "blob":
          return new Blob([bytesOf(body)], { type });
        case "json":
          try {
            return JSON.parse(textOf(body));
          } catch {
            return null;
          }
        case "document":
          return new DOMParser().parseFromString(textOf(body, type), /xml/.test(type) ? "application/xml" : "text/html");
        default:
          return textOf(body, type);
      }
    }

    #type() {
      return this.#mime || headerOf(this.#answer?.headers ?? [], "content-type");
    }

    #empty() {
      return ["", "text"].includes(this.responseType) ? "" : null;
    }

    /** @returns {[string, string][]} */
    #fields() {
      return (this.#answer?.headers ?? []).map(([name, value]) => [name.toLowerCase(), value]);
    }

    /** @param {number} state */
    #need(state) {
      if (this.readyState !== state) throw new DOMException("the request must be open and not sent", "InvalidStateError");
    }

    /** @param {number} state */
    #become(state) {
      this.readyState = state;
      this.dispatchEvent(new Event("readystatechange"));
    }

    /** @param {string} kind @param {number} turn */
    #fail(kind, turn) {
      if (turn !== this.#turn || this.readyState === STATES.DONE) return;
      this.#turn++;
      this.response = this.#empty();
      this.status = 0;
      this.#become(STATES.DONE);
      this.#fire(kind);
      this.#fire("loadend");
    }

    /** @param {string} type */
    #fire(type, loaded = 0) {
      this.dispatchEvent(new ProgressEvent(type, { lengthComputable: loaded > 0, loaded, total: loaded }));
    }
  }
  for (const [name, value] of Object.entries(STATES)) {
    Object.defineProperty(XMLHttpRequest, name, { value });
    Object.defineProperty(XMLHttpRequest.prototype, name, { value });
  }
  return XMLHttpRequest;
}

/**
 * A base with `on...` properties for some events, as those of the browser have.
 *
 * @param {readonly string[]} names
 * @returns {{new (): EventTarget}}
 */
export function withHandlers(names) {
  class Target extends EventTarget {
    /** @type {Map<string, (event: Event) => void>} */
    handlers = new Map();
  }
  for (const name of names) {
    Object.defineProperty(Target.prototype, `on${name}`, {
      configurable: true,
      get() {
        return this.handlers.get(name) ?? null;
      },
      set(handler) {
        if (!this.handlers.has(name)) {
          this.addEventListener(name, (/** @type {Event} */ event) => this.handlers.get(name)?.call(this, event));
        }
        this.handlers.set(name, typeof handler === "function" ? handler : null);
      },
    });
  }
  return Target;
}
