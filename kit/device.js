/** Is the device in a page of mos-sim, as tests use it. */

import { answerPage } from "./answer.js";
import { readFirmware } from "./firmware.js";
import { ask, unpacked } from "./page.js";

/** @typedef {import("./playwright.js").RequestOptions} RequestOptions */

const TIMEOUT_MS = 5_000;

const REQUEST = `(async () => {
  const [method, target, headers, body, port] = given;
  const answer = await simdevice.request(method, target, { headers, body, port });
  return [answer.status, answer.reason, answer.headers, pack(answer.body), answer.took_us];
})()`;

export class Device {
  /** @param {import("@playwright/test").Page} page a page of its own */
  constructor(page) {
    this.page = page;
    this.clock = new Clock(page);
  }

  /**
   * @param {import("@playwright/test").Page} page
   * @param {string} url of the site
   */
  static async open(page, url) {
    await page.goto(`${url}?headless=1`);
    await ask(page, "simdevice.ready.then(() => null)");
    return new Device(page);
  }

  /** @returns {Promise<import("../web/types/api.js").State>} */
  state() {
    return ask(this.page, "simdevice.state");
  }

  /**
   * @param {string | import("./playwright.js").Firmware} firmware
   * @param {string} [folder]
   */
  async run(firmware, folder = ".") {
    const { seed = 0, profile = "documented" } = typeof firmware === "string" ? {} : firmware;
    const { files, main } = await readFirmware(firmware, folder);
    const { failure } = await ask(this.page, "simdevice.run(given[0], given[1])", files, { main, seed, profile });
    if (failure) throw new Error(`the firmware failed to start: ${failure.error}: ${failure.message}, ${failure.file}:${failure.line}`);
  }

  async stop() {
    await ask(this.page, "simdevice.stop()");
  }

  async restart() {
    await ask(this.page, "simdevice.restart()");
  }

  /** @param {string} method @param {string} target @param {RequestOptions} [options] */
  async request(method, target, { headers = {}, body, json, port = 80 } = {}) {
    const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
    const hasType = pairs.some(([name]) => name.toLowerCase() === "content-type");
    /** @type {[string, string][]} */
    const fields = json === undefined || hasType ? pairs : [...pairs, ["Content-Type", "application/json"]];
    const data = json === undefined ? (body ?? "") : JSON.stringify(json);
    return new Answer(await ask(this.page, REQUEST, method, target, fields, data, port));
  }

  /** @param {string} target @param {RequestOptions} [options] */
  get(target, options) {
    return this.request("GET", target, options);
  }

  /** @param {string} target @param {RequestOptions} [options] */
  post(target, options) {
    return this.request("POST", target, options);
  }

  /** @param {string} target @param {RequestOptions} [options] */
  put(target, options) {
    return this.request("PUT", target, options);
  }

  /** @param {string} target @param {RequestOptions} [options] */
  patch(target, options) {
    return this.request("PATCH", target, options);
  }

  /** @param {string} target @param {RequestOptions} [options] */
  delete(target, options) {
    return this.request("DELETE", target, options);
  }

  /** @param {string} method @param {unknown} [params] */
  rpc(method, params) {
    return ask(this.page, "simdevice.rpc(given[0], given[1])", method, params);
  }

  /** @param {string} target @param {{protocols?: string[], port?: number}} [options] */
  async ws(target, { protocols = [], port = 80 } = {}) {
    const made = "(window.simSockets ??= []).push(await simdevice.ws(given[0], given[1])) - 1";
    const number = await ask(this.page, made, target, { protocols, port });
    return new Socket(this.page, `simSockets[${number}]`, await ask(this.page, `simSockets[${number}].protocol`));
  }

  /** @param {number} number */
  pin(number) {
    return new Pin(this.page, number);
  }

  /** @param {string} kind @param {number} at @param {Record<string, number | boolean>} values */
  async setSensor(kind, at, values) {
    await ask(this.page, "simdevice.set({ sensor: given[0], at: given[1], values: given[2] })", kind, at, values);
  }

