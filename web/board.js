/** Wires the panels of the device column and of time, and loads what the first sight can do without. */

import { ListenersPanel } from "./panels/device.js";
import { TabsPanel } from "./panels/tabs.js";
import { TimePanel } from "./panels/time.js";
import { DEVICE } from "./traffic/history.js";

const TABS = [
  { id: "network", title: "Device" },
  { id: "hardware", title: "Hardware" },
  { id: "page", title: "Page" },
  { id: "faults", title: "Faults" },
];

/**
 * @typedef {<T extends HTMLElement>(type: new () => T, selector: string) => T} Find
 */

export class Board {
  /**
   * @param {import("./control.js").Control} control
   * @param {Find} find
   * @param {import("./panels/file.js").FilePanel} file
   * @param {() => void} draw
   */
  constructor(control, find, file, draw) {
    this.control = control;
    this.tabs = find(TabsPanel, ".device > sim-tabs");
    this.listeners = find(ListenersPanel, "sim-listeners");
    this.time = find(TimePanel, "sim-time");
    /** @type {import("./protocol.js").Hardware | null} */
    this.outside = null;
    /** @type {import("./protocol.js").Time & {seen: number}} */
    this.now = { now_us: 0, speed: 1, paused: false, seen: performance.now() };
    /** @type {import("./later.js").Later | null} */
    this.later = null;
    this.world = 0;
    /** How often the device has booted, in whatever network. */
    this.boots = 0;
    this.wire(draw);
    this.loading = this.load(find, file, draw);
    this.loading.catch(() => control.model.note("error", "A part of this page could not be loaded: reload the page."));
  }

  /** @param {() => void} draw */
  wire(draw) {
    const { control } = this;
    const { session } = control;
    Object.assign(this.tabs, { tabs: TABS, label: "What to see of the device", selected: TABS[0]?.id });
    const failed = (/** @type {unknown} */ error) => control.model.note("error", error instanceof Error ? error.message : String(error));
    this.tabs.onSelect = () => {
      const { selected } = this.tabs;
      if (selected === "page") this.loading.then((later) => later.openPage(draw)).catch(failed);
      if (selected === "faults") draw();
    };
    session.onHardware = (hardware) => {
      this.outside = hardware;
      draw();
    };
    const { onRecords, onSocket } = session;
    session.onRecords = (batch) => {
      this.takeTime(batch.time);
      for (const record of batch.records) if (record.type === "device.booted" && record.host === DEVICE) this.boots++;
      onRecords(batch);
    };
    session.onSocket = (event) => {
      onSocket(event);
      this.later?.browser?.take(event);
    };
    const told = (/** @type {import("./protocol.js").Time} */ time) => {
      this.takeTime(time);
      draw();
    };
    this.time.onPause = () => session.request("time.pause", {}).then(told, failed);
    this.time.onStep = () => session.request("time.step", {}).then(told, failed);
    this.time.onSpeed = (speed) => session.request("time.speed", { speed }).then(told, failed);
  }

  /**
   * Load what the first sight of the page can do without.
   *
   * @param {Find} find
   * @param {import("./panels/file.js").FilePanel} file
   * @param {() => void} draw
   */
  async load(find, file, draw) {
    const { Later } = await import("./later.js");
    this.later = new Later(this, find, file);
    draw();
    return this.later;
  }

  /** What time it is, now. @param {import("./protocol.js").Time} time */
  takeTime({ now_us, speed, paused }) {
    this.now = { now_us, speed, paused, seen: performance.now() };
  }

  /** What time it is on the device, in microseconds. */
  nowUs() {
    const { now_us, speed, paused, seen } = this.now;
    return now_us + (paused ? 0 : (performance.now() - seen) * 1000 * speed);
  }

  /** @param {import("./protocol.js").Snapshot} snapshot of what is shown */
  draw({ listeners, missing, rules }) {
    const { control, later } = this;
    const { model, session } = control;
    if (model.world !== this.world) {
      Object.assign(this, { world: model.world, outside: null, now: { ...this.now, speed: 1, paused: false } });
      later?.browser?.lose();
    }
    later?.draw();
    const faults = rules.length ? `Faults (${rules.length})` : "Faults";
    if (this.tabs.tabs.at(-1)?.title !== faults) this.tabs.tabs = [...TABS.slice(0, -1), { id: "faults", title: faults }];
    Object.assign(this.listeners, { listeners, missing });
    Object.assign(this.time, { time: this.now, ready: session.ready && !control.busy, running: session.ready && !control.isSilent });
  }
}
