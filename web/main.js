/** Wires the panels to the control: draws what it knows, and hands it what is pressed. */

import { Board } from "./board.js";
import { Control } from "./control.js";
import { countFaults, findingsOf, linesOf, marksAsBefore, targetsOf, textsOf } from "./derived.js";
import { Extras } from "./extras.js";
import { commandOf } from "./keys.js";
import { linesNow, marksOf, placeOf } from "./marks.js";
import { readMode } from "./mode.js";
import { ConsolePanel } from "./panels/console.js";
import { ConnectionsPanel, EndpointsPanel } from "./panels/device.js";
import { FilePanel } from "./panels/file.js";
import { FirmwarePanel } from "./panels/firmware.js";
import { HelpPanel } from "./panels/help.js";
import { MethodsPanel } from "./panels/methods.js";
import { RequestPanel } from "./panels/request.js";
import { SplitterPanel } from "./panels/splitter.js";
import { StatusPanel } from "./panels/status.js";
import { SwitchesPanel } from "./panels/switches.js";
import { TabsPanel } from "./panels/tabs.js";
import { TrafficPanel } from "./panels/traffic.js";
import { openFile, sayBoot, withFiles } from "./project.js";
import { isOver, recordedRun } from "./recorded.js";
import { Session } from "./session.js";
import { keepNothing } from "./source.js";
import { View } from "./traffic/view.js";

const panels = {
  status: find(StatusPanel, "sim-status"),
  switches: find(SwitchesPanel, "sim-switches"),
  help: find(HelpPanel, "sim-help"),
  file: find(FilePanel, "sim-file"),
  firmware: find(FirmwarePanel, "sim-firmware"),
  console: find(ConsolePanel, "sim-console"),
  endpoints: find(EndpointsPanel, "sim-endpoints"),
  methods: find(MethodsPanel, "sim-methods"),
  connections: find(ConnectionsPanel, "sim-connections"),
  traffic: find(TrafficPanel, "sim-traffic"),
  splitter: find(SplitterPanel, "sim-splitter"),
  tabs: find(TabsPanel, ".request > sim-tabs"),
  request: find(RequestPanel, "sim-request"),
};

const mode = readMode(location);
if (mode.isEmbedded || mode.isHeadless) keepNothing();

const wantsMicropip = new URLSearchParams(location.search).get("install") === "micropip";
const control = new Control(new Session("worker.js", wantsMicropip ? "micropip" : "image"));
const { session } = control;

/** Where that comes from which is drawn: the device or, before it is there, a recorded run. */
let source = recordedRun(mode) ?? control;
if (source !== control) document.body.dataset.recorded = "yes";

const view = new View(source.model.history);

/**
 * What is looked at, in which history, and whether it shall be the newest.
 *
 * @type {{row: import("./traffic/row.js").Row | null, world: number, follow: boolean}}
 */
const choice = { row: null, world: 0, follow: true };

const board = new Board(control, find, panels.file, () => draw());

const extras = new Extras(control, mode, { show, openPage: () => board.tabs.select("page"), write: (request) => panels.request.write(request) });

/** After a frame that was dear to draw, so many times its cost passes until the next one, but not more than this. */
const REST = 4;
const LONGEST_REST_MS = 100;
const CHEAP_MS = 6;

/** What a frame may take until the next ones draw one part each. */
const DEAR_MS = 25;
const PARTS = [drawDevice, drawConnections, drawTalk];

/** @type {readonly import("./project.js").File[]} */
const NONE = [];

let drawing = 0;
let restUntil = 0;
/** What the drawing at hand has still to do, whether that takes a frame for each part, and whether more has happened. */
let parts = [...PARTS];
let isRush = false;
let isStale = false;
/** Whether somebody waits for it: what was chosen, or another state, is drawn as a whole with the next frame. */
let isUrgent = false;

/** Draw once before the next frame, however much happens until then; in a rush of messages, leave out some frames. */
function draw() {
  lookAnew();
  isUrgent ||= document.body.dataset.state !== control.state;
  document.body.dataset.state = control.state;
  document.body.dataset.spare = session.spare?.ready ? "ready" : "none";
  drawing ||= requestAnimationFrame(drawOrRest);
  isStale = true;
  drawProject();
  extras.look();
}

