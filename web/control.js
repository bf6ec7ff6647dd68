/** Does what the buttons say: starts Python, boots and stops the device, sends a request. */

import { Model } from "./model.js";
import { isExample, keepSource, loadSource } from "./source.js";

/** @typedef {import("./panels/status.js").State} State */
/** @typedef {import("./protocol.js").HttpRequest} HttpRequest */
/** @typedef {import("./source.js").Source} Source */

export class Control {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    this.model = new Model();
    this.source = loadSource();
    /** @type {Source | null} What the device runs. */
    this.running = null;
    /** @type {import("./protocol.js").Status | null} */
    this.status = null;
    /** Whether Python or a boot is being waited for. */
    this.busy = true;
    /** Why there is no Python, and why the firmware was not even tried. */
    this.problem = "";
    this.refusal = "";
    /** @type {Exchange} The newest request of the request line. */
    this.exchange = {};
    /** How often the device was switched; an older wait that ends later must change nothing. */
    this.turn = 0;
    this.onChange = () => {};
    session.onStatus = (status) => this.set({ status });
    session.onEnd = (reason) => this.set({ problem: `Python has ended: ${reason}.` });
    session.onRecords = (records) => {
      this.model.take(records);
      this.onChange();
    };
  }

  /**
   * @typedef {{waiting?: string, answer?: import("./protocol.js").HttpResponse, problem?: string}} Exchange
   * @param {Partial<Pick<Control, "source" | "status" | "busy" | "problem" | "refusal" | "exchange">>} fields
   */
  set(fields) {
    Object.assign(this, fields);
    this.onChange();
  }

  /** @returns {State} */
  get state() {
    if (this.problem) return "failed";
    if (this.busy) return "loading";
    return this.model.snapshot.device?.state ?? "stopped";
  }

  /** Whether the device takes requests; what the firmware did before it failed goes on. */
  get isOn() {
    return this.state === "running" || this.state === "crashed";
  }

  /** Start, and let the example show that it lives. */
  async open() {
    if (!(await this.startPython()) || !(await this.run())) return;
    if (isExample(this.source)) await this.send({ method: "GET", target: "/my/api", headers: [], body: "" });
  }

  /**
   * Load Python in a fresh worker.
   *
   * @returns {Promise<boolean>} whether it is there now
   */
  async startPython() {
    this.model.reset();
    this.set({ busy: true, problem: "", status: null });
    try {
      await this.session.start();
      performance.mark("sim:python");
      return true;
    } catch (error) {
      this.problem = `Python cannot start here: ${messageOf(error)}.`;
      return false;
    } finally {
      this.set({ busy: false });
    }
  }

  /** Give the device the source as it is now. */
  run() {
    const { name, text } = this.source;
    return this.boot(() => {
      this.running = { name, text };
      return this.session.request("boot", { files: { [name]: text }, main: name });
    });
  }

  /** Boot what the device has. */
  restart() {
    return this.boot(() => this.session.request("reboot", {}));
  }

  /**
   * @param {() => Promise<unknown>} ask
   * @returns {Promise<boolean>} whether the device runs
   */
  async boot(ask) {
    const turn = ++this.turn;
    this.set({ busy: true, refusal: "" });
    try {
      if (!(await this.session.reacts()) && !(await this.startPython())) return false;
      this.busy = true;
      await ask();
      await this.session.reacts(); // an answer comes before the records of what was done
    } catch (error) {
      if (turn === this.turn) this.refusal = `The firmware was not started: ${messageOf(error)}`;
      if (this.refusal) this.model.note("error", this.refusal);
    }
    if (turn !== this.turn) return false;
    this.set({ busy: false });
    return this.state === "running";
  }

  /** Stop the device; if its firmware does not let go, together with the Python that runs it. */
  async stop() {
    this.turn++;
    if (await this.session.reacts()) {
      await this.session.request("stop", {}).catch((error) => this.model.note("error", messageOf(error)));
    } else if (await this.startPython()) {
      this.model.note("note", "the firmware did not let go, so Python was started anew");
    }
    this.set({ busy: false });
  }

  /** @param {HttpRequest} request */
  async send(request) {
    const exchange = { waiting: `${request.method} ${request.target}` };
    this.set({ exchange });
    /** @type {Exchange} */
    let outcome;
    try {
      outcome = { answer: await this.session.request("http.fetch", request) };
      if (!performance.getEntriesByName("sim:live").length) performance.mark("sim:live");
    } catch (error) {
      outcome = { problem: messageOf(error) };
    }
    if (this.exchange === exchange) this.set({ exchange: outcome });
  }

  /** @param {Source} source */
  change(source) {
    keepSource(source);
    this.set({ source });
  }
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));
