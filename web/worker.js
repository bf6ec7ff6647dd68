/** Loads Python in a worker and carries JSON text between the page and one function of `sim/bridge.py`. */

/** @typedef {import("pyodide").PyodideInterface} Python */
/** @typedef {{handle: (text: string, wallMs: number) => number}} Bridge */
/** @typedef {{id: number, type: string, [field: string]: any}} Message */
/** @typedef {{packages: string[], modules?: string[]}} Requirements */

const HERE = new URL("./", import.meta.url).href;
const STEPS = 4;

/** What each file of the start is called, and its step. @type {Record<string, [number, string, string]>} */
const FILES = {
  "pyodide.asm.wasm": [1, "python", "loading Python"],
  "image.zip": [2, "library", "loading the library"],
  "stdlib-full.zip": [2, "library", "loading the complete library"],
};

/** @type {Python} */
let python;
/** @type {Bridge} */
let bridge;
/** Takes what Python posts instead of the page, while the worker itself asks. @type {((text: string) => void) | null} */
let listener = null;
/** The one timer for what is due next. */
let timer = 0;
/** Messages are taken up one after the other, also while one waits for a file. */
let queue = Promise.resolve();

self.addEventListener("message", ({ data }) => {
  queue = queue.then(() => receive(data));
});

/** @param {Message} message */
async function receive(message) {
  try {
    if (message.type === "start") return reply(message.id, await start(message.install ?? "image"));
    if (!bridge) throw problem("NotStarted", "Python has not started");
    if (message.type === "boot") await provide(message);
    handle(message);
  } catch (error) {
    const { name, message: text } = /** @type {Error} */ (error);
    self.postMessage({ id: message.id, ok: false, error: { name, message: text } });
  }
}

/** @param {number} id @param {object} value */
const reply = (id, value) => self.postMessage({ id, ok: true, value });

/** @param {string} name @param {string} text */
const problem = (name, text) => Object.assign(new Error(text), { name });

/** @param {string} phase @param {number} step @param {string} text @param {object} [amount] */
const tell = (phase, step, text, amount) =>
  self.postMessage({ type: "status", phase, step, steps: STEPS, text, ...amount });

/** Give one message to Python, and come back when it says. @param {object} message */
function handle(message) {
  clearTimeout(timer);
  const delay = bridge.handle(JSON.stringify(message), performance.now());
  if (delay >= 0) timer = setTimeout(handle, delay, { type: "tick" });
}

/** Ask Python something that the page does not wait for. @param {object} message @returns {any} */
function ask(message) {
  let answer = { ok: false, value: {}, error: { name: "", message: "no answer" } };
  listener = (text) => (answer = JSON.parse(text));
  try {
    bridge.handle(JSON.stringify({ id: 0, ...message }), performance.now());
  } finally {
    listener = null;
  }
  if (!answer.ok) throw problem(answer.error.name, answer.error.message);
  return answer.value;
}