/** @param {number} now */
function drawOrRest(now) {
  drawing = now < restUntil && !isUrgent ? requestAnimationFrame(drawOrRest) : 0;
  if (drawing) return;
  const began = performance.now();
  if (isUrgent) parts = [...PARTS];
  if (parts.length === PARTS.length) isStale = false;
  for (const part of parts.splice(0, isRush && !isUrgent ? 1 : PARTS.length)) part();
  if (parts.length || isStale) drawing = requestAnimationFrame(drawOrRest);
  if (!parts.length) parts = [...PARTS];
  isUrgent = false;
  // Layout and paint come before the next task, and are most of it
  setTimeout(() => {
    const ended = performance.now();
    const took = ended - began;
    isRush = took * (isRush ? PARTS.length : 1) > DEAR_MS;
    restUntil = took > CHEAP_MS ? ended + Math.min(LONGEST_REST_MS, REST * took) : 0;
  });
}

/** At once, not with the next frame: a key pressed in between would change an old project, and lose the new one. */
function drawProject() {
  const { project } = control;
  if (panels.file.project === project) return;
  panels.file.project = project;
  panels.firmware.file = openFile(project);
}

/** Show the device from now on, where it stands. */
function takeOver() {
  source = control;
  view.turn(source.model.history);
  choice.world = -2; // none
  lookAnew();
  delete document.body.dataset.recorded;
}

/** Choose nothing of what is over, as soon as it is: what is pressed before that is drawn is about what comes. */
function lookAnew() {
  const { world } = source.model;
  if (choice.world === world) return;
  Object.assign(choice, { row: null, world });
  view.pause(false);
}

function drawNow() {
  for (const part of PARTS) part();
}

function drawDevice() {
  if (source !== control && isOver(control)) takeOver();
  const { model } = source;
  const { state, isOn, busy, doing, project, aside, removed, profile, pending: hint, status, problem } = control;
  const { isSilent: silent, isPrevious: previous } = control;
  const { device, shown, endpoints, methods } = model.snapshot;
  const { isThere } = control;
  Object.assign(panels.status, { state, doing, silent, previous, device, profile: control.model.profile, status, problem });
  const canRun = session.ready || !busy;
  const canStop = session.ready && (isOn || busy);
  const canRestart = canRun && control.running !== null;
  Object.assign(panels.switches, { boots: sayBoot(project.files), hint, profile, canRun, canStop, canRestart });
  Object.assign(panels.file, { aside, removed, problem: control.keeper.problem, faults: countFaults(control.checker.findings) });
  Object.assign(panels.console, { lines: linesOf(model.console, shown?.host), ready: isThere });
  Object.assign(panels.endpoints, { endpoints, state: isOn ? (shown?.state ?? state) : state });
  Object.assign(panels.methods, { methods: isOn || source !== control ? methods : [], ready: isThere });
  board.draw(model.snapshot);
}

function drawConnections() {
  Object.assign(panels.connections, { connections: source.model.snapshot.connections, ready: control.isThere });
}

function drawTalk() {
  drawMessages();
  drawFirmware();
  const { model, exchange } = source;
  const { shown, endpoints } = model.snapshot;
  const { waiting = "", answer = null, problem: failed = "", failure: blame = "" } = exchange;
  const request = choice.row?.record.type === "http.requested" && choice.row.record.role === "inbound" ? choice.row.record : null;
  const targets = targetsOf(endpoints);
  Object.assign(panels.request, { ready: control.isThere, address: shown?.address ?? "", targets, paused: board.now.paused, selected: request });
  Object.assign(panels.request, { waiting, answer, problem: failed, failure: blame });
}

function drawFirmware() {
  const { project, refusal, state, checker } = control;
  const { model, running } = source;
  const { device, shown, endpoints } = model.snapshot;
  const file = openFile(project);
  const failure = (state === "crashed" && device?.failure) || shown?.failure || null;
  const sent = choice.row?.boot === model.boot ? placeOf(choice.row.record.by) : null;
  const now = linesNow(running?.files ?? NONE, file);
  const marks = marksAsBefore(file ? marksOf(file.name, now, { endpoints, sent, failure }) : []);
  Object.assign(panels.firmware, { failure, refusal, marks, findings: findingsOf(checker.findings, file?.name) });
}

function drawMessages() {
  const { model, running } = source;
  const { history, boot } = model;
  view.update();
  if (choice.follow) choice.row = view.newest;
  const { row, follow } = choice;
  Object.assign(panels.traffic, { view, version: view.version + history.version, selected: row, follow, boot });
  const { endpoints } = model.snapshot;
  const { files } = textsOf(running?.files ?? NONE);
  Object.assign(board.later?.inspector ?? {}, { row, version: `${row?.pair?.id} ${row?.lost} ${row?.rules.length}`, rows: history.rows.items, endpoints, files });
  board.later?.select(panels.traffic);
}

