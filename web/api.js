/** Is `window.simdevice`: what programs in the page, and tests that drive a browser, do with the device. */

import { bytesOf, latin1Of, textOf } from "./bytes.js";
import { sayFailure } from "./format.js";
import { Devices } from "./api_devices.js";
import { Rules } from "./api_rules.js";
import { DeviceSocket } from "./api_socket.js";

/** @typedef {import("./types/api.js").SimDevice} Public */
/** @typedef {import("./types/api.js").Events} Events */
/** @typedef {import("./types/api.js").TraceRecord} TraceRecord */
/** @typedef {import("./types/api.js").State} State */

/** How many records are kept for `records`; older ones are dropped. */
const KEPT = 50_000;

/** How the types begin of records that are messages. */
const MESSAGES = ["http.", "ws.", "mqtt.", "rpc.called", "rpc.replied", "datagram.", "name."];

/** @implements {Public} */
export class SimDevice {
  /** @param {import("./control.js").Control} control */
  constructor(control) {
    this.version = VERSION;
    this.control = control;
    /** @type {TraceRecord[]} */
    this.kept = [];
    this.world = 0;
    /** @type {Map<keyof Events, Set<(event: any) => void>>} */
    this.listeners = new Map();
    /** @type {Map<number, DeviceSocket>} */
    this.sockets = new Map();
    this.told = "";
    this.clock = new Clock(control.session);
    this.rules = new Rules(control.session);
    this.devices = new Devices(control);
    /** @type {(device: this) => void} */
    this.isReady = () => {};
    /** @type {(error: Error) => void} */
    this.hasFailed = () => {};
    /** @type {Promise<this>} */
    this.ready = new Promise((resolve, reject) => Object.assign(this, { isReady: resolve, hasFailed: reject }));
    this.ready.catch(() => {}); // nobody has to ask
    this.listen(control.session);
  }

  /** @param {import("./session.js").Session} session */
  listen(session) {
    const { onRecords, onSocket, onEnd } = session;
    session.onRecords = (batch) => {
      onRecords(batch);
      this.clock.know(batch.time);
      for (const record of batch.records) this.take(/** @type {TraceRecord} */ (/** @type {unknown} */ (record)));
    };
    session.onSocket = (event) => {
      onSocket(event);
      this.sockets.get(event.socket)?.take(event);
      if (event.kind === "closed") this.sockets.delete(event.socket);
    };
    session.onEnd = (reason) => {
      onEnd(reason);
      for (const socket of this.sockets.values()) socket.end(1006, reason);
      this.sockets.clear();
    };
  }

  /** Say that the page has begun, or why it could not. */
  begun() {
    const { problem } = this.control;
    if (problem) this.hasFailed(new Error(problem));
    else this.isReady(this);
  }

  /** Tell the state if it has changed. */
  look() {
    if (!this.listeners.get("state")?.size) return;
    const state = this.state;
    const text = JSON.stringify(state);
    if (text === this.told) return;
    this.told = text;
    this.tell("state", state);
  }

  /** @returns {State} */
  get state() {
    const { state, problem, refusal, model } = this.control;
    const { device } = model.snapshot;
    return { state, device: device && described(device), problem: problem || refusal };
  }

  /** @param {import("./types/api.js").Files} files @param {import("./types/api.js").RunOptions} [options] */
  async run(files, options = {}) {
    const { givenBundle, openBundle } = await import("./share.js");
    openBundle(this.control, givenBundle(files, options));
    await this.control.run();
    return this.booted();
  }

  async restart() {
    await this.control.restart();
    return this.booted();
  }

  booted() {
    const { problem, refusal, model } = this.control;
    const { device } = model.snapshot;
    if (problem || refusal || !device) throw new Error(problem || refusal || "the device is not there");
    return described(device);
  }

  async stop() {
    await this.control.stop();
  }

  /** @param {string} method @param {string} target @param {import("./types/api.js").RequestOptions} [options] */
  async request(method, target, { headers = {}, body = "", port = 80, to = "" } = {}) {
    const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
    const response = await this.control.session.request("http.fetch", {
      method: latin1Of(method),
      target: latin1Of(target),
      headers: pairs.map(([name, value]) => [latin1Of(name), latin1Of(value)]),
      body: packed(body),
      port,
      ...(to ? { to } : {}),
    });
    return new Answer(response);
  }

  /** @param {string} target @param {{protocols?: string[], port?: number, to?: string}} [options] */
  async ws(target, { protocols = [], port = 80, to = "" } = {}) {
    const { session } = this.control;
    const { socket, subprotocol } = await session.request("ws.open", { target, protocols, port, ...(to ? { to } : {}) });
    const made = new DeviceSocket(session, socket, subprotocol);
    this.sockets.set(socket, made);
    return made;
  }

  /** @param {string} method @param {unknown} [args] @param {{to?: string}} [options] */
  async rpc(method, args, options = {}) {
    const body = args === undefined ? "" : JSON.stringify(args);
    const headers = { "Content-Type": "application/json" };
    const answer = await this.request("POST", `/rpc/${method}`, { headers, body, ...options });
    const value = answer.text ? answer.json() : null;
    if (answer.status === 200) return value;
    const { code = answer.status, message = answer.reason } = /** @type {any} */ (value ?? {});
    throw Object.assign(new Error(`${method} failed with ${code}: ${message}`), { code });
  }