  /** @returns {Promise<string>} */
  console() {
    return ask(this.page, "simdevice.records({ type: 'device.printed' }).map(({ text }) => text).join('')");
  }

  /** @param {import("../web/types/api.js").RecordFilter} [filter] @returns {Promise<any[]>} */
  records(filter = {}) {
    return ask(this.page, "simdevice.records(given[0])", filter);
  }

  /** @param {import("../web/types/api.js").Condition} condition @param {import("../web/types/api.js").WaitOptions} [options] */
  waitFor(condition, options = {}) {
    return ask(this.page, "simdevice.waitFor(given[0], given[1])", condition, options);
  }

  /**
   * @param {import("@playwright/test").Page | import("@playwright/test").BrowserContext} page
   * @param {string} url
   * @param {{port?: number}} [options]
   */
  answer(page, url, { port = 80 } = {}) {
    return answerPage(this, page, url.replace(/\/$/, ""), port);
  }
}

class Answer {
  /** @param {[number, string, [string, string][], {base64: string}, number]} parts */
  constructor([status, reason, headers, body, took]) {
    this.status = status;
    this.reason = reason;
    this.ok = status < 400;
    this.headers = headers;
    this.body = /** @type {Buffer} */ (unpacked(body));
    this.took_us = took;
  }

  get text() {
    return this.body.toString("utf8");
  }

  /** @param {string} name */
  header(name) {
    return this.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? null;
  }

  json() {
    return JSON.parse(this.text);
  }
}

class Socket {
  /** @param {import("@playwright/test").Page} page @param {string} name @param {string} protocol */
  constructor(page, name, protocol) {
    this.page = page;
    this.name = name;
    this.protocol = protocol;
  }

  /** @param {string | Uint8Array} data */
  async send(data) {
    await ask(this.page, `${this.name}.send(given[0])`, data);
  }

  /** @param {{timeout?: number}} [options] */
  async next({ timeout = TIMEOUT_MS } = {}) {
    return unpacked(await ask(this.page, `pack(await inTime(${this.name}.next(), given[0]))`, timeout));
  }

  /** @param {number} [code] @param {string} [reason] */
  async close(code = 1000, reason = "") {
    await ask(this.page, `${this.name}.close(given[0], given[1])`, code, reason);
    return this.closed();
  }

  /** @param {{timeout?: number}} [options] @returns {Promise<import("../web/types/api.js").Closed>} */
  closed({ timeout = TIMEOUT_MS } = {}) {
    return ask(this.page, `inTime(${this.name}.closed, given[0])`, timeout);
  }
}

class Pin {
  /** @param {import("@playwright/test").Page} page @param {number} number */
  constructor(page, number) {
    this.page = page;
    this.number = number;
  }

  /** @returns {Promise<number | null>} */
  level() {
    return ask(this.page, "simdevice.pins.find(({ pin }) => pin === given[0])?.level ?? null", this.number);
  }

  /** @param {0 | 1} level */
  async set(level) {
    await ask(this.page, "simdevice.set({ pin: given[0], level: given[1] })", this.number, level);
  }

  async release() {
    await ask(this.page, "simdevice.set({ pin: given[0], level: null })", this.number);
  }
}

class Clock {
  /** @param {import("@playwright/test").Page} page */
  constructor(page) {
    this.page = page;
  }

  /** @returns {Promise<number>} */
  now_us() {
    return ask(this.page, "simdevice.clock.now_us");
  }

  async pause() {
    await ask(this.page, "simdevice.clock.pause()");
  }

  async resume() {
    await ask(this.page, "simdevice.clock.resume()");
  }

  /** @returns {Promise<boolean>} */
  step() {
    return ask(this.page, "simdevice.clock.step()");
  }

  /** @param {number} speed */
  async setSpeed(speed) {
    await ask(this.page, "simdevice.clock.setSpeed(given[0])", speed);
  }
}
