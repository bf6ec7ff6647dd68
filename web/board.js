/** Wires the panels of the device column and of time: what the device is, what it is wired to, the page it serves. */

import { ConfigPanel } from "./panels/config.js";
import { ListenersPanel } from "./panels/device.js";
import { HardwarePanel } from "./panels/hardware.js";
import { PagePanel } from "./panels/page.js";
import { TabsPanel } from "./panels/tabs.js";
import { TimePanel } from "./panels/time.js";
import { DEVICE } from "./traffic/history.js";

const TABS = [
  { id: "network", title: "Device" },
  { id: "hardware", title: "Hardware" },
  { id: "page", title: "Page" },
];

/**
 * @typedef {<T extends HTMLElement>(type: new () => T, selector: string) => T} Find
 */

export class Board {
  /**
   * @param {import("./control.js").Control} control
   * @param {Find} find
   * @param {() => void} draw
   */
  constructor(control, find, draw) {
    this.control = control;
    this.tabs = find(TabsPanel, ".device > sim-tabs");
    this.listeners = find(ListenersPanel, "sim-listeners");
    this.hardware = find(HardwarePanel, "sim-hardware");
    this.config = find(ConfigPanel, "sim-config");
    this.page = find(PagePanel, "sim-page");
    this.time = find(TimePanel, "sim-time");
    /** @type {import("./protocol.js").Hardware | null} */
    this.outside = null;
    /** @type {import("./protocol.js").Time & {seen: number}} */
    this.now = { now_us: 0, speed: 1, paused: false, seen: performance.now() };
    /** Loaded when the page of the device is wanted. @type {import("./browser.js").Browser | null} */
    this.browser = null;
    this.world = 0;
    /** How often the device has booted, in whatever network. */
    this.boots = 0;
    this.wire(draw);
  }

  /** @param {() => void} draw */
  wire(draw) {
    const { control } = this;
    const { session } = control;
    Object.assign(this.tabs, { tabs: TABS, label: "What to see of the device", selected: TABS[0]?.id });
    this.tabs.onSelect = () => {
      if (this.tabs.selected === "page") this.openPage(draw).catch(failed);
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
      this.browser?.take(event);
    };
    this.hardware.onPin = (pin, level) => session.request("pin.set", { pin, level });
    this.hardware.onSensor = (kind, at, values) => session.request("sensor.set", { kind, at, values });
    this.config.onGet = () => session.request("config.get", {});
    this.config.onSet = (values) => session.request("config.set", { values });
    this.config.onRestart = () => control.restart();
    const told = (/** @type {import("./protocol.js").Time} */ time) => {
      this.takeTime(time);
      draw();
    };
    const failed = (/** @type {unknown} */ error) => control.model.note("error", error instanceof Error ? error.message : String(error));
    this.time.onPause = () => session.request("time.pause", {}).then(told, failed);
    this.time.onStep = () => session.request("time.step", {}).then(told, failed);
    this.time.onSpeed = (speed) => session.request("time.speed", { speed }).then(told, failed);
  }

  /** Show the page that the device serves. @param {() => void} draw */
  async openPage(draw) {
    if (!this.browser) {
      const { Browser } = await import("./browser.js");
      this.browser ??= new Browser(this.control.session);
      this.browser.onChange = draw;
      this.draw();
      await this.page.updateComplete;
    }
    if (this.browser.state === "empty" && this.control.isOn) this.browser.home();
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

  draw() {
    const { control, browser } = this;
    const { model, isOn, session } = control;
    const { device, listeners, missing, pins } = model.snapshot;
    if (model.world !== this.world) {
      Object.assign(this, { world: model.world, outside: null, now: { ...this.now, speed: 1, paused: false } });
      browser?.lose();
    }
    browser?.know(device, this.boots, isOn);
    const own = listeners.filter(({ host }) => host === device?.host);
    Object.assign(this.listeners, { listeners: own, missing });
    Object.assign(this.hardware, { pins: isOn ? pins : [], hardware: isOn ? this.outside : null, ready: isOn });
    Object.assign(this.config, { ready: isOn, boot: this.boots });
    const targets = model.snapshot.endpoints.map(({ uri }) => uri);
    Object.assign(this.page, { browser, ready: isOn, targets });
    this.page.version++;
    Object.assign(this.time, { time: this.now, ready: session.ready && !control.busy, running: session.ready && !control.isSilent });
  }
}
