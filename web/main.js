/** Wires the worker's messages to the panels, and the panels' buttons to the worker. */

import { Model } from "./model.js";
import { ConsolePanel } from "./panels/console.js";
import { ConnectionsPanel, EndpointsPanel } from "./panels/device.js";
import { FirmwarePanel } from "./panels/firmware.js";
import { InspectorPanel } from "./panels/inspector.js";
import { RequestPanel } from "./panels/request.js";
import { StatusPanel } from "./panels/status.js";
import { TrafficPanel } from "./panels/traffic.js";
import { Session } from "./session.js";
import { EXAMPLE, isExample, isSame, keepSource, loadSource } from "./source.js";

/** @typedef {import("./panels/status.js").State} State */
/** @typedef {import("./protocol.js").HttpRequest} HttpRequest */

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
const session = new Session("worker.js", wantsMicropip ? "micropip" : "image");
const model = new Model();

/** What is on screen and in no snapshot. */
const screen = {
  source: loadSource(),
  /** @type {import("./source.js").Source | null} What the device runs. */
  running: null,
  selected: -1,
  follow: true,
  /** @type {import("./protocol.js").Status | null} */
  status: null,
  /** Whether Python or a boot is being waited for. */
  busy: true,
  /** Why there is no Python, and why the firmware was not even tried. */
  problem: "",
  refusal: "",
  /** How many requests were sent from the line, and how often a button of the device was pressed: the last one counts. */
  sent: 0,
  turn: 0,
};

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

/** @returns {State} */
function currentState() {
  if (screen.problem) return "failed";
  if (screen.busy) return "loading";
  return model.snapshot.device?.state ?? "stopped";
}

let drawing = 0;

/** Draw once before the next frame, however much has happened until then. */
function draw() {
  document.body.dataset.state = currentState();
  drawing ||= requestAnimationFrame(drawNow);
}

function drawNow() {
  drawing = 0;
  const { device, endpoints, connections } = model.snapshot;
  const { status, firmware, request, traffic, inspector } = panels;
  const state = currentState();
  const isOn = state === "running" || state === "crashed"; // what came before the crash goes on
  if (screen.follow) screen.selected = model.messages.at(-1)?.record.seq ?? -1;
  Object.assign(status, { state, device, status: screen.status, problem: screen.problem });
  Object.assign(firmware, {
    ...screen.source,
    edited: screen.running !== null && !isSame(screen.running, screen.source),
    pristine: isExample(screen.source),
    canRun: session.ready || !screen.busy,
    canStop: session.ready && (isOn || screen.busy),
    canRestart: session.ready && device !== null,
    failure: state === "crashed" ? (device?.failure ?? null) : null,
    refusal: screen.refusal,
  });
  panels.console.lines = model.console;
  Object.assign(panels.endpoints, { endpoints, state });
  // The trace tells of both ends; the page speaks from the device's
  panels.connections.connections = connections.filter(({ host }) => host === device?.host);
  Object.assign(traffic, {
    messages: model.messages,
    count: model.messageCount,
    selected: screen.selected,
    follow: screen.follow,
    boot: model.boot,
  });
  const message = model.messages.find(({ record }) => record.seq === screen.selected);
  Object.assign(inspector, { record: message?.record ?? null, toDevice: message?.toDevice });
  Object.assign(request, {
    address: device?.address ?? "",
    targets: endpoints.map(({ uri }) => uri),
    ready: isOn,
  });
}

/**
 * Load Python in a fresh worker.
 *
 * @returns {Promise<boolean>} whether it is there now
 */
async function startPython() {
  Object.assign(screen, { busy: true, problem: "", status: null });
  model.reset();
  draw();
  try {
    await session.start();
    performance.mark("sim:python");
    return true;
  } catch (error) {
    screen.problem = `Python cannot start here: ${messageOf(error)}.`;
    return false;
  } finally {
    screen.busy = false;
    draw();
  }
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/**
 * Give the device the source as it is now.
 *
 * @returns {Promise<boolean>} whether it runs
 */
async function run() {
  const { name, text } = screen.source;
  return boot(() => {
    screen.running = { name, text };
    return session.request("boot", { files: { [name]: text }, main: name });
  });
}

/**
 * @param {() => Promise<unknown>} ask
 * @returns {Promise<boolean>}
 */
async function boot(ask) {
  const turn = ++screen.turn;
  Object.assign(screen, { busy: true, refusal: "" });
  draw();
  try {
    if (!(await session.reacts()) && !(await startPython())) return false;
    screen.busy = true;
    await ask();
    await session.reacts(); // an answer comes before the records of what was done
  } catch (error) {
    if (turn === screen.turn) screen.refusal = `The firmware was not started: ${messageOf(error)}`;
    if (screen.refusal) model.note("error", screen.refusal);
  }
  if (turn !== screen.turn) return false;
  screen.busy = false;
  draw();
  return model.snapshot.device?.state === "running";
}

/** Stop the device; if its firmware does not let go, together with the Python that runs it. */
async function stop() {
  screen.turn++;
  if (await session.reacts()) {
    await session.request("stop", {}).catch((error) => model.note("error", messageOf(error)));
  } else if (await startPython()) {
    model.note("note", "the firmware did not let go, so Python was started anew");
  }
  screen.busy = false;
  draw();
}

/** @param {HttpRequest} request */
async function send(request) {
  const number = ++screen.sent;
  const { request: line } = panels;
  Object.assign(line, { waiting: `${request.method} ${request.target}`, answer: null, problem: "" });
  screen.follow = true;
  draw();
  /** @type {Partial<RequestPanel>} */
  let outcome;
  try {
    outcome = { answer: await session.request("http.fetch", request) };
    if (!performance.getEntriesByName("sim:live").length) performance.mark("sim:live");
  } catch (error) {
    outcome = { problem: messageOf(error) };
  }
  if (number === screen.sent) Object.assign(line, { waiting: "", ...outcome });
}

/**
 * @param {string} name
 * @param {string} text
 */
function change(name, text) {
  screen.source = { name, text };
  keepSource(screen.source);
  draw();
}

/** @param {string} file @param {number} line */
function goto(file, line) {
  if (file === screen.source.name) panels.firmware.goto(line);
}

/** @param {number} seq */
function select(seq) {
  Object.assign(screen, { selected: seq, follow: false });
  draw();
}

/** Start, and let the example show that it lives. */
async function open() {
  if (!(await startPython()) || !(await run())) return;
  if (isExample(screen.source)) await send({ method: "GET", target: "/my/api", headers: [], body: "" });
}

session.onStatus = (status) => {
  screen.status = status;
  draw();
};
session.onRecords = (records) => {
  model.take(records);
  draw();
};
session.onEnd = (reason) => {
  screen.problem = `Python has ended: ${reason}.`;
  draw();
};
panels.status.onRetry = open;
Object.assign(panels.firmware, {
  onRun: run,
  onStop: stop,
  onRestart: () => boot(() => session.request("reboot", {})),
  onReset: () => change(EXAMPLE.name, EXAMPLE.text),
  onChange: change,
});
panels.console.onGoto = goto;
panels.console.onClear = () => {
  model.clearConsole();
  draw();
};
Object.assign(panels.endpoints, { onFill: (/** @type {string} */ uri) => panels.request.fill(uri), onGoto: goto });
Object.assign(panels.traffic, {
  onSelect: select,
  onFollow: (/** @type {boolean} */ follow) => {
    screen.follow = follow;
    draw();
  },
  onClear: () => {
    model.clearMessages();
    draw();
  },
});
panels.request.onSend = send;

draw();
open();
