/**
 * Wires what the first sight of the page can do without: what is behind tabs, what takes messages apart, where files may
 * be dropped. It is a chunk of its own, which `web/board.js` loads as soon as the page is there.
 */

import { hostsOf, targetsOf } from "./derived.js";
import { addDevice, filesFor, removeDevice, runDevice } from "./devices/devices.js";
import { ConfigPanel } from "./panels/config.js";
import { DevicesPanel } from "./panels/devices.js";
import { DropPanel } from "./panels/drop.js";
import { FaultsPanel } from "./panels/faults.js";
import { HardwarePanel } from "./panels/hardware.js";
import { InspectorPanel } from "./panels/inspector.js";
import { PagePanel } from "./panels/page.js";
import { RunPanel } from "./panels/run.js";
import { WebSocketPanel } from "./panels/websocket.js";
import { attempt, copyRun, downloadRun, linesOf, rewind, writeTrace } from "./run.js";

/** @type {readonly import("./traffic/row.js").Row[]} */
const NONE = [];

/** The sheet of what is wired here. */
const SHEET = "later.css";

export class Later {
  /**
   * @param {import("./board.js").Board} board
   * @param {import("./board.js").Find} find
   * @param {import("./panels/file.js").FilePanel} file
   */
  constructor(board, find, file) {
    this.board = board;
    this.devices = find(DevicesPanel, "sim-devices");
    this.hardware = find(HardwarePanel, "sim-hardware");
    this.config = find(ConfigPanel, "sim-config");
    this.page = find(PagePanel, "sim-page");
    this.faults = find(FaultsPanel, "sim-faults");
    this.websocket = find(WebSocketPanel, "sim-websocket");
    this.drop = find(DropPanel, "sim-drop");
    this.inspector = find(InspectorPanel, "sim-inspector");
    this.run = find(RunPanel, "sim-run");
    /** Loaded when the page of the device is wanted. @type {import("./browser.js").Browser | null} */
    this.browser = null;
    /** What can break the network, once that has been asked. @type {Promise<import("./protocol.js").Values["rules.list"]> | null} */
    this.table = null;
    /** The range of rows that the inspector knows. @type {import("./panels/traffic.js").TrafficPanel["range"]} */
    this.range = null;
    /** Whether it shall show the device's page as soon as there is a device. */
    this.isWanted = false;
    const sheet = document.createElement("link");
    document.head.append(Object.assign(sheet, { rel: "stylesheet", href: SHEET }));
    this.wire(file);
  }

