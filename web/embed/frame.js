/**
 * Is the page within another one: waits until it is wanted, and speaks with the page around it.
 *
 * It takes messages from that page alone, and reaches for nothing of it. What it says goes to whoever has put it there:
 * it knows nothing of the user, as it reads nothing that the browser keeps.
 */

import { ShareError, checkedBundle, openBundle } from "../share.js";
import { VIEWS } from "../mode.js";

const VERSION_OF_MESSAGES = 1;

/** How often messages of the device are passed on, and how many of them at most. */
const EVERY_MS = 100;
const MOST = 1000;

/** @typedef {import("../types/embed.js").FromDevice} FromDevice */

export class Frame {
  /**
   * @param {import("../extras.js").Extras} extras
   * @param {Window | null} parent
   */
  constructor(extras, parent) {
    this.extras = extras;
    this.parent = parent;
    /** @type {import("../types/api.js").TraceRecord[]} */
    this.records = [];
    /** @type {import("../types/api.js").ConsoleLine[]} */
    this.lines = [];
    this.timer = 0;
    this.isStarted = false;
    /** Whether the first firmware is on its way. */
    this.isBegun = false;
    /** The text of a lesson to begin with; Python has to be there to read it. */
    this.lesson = "";
    this.start = () => {};
    /** Kept when the device is wanted. @type {Promise<void>} */
    this.wanted = new Promise((resolve) => {
      this.start = () => {
        this.isStarted = true;
        resolve();
      };
    });
    /** Kept when the page around this one has given its files. */
    this.hasLoaded = () => {};
    /** @type {Promise<void>} */
    this.loaded = new Promise((resolve) => {
      this.hasLoaded = () => resolve();
    });
    if (!extras.mode.waits) this.hasLoaded();
    addEventListener("message", (event) => this.receive(event));
    this.listen();
  }

  listen() {
    const { api } = this.extras;
    api.on("state", (state) => this.post({ type: "state", ...state }));
    api.on("traffic", (record) => this.gather(this.records, record));
    api.on("console", (line) => this.gather(this.lines, line));
    new ResizeObserver(() => this.post({ type: "resize", height: this.height() })).observe(document.body);
    this.post({ type: "ready", version: VERSION });
  }

  /** How much room the page would like. */
  height() {
    return Math.ceil(document.querySelector(".cover")?.getBoundingClientRect().height ?? document.body.scrollHeight);
  }

  /**
   * Wait until the device is wanted: at once, when it comes into sight, or when it is asked for.
   *
   * @param {import("../mode.js").Autostart} when
   */
  async wait(when) {
    if (when === "now") this.start();
    if (!this.isStarted) {
      const cover = this.cover();
      if (when === "visible") this.watch();
      await this.wanted;
      cover.remove();
    }
    delete document.body.dataset.waiting;
    await this.loaded;
    this.isBegun = true;
  }

  cover() {
    const cover = document.createElement("div");
    cover.className = "cover";
    cover.setAttribute("role", "main"); // the other one is hidden as long as this is there
    const title = document.createElement("h1");
    Object.assign(title, { className: "unseen", textContent: document.title });
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "primary", textContent: "Start device" });
    button.addEventListener("click", () => this.start());
    cover.append(title, button);
    document.body.append(cover);
    document.body.dataset.waiting = "yes";
    return cover;
  }

  watch() {
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      watcher.disconnect();
      this.start();
    });
    watcher.observe(document.body);
  }

  /** @param {import("../protocol.js").Verdict[] | readonly import("../protocol.js").Verdict[]} checks */
  tellChecks(checks) {
    this.post({ type: "check", checks: [...checks] });
  }

  /** @template T @param {T[]} list @param {T} item */
  gather(list, item) {
    list.push(item);
    this.timer ||= window.setTimeout(() => this.flush(), EVERY_MS);
  }

  flush() {
    this.timer = 0;
    const { records, lines } = this;
    Object.assign(this, { records: [], lines: [] });
    if (records.length) this.post({ type: "traffic", records: records.slice(-MOST) });
    if (lines.length) this.post({ type: "console", lines: lines.slice(-MOST) });
  }

  /** @param {{type: FromDevice["type"], [field: string]: unknown}} message */
  post(message) {
    // Whoever embeds this may know what it does: the files are theirs, or the site's
    this.parent?.postMessage({ simdevice: VERSION_OF_MESSAGES, ...message }, "*");
  }

  /** @param {MessageEvent} event */
  async receive({ source, data }) {
    if (!this.parent || source !== this.parent || data?.simdevice !== VERSION_OF_MESSAGES) return;
    const { id } = data;
    const hasId = typeof id === "number" || typeof id === "string";
    try {
      const value = await this.obey(data);
      if (hasId) this.post({ type: "answer", id, ok: true, value });
    } catch (error) {
      if (hasId) this.post({ type: "answer", id, ok: false, error: error instanceof Error ? error.message : String(error) });
    }
  }

  /** @param {any} message */
  async obey(message) {
    const { extras } = this;
    const { api, control } = extras;
    switch (message.type) {
      case "load":
        return this.load(message);
      case "setView":
        if (!VIEWS.includes(message.view)) throw new ShareError(`there is no view ${String(message.view).slice(0, 40)}`);
        return extras.setView(message.view);
      case "run":
        if (await this.begin()) await control.run();
        return api.booted();
      case "stop":
        if (this.isStarted) await api.ready.then(() => api.stop());
        return null;
      case "send": {
        await this.begin();
        const { method, target, headers, body } = message;
        const answer = await api.request(String(method ?? "GET"), String(target ?? "/"), { headers, body });
        return { status: answer.status, reason: answer.reason, headers: answer.headers, body: answer.text, took_us: answer.took_us };
      }
      default:
        throw new ShareError(`there is no message type ${String(message.type).slice(0, 40)}`);
    }
  }

  /** Start the device if it was not; tells whether it was. */
  async begin() {
    const wasStarted = this.isStarted;
    this.start();
    await this.extras.api.ready;
    return wasStarted;
  }

  /** @param {any} message */
  async load({ project, lesson }) {
    const { extras, isBegun } = this;
    const { control } = extras;
    if (isBegun) await extras.api.ready;
    if (typeof lesson !== "string") openBundle(control, checkedBundle(project, "The project"));
    else if (isBegun) await extras.enterText(lesson);
    this.lesson = isBegun ? "" : (lesson ?? "");
    this.hasLoaded();
    if (isBegun) await control.run();
    return null;
  }
}