/** @param {Partial<typeof choice>} wish */
function choose(wish) {
  Object.assign(choice, wish);
  isUrgent = true;
  draw();
}

/** Run what was chosen last, also if it is still on its way. */
const run = () => control.run(panels.file.opening);

/**
 * Show what a record tells: its message, or else the line of firmware that caused it.
 *
 * @param {number} seq
 */
function show(seq) {
  const { history } = control.model;
  const row = history.rows.items.findLast(({ record }) => record.seq === seq) ?? history.segmentRow(seq);
  if (row) return choose({ row, follow: false });
  const place = placeOf(extras.api.records({ since: seq })[0]?.by);
  if (place) goto(place.file, place.line);
}

/**
 * Go to a line of a file as the device runs it.
 *
 * @param {string} name
 * @param {number} line
 */
function goto(name, line) {
  const { project } = control;
  const file = project.files.find((there) => there.name === name);
  if (!file) return;
  if (project.open !== name) control.change({ ...project, open: name });
  drawNow();
  panels.firmware.goto(linesNow(source.running?.files ?? [], file)(line) || line);
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
Object.assign(panels.tabs, {
  tabs: [{ id: "request", title: "Request" }, { id: "websocket", title: "WebSocket" }],
  label: "Ways to talk to the device",
  selected: "request",
});
panels.status.onRetry = () => control.open();
panels.switches.onRun = run;
panels.switches.onStop = () => control.stop();
panels.switches.onRestart = () => control.restart();
panels.switches.onProfile = (profile) => control.choose(profile);
panels.file.onChange = (project) => control.change(project);
panels.file.onReplace = (project) => extras.takes(project) || control.replace(project);
panels.file.onRemove = (name) => control.remove(name);
panels.file.onBringBack = () => control.bringBack();
panels.file.onFocus = () => panels.firmware.enter();
panels.firmware.onChange = (name, text) => control.change(withFiles(control.project, [{ name, text }]));
panels.firmware.onGoto = goto;
panels.console.onGoto = goto;
panels.console.onType = (data) => session.request("uart.send", { uart: 0, data, ...control.which });
panels.console.onClear = () => {
  source.model.clearConsole();
  draw();
};
panels.endpoints.onGoto = goto;
panels.endpoints.onFill = async (uri) => {
  panels.tabs.selected = "request";
  await panels.tabs.updateComplete;
  panels.request.fill(uri);
};
panels.connections.now = () => board.nowUs();
panels.connections.onEnd = (verb, connection) => session.request(`connection.${verb}`, { connection });
panels.methods.onGoto = goto;
panels.methods.onCall = (method, params) => control.call(method, params);
panels.traffic.onSelect = (row) => choose({ row, follow: false });
panels.traffic.onFollow = (follow) => choose({ follow });
panels.traffic.onView = draw;
panels.traffic.onClear = () => {
  view.clear();
  choose({ row: null });
};
board.loading.then(({ inspector }) => {
  inspector.onSelect = (row) => choose({ row, follow: false });
  inspector.onSegment = (seq) => {
    const row = source.model.history.segmentRow(seq);
    if (row) choose({ row, follow: false });
  };
  inspector.onGoto = goto;
}, () => {}); // the board says it
panels.request.onSend = (request) => {
  choose({ follow: true });
  control.send(request);
};
panels.request.onCancel = () => control.cancel();

/** What the keys do, as long as the button for it can be pressed. */
const commands = {
  run: () => panels.switches.canRun && run(),
  stop: () => panels.switches.canStop && control.stop(),
  restart: () => panels.switches.canRestart && control.restart(),
  help: () => panels.help.show(),
};

document.addEventListener("keydown", (event) => {
  const command = commandOf(event);
  const isElsewhere = event.target instanceof Element && event.target.closest(".request, dialog");
  if (!command || (isElsewhere && command !== "stop")) return;
  event.preventDefault();
  commands[command]();
});

const bar = /** @type {HTMLElement} */ (document.querySelector(".request"));
new ResizeObserver(() => {
  document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`);
  // What has the focus and was in sight shall not be under the bar now that it has grown
  const { activeElement: focused, body } = document;
  if (!focused || focused === body || bar.contains(focused)) return;
  const { top, bottom } = focused.getBoundingClientRect();
  if (top < innerHeight && bottom > bar.getBoundingClientRect().top) focused.scrollIntoView({ block: "nearest" });
}).observe(bar);

draw();
extras.open();
