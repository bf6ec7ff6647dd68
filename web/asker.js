/** Asks the device as a browser does: with cookies, along redirects, and nothing but the device. */

import { latin1Of } from "./bytes.js";
import { Jar } from "./cookies.js";

/** The name of the host that asks. */
export const HOST = "browser";

/** How many redirects are followed, as browsers have it. */
const REDIRECTS = 20;

/**
 * @typedef {import("./protocol.js").Header} Header
 * @typedef {{url: string, port: number}} Place on the device; `url` begins with the address of this site, as pages know
 *   themselves by it
 * @typedef {{method: string, url: string, port: number, headers: Header[], body: string, redirect?: string}} Ask
 * @typedef {{status: number, reason: string, headers: Header[], body: string, url: string, port: number,
 *   redirected: boolean}} Answer
 */

export class Asker {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** @type {import("./protocol.js").Device | null} */
    this.device = null;
    this.jar = new Jar();
    /** The port that the shown document came from. */
    this.port = 80;
  }

  /**
   * Ask the device, with its cookies, and go where it sends one.
   *
   * @param {Ask} ask
   * @returns {Promise<Answer>}
   */
  async ask({ method, url, port, headers, body, redirect = "follow" }) {
    let request = { method, url, port, headers, body };
    for (let count = 0; count <= REDIRECTS; count++) {
      const path = pathOf(request.url);
      const cookie = this.jar.header(path, Date.now());
      const own = cookie ? [...request.headers, ["Cookie", cookie]] : request.headers;
      const sent = /** @type {Header[]} */ (own.map(([name, value]) => [latin1Of(name), latin1Of(value)]));
      const answer = await this.session.request("http.fetch", {
        method: request.method, target: targetOf(request.url), port: request.port, headers: sent, body: request.body, from: HOST,
        ...this.to,
      });
      for (const [name, value] of answer.headers) if (/^set-cookie$/i.test(name)) this.jar.set(value, path, Date.now());
      const to = [301, 302, 303, 307, 308].includes(answer.status) ? fieldOf(answer.headers, "location") : null;
      const visible = answer.headers.filter(([name]) => !/^set-cookie2?$/i.test(name));
      const { status, reason, body: content } = answer;
      if (to === null || redirect === "manual") {
        const { url: last, port: at } = request;
        return { status, reason, headers: visible, body: content, url: withoutHash(last), port: at, redirected: count > 0 };
      }
      if (redirect === "error") throw new Error(`the device answered with a redirect to ${to}`);
      request = { ...redirected(request, status), ...this.locate(new URL(to, request.url).href, request.port) };
    }
    throw new Error(`the device redirects more than ${REDIRECTS} times`);
  }

  /**
   * Tell what an address stands for on the device. Pages know themselves by the address of this site.
   *
   * @param {string} address
   * @param {number} [port] that an address of this site means
   * @returns {Place}
   */
  locate(address, port = this.port) {
    if (!URL.canParse(address)) throw new Error(`${address} is no address`);
    const { protocol, hostname, host, port: own, pathname, search, hash } = new URL(address);
    if (!/^(https?|wss?):$/.test(protocol)) throw new Error(`${protocol} addresses do not lead to the device`);
    const isSite = hostname === location.hostname;
    if (!isSite && !this.names.includes(hostname)) throw new Error(`only the device can be reached from here, not ${host}`);
    if (!isSite && /^(https|wss):$/.test(protocol)) throw new Error("the device has no TLS here: use http: and ws:");
    const url = `${location.origin}${pathname}${search}${hash}`;
    return { url, port: isSite && host === location.host ? port : Number(own) || 80 };
  }

  /** Whom messages are for. @returns {{to?: string}} */
  get to() {
    return this.device ? { to: this.device.host } : {};
  }

  /** The names that the device has. */
  get names() {
    const { address = "", name = "" } = this.device ?? {};
    return [address, name.toLowerCase(), `${name.toLowerCase()}.local`];
  }

  /** An address as the user sees it. @param {Place} place */
  shown({ url, port }) {
    const { pathname, search, hash } = new URL(url);
    const host = this.device?.address ?? "device";
    return `http://${host}${port === 80 ? "" : `:${port}`}${pathname}${search}${hash}`;
  }

  /** What scripts see of the cookies, to be read by a jar again. @param {string} url */
  cookieLines(url) {
    return this.jar.for(pathOf(url), Date.now(), true).map(({ name, value, path }) => `${name}=${value}; path=${path}`);
  }
}

/**
 * The request that follows a redirect (Fetch, 4.4).
 *
 * @template {{method: string, headers: Header[], body: string}} T
 * @param {T} request
 * @param {number} status
 * @returns {T}
 */
function redirected(request, status) {
  const becomesGet = (status === 303 && !["GET", "HEAD"].includes(request.method)) || (status < 303 && request.method === "POST");
  if (!becomesGet) return request;
  return { ...request, method: "GET", body: "", headers: request.headers.filter(([name]) => !/^content-/i.test(name)) };
}

/** @param {Header[]} headers @param {string} name in lower case */
const fieldOf = (headers, name) => headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? null;

/** @param {string} url */
export const pathOf = (url) => new URL(url).pathname;

/** @param {string} url */
export function targetOf(url) {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** @param {string} url */
export const withoutHash = (url) => url.split("#")[0] ?? "";
