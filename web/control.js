/** Does what the buttons say: starts Python, boots and stops the device, sends a request. */

import { Model } from "./model.js";
import { Socket } from "./socket.js";
import { Checker } from "./checker.js";
import { EXAMPLE } from "./examples.js";
import { filesOf, isSame, withFiles, withoutFile } from "./project.js";
import { Keeper, keepProfile, loadProfile } from "./source.js";
import { sayFailure } from "./format.js";
import { latin1Of, textOf } from "./bytes.js";

/** @typedef {import("./panels/status.js").State} State */
/** @typedef {import("./protocol.js").HttpRequest} HttpRequest */
/** @typedef {import("./project.js").Project} Project */

const STOPPING = "Stopping ...";

export class Control {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    this.model = new Model();
    this.socket = new Socket(session);
    this.keeper = new Keeper();
    this.checker = new Checker(session);
    /** @type {Project} What is in the editor. */
    this.project = EXAMPLE;
    /** @type {import("./project.js").File | null} The file that was deleted last, as long as it may come back. */
    this.removed = null;
    /** @type {readonly Project[]} Own projects that others have taken the place of. */
    this.aside = [];
    /** Which generation of the library the next boot shall imitate. */
    this.profile = loadProfile();
    /** The seed of everything random on the device, and the file to boot (empty: as devices choose). */
    this.seed = 0;
    this.main = "";
    /** @type {(Pick<Project, "files"> & {profile: string, seed: number, main: string}) | null} What the device runs. */
    this.running = null;
    /** @type {Control["running"]} What the device has booted last. */
    this.booted = null;
    /** @type {import("./protocol.js").Status | null} */
    this.status = null;
    /** Whether Python or a boot is being waited for. */
    this.busy = true;
    /** What is being done that has no state of its own. */
    this.doing = "";
    /** Why there is no Python, and why the firmware was not even tried. */
    this.problem = "";
    this.refusal = "";
    /** @type {Exchange} The newest request of the request line. */
    this.exchange = {};
    /** What came of the last run. @type {import("./run.js").Said | null} */
    this.said = null;
    /** @type {readonly import("./protocol.js").Device[]} All devices of the network. */
    this.devices = [];
    /** Whether all has been done with which the page begins. */
    this.opened = false;
    /** How often the device was switched; an older wait that ends later must change nothing. */
    this.turn = 0;
    /** @type {Promise<void> | undefined} */
    this.loading = undefined;
    this.onChange = () => {};
    session.onStatus = (status) => this.set({ status });
    this.keeper.onProblem = () => this.onChange();
    this.checker.onChange = () => this.onChange();
    session.onDevices = ({ devices }) => this.set({ devices });
    session.onEnd = (reason) => {
      this.socket.end();
      this.set({ doing: "", problem: `Python has ended: ${reason}.` });
    };
    session.onSocket = (event) => this.socket.take(event);
    this.socket.onChange = () => this.onChange();
    session.onSilence = () => this.onChange();
    session.onSpare = () => this.onChange();
    session.onRecords = (batch) => {
      this.model.take(batch);
      for (const record of batch.records) if (record.type === "device.failed") this.blame(record);
      this.onChange();
    };
  }

  /**
   * @typedef {{waiting?: string, answer?: import("./protocol.js").HttpResponse, problem?: string, failure?: string}} Exchange
   * @param {Partial<Pick<Control, "project" | "removed" | "aside" | "profile" | "status" | "busy" | "doing" | "problem" | "refusal" | "exchange" | "devices">>} fields
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

  /** Whether the device that is looked at takes requests. */
  get isThere() {
    return this.isOn && this.model.snapshot.shown?.state !== "stopped";
  }

  /** The device that is looked at, as messages name it: not at all if it is the one that boots. @returns {{host?: string}} */
  get which() {
    const { device, shown } = this.model.snapshot;
    return shown && shown.host !== device?.host ? { host: shown.host } : {};
  }

  /** As `which`, for what is sent to it. @returns {{to?: string}} */
  get to() {
    const { host } = this.which;
    return host ? { to: host } : {};
  }

  /** Whether the firmware keeps Python from everything else. */
  get isSilent() {
    return this.session.silent && !this.doing;
  }

  /** Whether the device goes on with an older firmware, as the newest was refused. */
  get isPrevious() {
    return this.refusal !== "" && this.isOn;
  }

  /** Start, and let the example show that it lives. */
  async open() {
    this.loading ??= this.load();
    const isOn = (await this.startPython()) && (await this.run());
    if (isOn && isSame(this.project.files, EXAMPLE.files)) await this.send({ method: "GET", target: "/my/api", headers: [], body: "" });
    this.opened = true;
    this.onChange();
  }

  /** Fetch what the browser has kept. */
  async load() {
    const [project, aside] = await Promise.all([this.keeper.loadProject(), this.keeper.loadAside()]);
    this.set({ project, aside });
  }

  /**
   * Load Python in a fresh worker.
   *
   * @returns {Promise<boolean>} whether it is there now
   */
  async startPython() {
    this.model.reset();
    this.socket.end();
    this.booted = null;
    this.devices = [];
    this.set({ busy: true, doing: "", problem: "", status: null });
    const { turn } = this;
    try {
      await this.session.start();
      performance.mark("sim:python");
    } catch (error) {
      if (turn !== this.turn) return false; // what was wanted since has started another one, and tells of that
      this.problem = `Python cannot start here: ${messageOf(error)}.`;
    }
    if (turn === this.turn) this.set({ busy: false });
    return !this.problem;
  }

  /**
   * Give the device the project, unless something else is wanted before the project is there.
   *
   * @param {Promise<unknown> | null} [opening] files that are on their way
   */
  async run(opening) {
    const { turn } = this;
    await Promise.all([this.loading, opening]);
    if (turn !== this.turn) return false;
    const { profile, project, seed } = this;
    const main = project.files.some(({ name }) => name === this.main) ? this.main : "";
    this.running = { files: project.files, profile, seed, main };
    return this.boot();
  }

  /** What the next run would take over, in a word. */
  get pending() {
    if (!this.running) return "";
    if (!isSame(this.running.files, this.project.files)) return "edited";
    return this.running.profile === this.profile ? "" : "other library";
  }

  /** Boot what the device has. */
  restart() {
    return this.boot(true);
  }

  /**
   * Boot what runs, unless something else is wanted before Python is ready for it.
   *
   * @param {boolean} [again] whether the device boots as it is, if it has booted that
   * @returns {Promise<boolean>} whether the device runs
   */
  async boot(again = false) {
    const turn = ++this.turn;
    this.set({ busy: true, refusal: "", doing: this.isOn ? STOPPING : "" });
    try {
      const isThere = (await this.session.reacts()) || (turn === this.turn && (await this.startPython()));
      if (!isThere || turn !== this.turn) return false;
      this.set({ busy: true, doing: "" });
      if (again && this.booted === this.running) await this.session.request("reboot", {});
      else await this.give();
    } catch (error) {
      if (turn !== this.turn) return false;
      this.refusal = `The firmware was not started: ${messageOf(error)}`;
      this.running = this.booted;
      this.model.note("error", this.refusal);
    }
    if (turn !== this.turn) return false;
    this.set({ busy: false });
    return this.state === "running";
  }

  /** Give Python what is to run. A Python that is replaced meanwhile has not booted it. */
  async give() {
    const running = /** @type {NonNullable<Control["running"]>} */ (this.running);
    await this.session.request("boot", bootOf(running));
    this.booted = running;
  }

  /** Stop the device, and what is about to boot; if the firmware does not let go, together with the Python that runs it. */
  async stop() {
    const turn = ++this.turn;
    this.set({ doing: STOPPING });
    const reacts = await this.session.reacts();
    if (turn !== this.turn) return;
    if (reacts) {
      await this.session.request("stop", {}).catch((error) => this.model.note("error", messageOf(error)));
    } else if (await this.startPython()) {
      this.model.note("note", "the firmware did not let go, so Python was started anew");
    }
    if (turn === this.turn) this.set({ busy: false, doing: "" });
  }

  /** @param {HttpRequest} request */
  async send(request) {
    /** @type {Exchange} */
    const exchange = { waiting: `${request.method} ${textOf(request.target)}` };
    this.set({ exchange });
    /** @type {Exchange} */
    let outcome;
    try {
      outcome = { answer: await this.session.request("http.fetch", { ...request, ...this.to }) };
      if (!performance.getEntriesByName("sim:live").length) performance.mark("sim:live");
    } catch (error) {
      outcome = { problem: messageOf(error), failure: exchange.failure };
    }
    if (this.exchange === exchange) this.set({ exchange: outcome });
  }

  /** Wait for the answer no longer; the device does not learn of it. */
  cancel() {
    this.set({ exchange: {} });
  }

  /**
   * Say why an answer may not come.
   *
   * @param {import("./protocol.js").DeviceFailed} failed
   */
  blame(failed) {
    if (!this.exchange.waiting || failed.phase !== "handler") return;
    const { file, line } = failed;
    const place = line ? ` at ${file}:${line}` : "";
    this.exchange.failure = `The handler failed${place}: ${sayFailure(failed)}`;
  }

  /**
   * Call an RPC method as any client does.
   *
   * @param {string} method
   * @param {string} params JSON text, may be empty
   */
  call(method, params) {
    const headers = /** @type {import("./protocol.js").Header[]} */ ([["Content-Type", "application/json"]]);
    const target = `/rpc/${latin1Of(method)}`;
    return this.session.request("http.fetch", { method: "POST", target, headers, body: latin1Of(params), ...this.to });
  }

  /** @param {Project} wish the project as it is now */
  change(wish) {
    const { files } = this.project;
    const project = isSame(wish.files, EXAMPLE.files) ? { ...EXAMPLE, open: wish.open } : wish;
    const removed = project.files.some(({ name }) => name === this.removed?.name) ? null : this.removed;
    this.keeper.keepProject(project);
    this.set({ project, removed });
    if (!isSame(files, project.files)) this.checker.ask(project.files);
  }

  /** @param {string} name of a file */
  remove(name) {
    const removed = this.project.files.find((file) => file.name === name) ?? null;
    this.set({ removed });
    this.change(withoutFile(this.project, name));
  }

  /** Bring the file back that was deleted last. */
  bringBack() {
    const { project, removed } = this;
    if (removed) this.change(withFiles(project, [removed], removed.name));
    this.set({ removed: null });
  }

  /**
   * Put another project into the editor; what the user wrote there is kept aside.
   *
   * @param {Project} project
   */
  replace(project) {
    this.aside = this.keeper.putAside(this.aside, this.project, project);
    this.set({ removed: null });
    Object.assign(this, { seed: 0, main: "" });
    this.change(project);
  }

  /** @param {string} profile */
  choose(profile) {
    keepProfile(profile);
    this.set({ profile });
  }
}

/** How the worker is asked to boot something. @param {NonNullable<Control["running"]>} running */
const bootOf = ({ files, profile, seed, main }) => ({ ...filesOf(files), profile, seed, ...(main ? { main } : {}) });

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));