  /** @param {import("./types/api.js").ExportForm} form @param {{connections?: number[]}} [options] */
  async export(form, { connections } = {}) {
    return (await import("./run.js")).writeTrace(this.control, form, connections);
  }

  /** @param {{name?: string}} [options] */
  async saveRun(options) {
    return (await import("./run.js")).saveRun(this.control, options);
  }

  /** @param {string} run */
  async replay(run) {
    const { publicOf, replay } = await import("./run.js");
    return publicOf(await replay(this.control, run));
  }

  /** @param {number} seq */
  async rewind(seq) {
    const { publicOf, rewind } = await import("./run.js");
    return publicOf(await rewind(this.control, seq));
  }

  /** @param {import("./types/api.js").Setting} setting */
  async set(setting) {
    const { session } = this.control;
    const which = setting.host ? { host: setting.host } : {};
    if ("pin" in setting) await session.request("pin.set", { pin: setting.pin, level: setting.level, ...which });
    else await session.request("sensor.set", { kind: setting.sensor, at: setting.at, values: setting.values, ...which });
  }

  /** The pins that the firmware has set up. */
  get pins() {
    return this.control.model.snapshot.pins;
  }

  /** @param {import("./types/api.js").Condition} condition @param {import("./types/api.js").WaitOptions} [options] */
  async waitFor(condition, options) {
    const { waitFor } = await import("./waiting.js");
    return waitFor(this, condition, options);
  }

  /** @param {import("./types/api.js").RecordFilter | ((record: TraceRecord) => boolean)} [filter] */
  records(filter = {}) {
    if (typeof filter === "function") return this.kept.filter(filter);
    const { type, since = 0, host } = filter;
    const types = type === undefined ? null : [type].flat();
    return this.kept.filter(
      (record) =>
        record.seq >= since &&
        (host === undefined || record["host"] === host) &&
        (types === null || types.some((each) => record.type === each || record.type.startsWith(`${each}.`))),
    );
  }

  /**
   * @template {keyof Events} T
   * @param {T} type
   * @param {(event: Events[T]) => void} fn
   */
  on(type, fn) {
    const listeners = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, listeners.add(fn));
    return () => void listeners.delete(fn);
  }

  /** @param {TraceRecord} record */
  take(record) {
    const { world } = this.control.model;
    if (world !== this.world) {
      this.world = world;
      this.kept = []; // another worker counts its records anew
    }
    this.kept.push(record);
    if (this.kept.length > 2 * KEPT) this.kept = this.kept.slice(-KEPT);
    this.tell("record", record);
    if (MESSAGES.some((start) => record.type.startsWith(start))) this.tell("traffic", record);
    const line = this.listeners.get("console")?.size ? consoleLine(record) : null;
    if (line) this.tell("console", line);
  }

  /**
   * @template {keyof Events} T
   * @param {T} type
   * @param {Events[T]} event
   */
  tell(type, event) {
    for (const fn of this.listeners.get(type) ?? []) {
      try {
        fn(event);
      } catch (error) {
        reportError(error); // a mistake of the listener's; the others shall know all the same
      }
    }
  }
}

/** @param {any} record @returns {import("./types/api.js").ConsoleLine | null} */
function consoleLine(record) {
  const { type, at_us, text } = record;
  if (type === "device.printed") return { kind: "print", at_us, text };
  if (type === "device.logged") return { kind: "log", at_us, text };
  if (type === "device.failed") return { kind: "error", at_us, text: sayFailure(record) };
  return null;
}

/** @param {import("./protocol.js").Device} device @returns {import("./types/api.js").DeviceState} */
const described = ({ name, address, state, main, boots, failure }) => ({ name, address, state, main, boots, failure });

/** @param {string | Uint8Array} data */
const packed = (data) => (typeof data === "string" ? latin1Of(data) : Array.from(data, (byte) => String.fromCharCode(byte)).join(""));

/** @implements {Pick<import("./types/api.js").Answer, "status" | "text" | "json">} */
class Answer {
  /** @param {import("./protocol.js").HttpResponse} response */
  constructor({ status, reason, headers, body, took_us }) {
    this.status = status;
    this.reason = textOf(reason);
    this.headers = headers.map(([name, value]) => /** @type {[string, string]} */ ([textOf(name), textOf(value)]));
    this.body = bytesOf(body);
    this.took_us = took_us;
  }

  get text() {
    return new TextDecoder().decode(this.body);
  }

  /** @param {string} name */
  header(name) {
    return this.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? null;
  }

  json() {
    return JSON.parse(this.text);
  }
}

/** @implements {Pick<import("./types/api.js").Clock, "now_us" | "pause">} */
class Clock {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    this.now_us = 0;
    this.speed = 1;
    this.isPaused = false;
  }

  /** @param {import("./protocol.js").Time | undefined} time */
  know(time) {
    if (time) Object.assign(this, { now_us: time.now_us, speed: time.speed, isPaused: time.paused });
  }

  async pause() {
    this.know(await this.session.request("time.pause", {}));
  }

  resume() {
    return this.setSpeed(this.speed);
  }

  async step() {
    const time = await this.session.request("time.step", {});
    this.know(time);
    return time.ran;
  }

  /** @param {number} speed */
  async setSpeed(speed) {
    this.know(await this.session.request("time.speed", { speed }));
  }
}
