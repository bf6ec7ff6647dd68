/** Carries messages between the page and the one entry of `sim/bridge`, as JSON text, and the time with them. */

import { fetchLater, installPackages, startPython, takeFile } from "./python.js";

/** @typedef {{id?: number, type: string, [field: string]: any}} Message */
/** @typedef {{handle: (text: string, wallMs: number) => number}} Bridge */

/** The id of what the worker itself asks Python; the page counts from 1. */
const OWN = 0;
const OWN_ANSWER = `{"id":${OWN},`;

/** @type {Bridge | undefined} */
let bridge;
/** What Python said to the worker's own question. @type {any} */
let answer;
let timer = 0;

/** How long after the start the rest of the library is fetched, for then the device is there. */
const LATER_MS = 2_000;

/** What Python does without any firmware, and may take its time for. */
const WORK = new Map([
  ["check", "looking through the programs"],
  ["code.write", "writing code"],
  ["openapi.write", "describing the device"],
  ["trace.write", "writing what the trace holds"],
]);
let isWorking = false;

/** How soon Python is called again after it has failed. */
const RETRY_MS = 100;

// A message waits until those before it are done, also while one of them waits for a file
let queue = Promise.resolve();
self.addEventListener("message", ({ data }) => {
  queue = queue.then(() => receive(data));
});

// The first one is started by the script at the head of the page, and need not wait until the page has time to say so
if (self.name === "first") queue = receive({ id: 1, type: "start" });

/** @param {Message} message */
async function receive(message) {
  const { id, type } = message;
  try {
    if (type === "start") {
      self.postMessage({ id, ok: true, value: await start(/** @type {import("./python.js").Wish} */ (message)) });
    } else {
      if (type === "boot") await provide(message);
      if (type === "run.replay") for (const files of programsOf(message["run"])) await provide({ files });
      if (WORK.has(type)) work(message);
      else handle(message);
    }
  } catch (error) {
    const { name, message: text } = /** @type {Error} */ (error);
    self.postMessage({ id, ok: false, error: { name, message: text } });
  }
}

/**
 * Have Python do what takes its time, and say so: the page shall not take it for a firmware that does not let go.
 *
 * @param {Message} message
 */
function work(message) {
  handle({ type: "tick" }); // what is due of the firmware comes first
  tell("library", 3, WORK.get(message.type) ?? "");
  isWorking = true;
  try {
    if (message.type === "trace.write") write(message);
    else handle(message);
  } finally {
    isWorking = false;
    tell("device", 3, "done");
  }
}

/** Have Python write a file, and hand its bytes over. @param {Message} message */
function write(message) {
  handle({ ...message, id: OWN });
  if (!answer.ok) throw Object.assign(new Error(), answer.error);
  const bytes = takeFile(answer.value.path);
  self.postMessage({ id: message.id, ok: true, value: { bytes } }, { transfer: [bytes.buffer] });
}

/** @param {import("./python.js").Wish} wish */
async function start(wish) {
  const began = performance.now();
  try {
    const python = await startPython(wish, tell);
    bridge = python.pyimport("sim.bridge").Bridge(post);
    if (wish.install !== "micropip") setTimeout(fetchLater, LATER_MS);
    const [release] = python.pyimport("sys").version.split(" ");
    return { version: VERSION, python: release, ms: performance.now() - began };
  } catch (error) {
    tell("failed", 0, /** @type {Error} */ (error).message);
    throw error;
  }
}

/**
 * The files that are booted in a run; what is none is told by Python.
 *
 * @param {string} run
 * @returns {{[name: string]: string}[]}
 */
function programsOf(run) {
  try {
    return JSON.parse(run).inputs.map((/** @type {any[]} */ [, , { files }]) => files).filter(Boolean);
  } catch {
    return [];
  }
}

/**
 * Get the packages that the firmware names.
 *
 * @param {{[field: string]: any}} message
 */
async function provide({ files }) {
  if (!Object.keys(files).some((name) => name.endsWith(".py"))) return;
  handle({ id: OWN, type: "requirements", files });
  if (!answer.ok) throw Object.assign(new Error(), answer.error);
  const { packages } = answer.value;
  if (packages.length) {
    tell("packages", 3, `installing ${packages.join(", ")}`);
    await installPackages(packages);
  }
  tell("device", 3, "starting the device");
}

/**
 * Give a message to Python, and come back when the next thing is due.
 *
 * @param {Message} message
 */
function handle(message) {
  if (!bridge) throw new Error("Python has not started");
  clearTimeout(timer);
  let delay = RETRY_MS; // what is due is due also when Python has failed
  try {
    delay = bridge.handle(JSON.stringify(message), performance.now());
  } catch (error) {
    if (!isFatal(error)) throw error;
    delay = -1;
    end(/** @type {Error} */ (error).message);
  } finally {
    if (delay >= 0) timer = setTimeout(tick, delay);
  }
}

function tick() {
  try {
    handle({ type: "tick" });
  } catch (error) {
    console.error(error); // nobody has asked, so nobody can be answered
  }
}

/**
 * Tell whether Python itself is broken, after which it must not be called again.
 *
 * @param {any} error
 */
const isFatal = (error) => Boolean(error?.pyodide_fatal_error);

/**
 * Give Python up, and the worker with it.
 *
 * @param {string} reason
 */
function end(reason) {
  bridge = undefined;
  tell("failed", 0, `Python broke down: ${reason.trim().split("\n")[0]}`);
}

/** Pass on what Python says, as text: the page reads that sooner than an object's copy. @param {string} text */
function post(text) {
  if (text.startsWith(OWN_ANSWER)) answer = JSON.parse(text);
  else self.postMessage(text);
}

/** @type {import("./python.js").Tell} */
function tell(phase, step, text, amount) {
  if (isWorking && phase === "device") return; // a file has come that the work needs, which goes on
  self.postMessage({ type: "status", phase, step, steps: 3, text, ...amount });
}
