/** Starts the worker, watches that it gets somewhere, and replaces it when the firmware does not let go. */

import { Client } from "./client.js";

/** How long the start may go without a word, and how long a running Python may take to react. */
const PATIENCE_MS = 20_000;
const REACTION_MS = 1_500;

/**
 * How long it may take to react when there is another Python that can take over at once, and how many answers of that one
 * it may last at least: on a busy computer, those take long too.
 */
const REACTION_WITH_SPARE_MS = 30;
const SPARE_ANSWERS = 3;

/** How long it may take to react while it looks through a program; the first time, it loads what it needs for that. */
const CHECK_MS = 5_000;

/** How many times as long as its own start Python may be silent, up to `CHECK_MS`: on a busy computer both take long. */
const STARTS = 2;

/** How long nothing must have been asked until another Python is prepared, and how long that is put off at most. */
const IDLE_MS = 3_000;
const PUT_OFF_MS = 15_000;

/** How long something is waited for before Python is asked whether it still reacts, and how often it is looked at. */
const BEAT_MS = 500;

/** The cheapest question to Python. */
const QUESTION = "requirements";

/** What takes Python's time and is no fault of the firmware: it fetches, or does work of its own. @type {readonly string[]} */
const FETCHING = ["library", "packages"];

/**
 * @typedef {import("./protocol.js").Values["start"]} Started
 * @typedef {{client: Client, started: Promise<Started>, ready: boolean}} Spare
 */

export class Session {
  /**
   * @param {string} url of the worker
   * @param {"image" | "micropip"} install
   */
  constructor(url, install) {
    this.url = url;
    this.install = install;
    /** @type {Client | null} */
    this.client = null;
    /** @type {Spare | null} Another Python that can take over. */
    this.spare = null;
    this.prepareTimer = 0;
    /** When a spare one is prepared although the user has not been idle. */
    this.prepareBy = 0;
    /** Whether the next start shall not trust what the browser has kept. */
    this.fresh = false;
    /** Whether Python is there. */
    this.ready = false;
    /** @type {(status: import("./protocol.js").Status) => void} */
    this.onStatus = () => {};
    /** @type {(records: import("./protocol.js").Records) => void} */
    this.onRecords = () => {};
    /** @type {(hardware: import("./protocol.js").Hardware) => void} */
    this.onHardware = () => {};
    /** @type {(devices: import("./protocol.js").Devices) => void} */
    this.onDevices = () => {};
    /** @type {(event: import("./protocol.js").Unasked["ws.event"]) => void} */
    this.onSocket = () => {};
    /** @type {(reason: string) => void} */
    this.onEnd = () => {};
    /** Whether Python has been silent for too long while something is waited for. */
    this.silent = false;
    this.onSilence = () => {};
    this.onSpare = () => {};
    /** How many answers are waited for, and whether somebody looks after them. */
    this.waiting = 0;
    this.watched = false;
    /** How many programs Python looks through: that takes its time, and is no fault of the firmware. */
    this.checks = 0;
    /** Whether Python has not been asked anything yet. */
    this.isUnused = false;
    /** Whether Python waits for a file, or does what the firmware has no part in. */
    this.fetching = false;
    /** How long its start took. */
    this.startMs = 0;
  }

  /** Load Python in a fresh worker, or let the spare one take over; throw a sentence if that cannot be. */
  async start() {
    const { client: old, spare } = this;
    Object.assign(this, { client: null, spare: null, ready: false, fetching: false });
    old?.end("the worker was replaced");
    if (spare && spare.client.ended === null) {
      try {
        return await this.take(spare.client, spare.started);
      } catch {
        // Then one that was not prepared
      }
    }
    try {
      return await this.take(...this.launch({ fresh: this.fresh }));
    } catch (error) {
      this.fresh = true;
      throw error;
    }
  }

  /** Have another Python ready, so that a firmware that does not let go can be replaced at once. */
  prepare() {
    if (this.spare || !this.ready || this.install !== "image") return;
    const [client, started] = this.launch({ spare: true });
    const spare = { client, started, ready: false };
    this.spare = spare;
    started.then(
      () => {
        spare.ready = true;
        this.onSpare();
      },
      () => client.end("it could not be started"),
    );
  }

  /**
   * Start Python in a worker of its own.
   *
   * @param {import("./python.js").Wish} wish
   * @returns {[client: Client, started: Promise<Started>]}
   */
  launch(wish) {
    if (!globalThis.first) throw new Error("first.js could not be loaded");
    const { trusted, worker, events } = globalThis.first;
    const isFirst = worker !== null && this.install === "image" && !wish.fresh && !wish.spare;
    const client = new Client(isFirst ? worker : new Worker(trusted(this.url), { type: "module" }));
    const stopWatching = watch(client);
    const asked = isFirst ? client.takeOver(events ?? []) : client.request("start", { install: this.install, ...wish });
    if (isFirst) Object.assign(globalThis.first, { worker: null, events: null });
    return [client, asked.finally(stopWatching)];
  }