  /** @param {import("./panels/file.js").FilePanel} file */
  wire(file) {
    const { control } = this.board;
    const { session, socket } = control;
    this.devices.onShow = (host) => session.request("device.show", { host });
    this.devices.onAdd = async (name, { text, suffix }, address) => {
      await addDevice(control, name, filesFor(name, text, suffix), { address });
      await session.request("device.show", { host: name });
    };
    this.devices.onRun = (name) => runDevice(control, name);
    this.devices.onRemove = (name) => removeDevice(control, name);
    this.hardware.onPin = (pin, level) => session.request("pin.set", { pin, level, ...control.which });
    this.hardware.onSensor = (kind, at, values) => session.request("sensor.set", { kind, at, values, ...control.which });
    this.config.onGet = () => session.request("config.get", control.which);
    this.config.onSet = (values) => session.request("config.set", { values, ...control.which });
    this.config.onRestart = () => (control.which.host ? session.request("reboot", control.which) : control.restart());
    this.websocket.onOpen = (target, protocols) => socket.open(target, protocols, control.to);
    this.websocket.onSend = (opcode, data) => socket.send(opcode, data);
    this.websocket.onClose = (code, reason) => socket.close(code, reason);
    this.faults.onAdd = (rule) => session.request("rules.add", { rule });
    this.faults.onPreset = (preset, values) => session.request("rules.add", { preset, values });
    this.faults.onRemove = (rule) => session.request("rules.remove", { rule });
    this.faults.onEnable = (rule, enabled) => session.request("rules.enable", { rule, enabled });
    this.run.linesOf = linesOf;
    this.run.onSave = () => void attempt(control, () => downloadRun(control));
    this.run.onCopy = async () => {
      let link = "";
      await attempt(control, async () => (link = await copyRun(control)));
      return link;
    };
    this.run.onExport = () => void this.export();
    this.run.onDismiss = () => {
      control.said = null;
      control.onChange();
    };
    this.inspector.onRewind = (seq) => void attempt(control, () => rewind(control, seq));
    this.inspector.onRule = (rule) => this.showRule(rule);
    this.inspector.onWrite = async (form, records) => (await session.request("code.write", { form, records, firmware: this.firmware })).text;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "quiet describe", textContent: "OpenAPI", title: "The device's HTTP as an OpenAPI document" });
    button.addEventListener("click", () => this.describe());
    document.querySelector("#endpoints-title")?.parentElement?.append(button);
    this.drop.onOpen = (entries) => file.openEntries(entries);
    this.drop.onAdd = (entries) => file.addEntries(entries);
  }

  /** What a test calls the firmware: a file of its name, or a folder with the project. */
  get firmware() {
    const [file, ...others] = this.board.control.running?.files ?? [];
    return file && !others.length ? file.name : "firmware";
  }

  /** Tell the inspector which rows are selected, and shown. @param {import("./panels/traffic.js").TrafficPanel} traffic */
  select(traffic) {
    const { range, selected, view } = traffic;
    const isRange = range !== null && range[1] === selected;
    if (this.range !== range || !isRange) this.inspector.chosen = isRange ? traffic.chosen : NONE;
    this.range = range;
    this.inspector.shown = view.rows;
  }

  /** Let what the trace holds be saved. */
  async export() {
    const { showExport } = await import("./panels/export.js");
    const { control } = this.board;
    const rows = this.inspector.chosen.length ? this.inspector.chosen : [this.inspector.row].filter((row) => row !== null);
    const connections = rows.flatMap(({ record }) => ("connection" in record ? [record.connection] : []));
    showExport((form, chosen) => writeTrace(control, form, chosen), [...new Set(connections)]);
  }

  /** Show the device's description. */
  async describe() {
    const { showText } = await import("./panels/text.js");
    const written = this.board.control.session.request("openapi.write", {});
    await showText("OpenAPI", "openapi.json", written.then(({ text }) => text));
  }

  /** Show the page that the device serves. @param {() => void} draw */
  async openPage(draw) {
    if (!this.browser) {
      const { control } = this.board;
      const { Browser } = await import("./browser.js");
      this.browser ??= new Browser(control.session);
      this.browser.onChange = draw;
      this.draw();
      await this.page.updateComplete;
    }
    this.isWanted = this.browser.state === "empty";
    this.draw();
  }

  /** Show a rule. @param {number} rule */
  async showRule(rule) {
    this.board.tabs.select("faults");
    await this.board.tabs.updateComplete;
    await this.faults.mark(rule);
  }

  drawFaults() {
    const { board, faults } = this;
    const { model, session } = board.control;
    const { device, shown, rules } = model.snapshot;
    const ready = session.ready && device !== null;
    const hosts = hostsOf([...model.history.names.values()].join("\n"));
    Object.assign(faults, { rules, hosts, host: shown?.host ?? "", ready });
    if (!ready || this.table || board.tabs.selected !== "faults") return;
    this.table = session.request("rules.list", {});
    this.table.then(
      (table) => (faults.table = table),
      (error) => {
        this.table = null; // of a worker that was replaced; the next one is asked again
        faults.problem = error.message;
      },
    );
  }

  draw() {
    const { board, browser } = this;
    const { control } = board;
    const { model, socket } = board.control;
    const { device, shown, endpoints, pins } = model.snapshot;
    const { isThere } = control;
    const { outside, boots } = board;
    const targets = targetsOf(endpoints);
    browser?.know(shown, control.which.host && shown ? shown.boots : boots, isThere);
    if (browser && isThere && this.isWanted) {
      this.isWanted = false;
      browser.home();
    }
    Object.assign(this.hardware, { pins: isThere ? pins : [], hardware: isThere ? outside : null, ready: isThere });
    Object.assign(this.config, { ready: isThere, boot: `${shown?.host} ${shown?.boots} ${boots}` });
    const others = board.control.devices;
    const ready = board.control.session.ready && device !== null && !board.control.busy;
    Object.assign(this.devices, { devices: others, shown: shown?.host ?? "", main: device?.host ?? "", ready });
    this.drawFaults();
    Object.assign(this.page, { browser, ready: isThere, targets });
    this.page.version++;
    const canRewind = board.control.session.ready && device !== null && !("recorded" in document.body.dataset);
    this.inspector.canRewind = canRewind;
    Object.assign(this.run, { ready: canRewind, said: board.control.said });
    const { state, log } = socket;
    Object.assign(this.websocket, { ready: isThere, address: shown?.address ?? "", targets, state, log });
  }
}
