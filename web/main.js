/** Wires the panels to the control: draws what it knows, and hands it what is pressed. */

import { Control } from "./control.js";
import { ConsolePanel } from "./panels/console.js";
import { ConnectionsPanel, EndpointsPanel } from "./panels/device.js";
import { FirmwarePanel } from "./panels/firmware.js";
import { InspectorPanel } from "./panels/inspector.js";
import { RequestPanel } from "./panels/request.js";
import { StatusPanel } from "./panels/status.js";
import { TrafficPanel } from "./panels/traffic.js";
import { Session } from "./session.js";
import { EXAMPLE, isExample, isSame } from "./source.js";

const panels = {
  status: find(StatusPanel, "sim-status"),
  firmware: find(FirmwarePanel, "sim-firmware"),
  console: find(ConsolePanel, "sim-console"),
  endpoints: find(EndpointsPanel, "sim-endpoints"),
  connections: find(ConnectionsPanel, "sim-connections"),
  traffic: find(TrafficPanel, "sim-traffic"),
  inspector: find(InspectorPanel, "sim-inspector"),
  request: find(RequestPanel, "sim-request"),
};

const wantsMicropip = new URLSearchParams(location.search).get("install") === "micropip";
const control = new Control(new Session("worker.js", wantsMicropip ? "micropip" : "image"));
const { model, session } = control;

/** The message that is looked at, and whether it shall be the newest. */
const choice = { seq: -1, follow: true };

let drawing = 0;

/** Draw once before the next frame, however much happens until then. */
function draw() {
  document.body.dataset.state = control.state;
  drawing ||= requestAnimationFrame(drawNow);
}

function drawNow() {
  drawing = 0;
  const { state, isOn, busy, source, running, status, problem, refusal, exchange } = control;
  const { device, endpoints, connections } = model.snapshot;
  Object.assign(panels.status, { state, device, status, problem });
  Object.assign(panels.firmware, {
    ...source,
    edited: running !== null && !isSame(running, source),
    pristine: isExample(source),
    canRun: session.ready || !busy,
    canStop: session.ready && (isOn || busy),
    canRestart: session.ready && device !== null,
    failure: state === "crashed" ? (device?.failure ?? null) : null,
    refusal,
  });
  panels.console.lines = model.console;
  Object.assign(panels.endpoints, { endpoints, state });
  // The trace tells of both ends; the page speaks from the device's
  panels.connections.connections = connections.filter(({ host }) => host === device?.host);
  drawMessages();
  const { waiting = "", answer = null, problem: failure = "" } = exchange;
  Object.assign(panels.request, { waiting, answer, problem: failure, ready: isOn });
  Object.assign(panels.request, { address: device?.address ?? "", targets: endpoints.map(({ uri }) => uri) });
}

function drawMessages() {
  const { messages, messageCount: count, boot } = model;
  if (choice.follow) choice.seq = messages.at(-1)?.record.seq ?? -1;
  Object.assign(panels.traffic, { messages, count, boot, selected: choice.seq, follow: choice.follow });
  const message = messages.find(({ record }) => record.seq === choice.seq);
  Object.assign(panels.inspector, { record: message?.record ?? null, toDevice: message?.toDevice });
}

/** @param {Partial<typeof choice>} wish */
function choose(wish) {
  Object.assign(choice, wish);
  draw();
}

/** @param {string} file @param {number} line */
function goto(file, line) {
  if (file === control.source.name) panels.firmware.goto(line);
}

/**
 * @template {HTMLElement} T
 * @param {new () => T} type
 * @param {string} selector
 * @returns {T}
 */
function find(type, selector) {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`the page has no ${selector}`);
  return element;
}

control.onChange = draw;
panels.status.onRetry = () => control.open();
panels.firmware.onRun = () => control.run();
panels.firmware.onStop = () => control.stop();
panels.firmware.onRestart = () => control.restart();
panels.firmware.onReset = () => control.change(EXAMPLE);
panels.firmware.onChange = (name, text) => control.change({ name, text });
panels.console.onGoto = goto;
panels.console.onClear = () => {
  model.clearConsole();
  draw();
};
panels.endpoints.onGoto = goto;
panels.endpoints.onFill = (uri) => panels.request.fill(uri);
panels.traffic.onSelect = (seq) => choose({ seq, follow: false });
panels.traffic.onFollow = (follow) => choose({ follow });
panels.traffic.onClear = () => {
  model.clearMessages();
  draw();
};
panels.request.onSend = (request) => {
  choose({ follow: true });
  control.send(request);
};

draw();
control.open();