  /**
   * Speak with this worker from now on.
   *
   * @param {Client} client
   * @param {Promise<Started>} started
   */
  async take(client, started) {
    this.client = client;
    client.on("status", (status) => {
      this.fetching = FETCHING.includes(status.phase);
      if (status.phase === "failed" && this.ready) client.end(status.text);
      else this.onStatus(status);
    });
    client.on("records", (records) => this.onRecords(records));
    client.on("hardware", (hardware) => this.onHardware(hardware));
    client.on("devices", (devices) => this.onDevices(devices));
    client.on("ws.event", (event) => this.onSocket(event));
    client.onEnd = (reason) => {
      if (this.client !== client || !this.ready) return;
      this.ready = false;
      this.onEnd(reason);
    };
    const values = await started;
    Object.assign(this, { ready: true, isUnused: true, startMs: values.ms });
    this.prepareBy = performance.now() + PUT_OFF_MS;
    this.prepareWhenIdle();
    return values;
  }

  /** Prepare another Python once the user has nothing to wait for. */
  prepareWhenIdle() {
    if (this.spare) return;
    clearTimeout(this.prepareTimer);
    const rest = Math.max(0, this.prepareBy - performance.now());
    this.prepareTimer = setTimeout(() => this.prepare(), Math.min(IDLE_MS, rest));
  }

  /**
   * @template {keyof import("./protocol.js").Requests & keyof import("./protocol.js").Values} T
   * @param {T} type
   * @param {import("./protocol.js").Requests[T]} fields
   * @returns {Promise<import("./protocol.js").Values[T]>}
   */
  request(type, fields) {
    if (!this.client) return Promise.reject(new Error("there is no worker yet"));
    const asked = this.client.request(type, fields);
    this.isUnused = false;
    if (this.ready) this.prepareWhenIdle();
    const checks = type === "check" && !this.waiting ? 1 : 0; // else the firmware may be what it waits for
    this.waiting++;
    this.checks += checks;
    const done = () => {
      this.waiting--;
      this.checks -= checks;
      if (type === "boot") this.fetching = false;
    };
    asked.then(done, done);
    if (!this.watched) this.watch();
    return asked;
  }

  /** Tell whether Python answers; firmware in an endless loop keeps it from doing so. */
  async reacts() {
    if (!this.ready || this.silent) return false;
    if (this.isUnused) return true; // it has just said that it is there
    return Promise.race([this.ping(), this.losePatience().then(() => false)]);
  }

  /** Wait as long as Python may take to react. */
  async losePatience() {
    const { spare } = this;
    if (this.checks) return later(CHECK_MS);
    if (!spare?.ready) return later(REACTION_MS);
    await Promise.race([later(REACTION_MS), Promise.all([later(REACTION_WITH_SPARE_MS), exercise(spare.client)])]);
  }

  /**
   * Ask Python something.
   *
   * @returns {Promise<boolean>} whether it has answered: true, or its worker has ended: false
   */
  async ping() {
    const { client } = this;
    if (!client) return false;
    const asked = client.request(QUESTION, { files: {} });
    return asked.then(() => true, () => client.ended === null);
  }

  /** As long as something is waited for, look whether Python still reacts, and tell when that changes. */
  async watch() {
    this.watched = true;
    for (await later(BEAT_MS); this.waiting; await later(BEAT_MS)) {
      if (!this.ready) continue; // the start is watched by itself
      let quiet = 0;
      let heard = -1;
      let reacted = false;
      const pinged = this.ping().then(() => (reacted = true));
      for (; !reacted; await Promise.race([pinged, later(BEAT_MS)])) {
        const now = this.client?.heard ?? 0;
        // Whatever it says, it is alive: the question may have to wait for a hundred others
        quiet = this.fetching || now !== heard ? 0 : quiet + BEAT_MS;
        heard = now;
        this.fall(quiet >= Math.max(REACTION_MS, Math.min(CHECK_MS, STARTS * this.startMs)));
      }
      this.fall(false);
    }
    this.watched = false;
  }

  /** @param {boolean} silent */
  fall(silent) {
    if (this.silent === silent) return;
    this.silent = silent;
    this.onSilence();
  }
}

/** Have a Python that has nothing to do answer. @param {Client} client */
async function exercise(client) {
  for (let left = SPARE_ANSWERS; left > 0; left--) await client.request(QUESTION, { files: {} }).catch(() => {});
}

/** @param {number} ms */
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * End the client when it has said nothing for too long.
 *
 * @param {Client} client
 */
function watch(client) {
  let last = "the worker";
  const give = () => client.end(`nothing has happened for ${PATIENCE_MS / 1000} seconds; the last step was: ${last}`);
  let timer = setTimeout(give, PATIENCE_MS);
  let isOver = false;
  client.on("status", ({ text }) => {
    if (isOver) return; // a boot has its steps too, but nobody waits for them here
    last = text;
    clearTimeout(timer);
    timer = setTimeout(give, PATIENCE_MS);
  });
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
