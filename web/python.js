/** Loads Python, and what firmware imports beyond it, from this site alone, and tells how far it is. */

import { dropSnapshots, keepSnapshot, readSnapshot } from "./snapshot.js";

/** @typedef {import("pyodide").PyodideAPI} Python */
/** @typedef {import("./protocol.js").Phase} Phase */
/** @typedef {(phase: Phase, step: number, text: string, amount?: {loaded: number, total: number}) => void} Tell */

const HERE = new URL("./", import.meta.url).href;
const IMAGE = "image.bin";
const LATER = "later.zip";
const WHOLE = "stdlib-full.zip";

/** @type {Python} */
let python;
/** @type {any} */
let micropip;

/**
 * How Python is to be started: from the image or, to see that the wheel works, as micropip installs it; from scratch
 * although a snapshot is kept; as a spare, which has the time to make a snapshot.
 *
 * @typedef {{install?: "image" | "micropip", fresh?: boolean, spare?: boolean}} Wish
 */

/**
 * Start Python with sim in it.
 *
 * @param {Wish} wish
 * @param {Tell} tell
 */
export async function startPython({ install = "image", fresh, spare }, tell) {
  checkWebAssembly();
  if (install === "micropip") {
    await load(WHOLE, Promise.resolve({}), tell);
    await installPackages(["mos-sim"]);
    return python;
  }
  const kept = fresh ? dropSnapshots().then(() => null) : readSnapshot();
  if (!(await resume(kept, spare, tell))) {
    python.runPython("import sim.bridge, sitecustomize, stdlib_rest; sitecustomize.release()");
    if (spare) await makeSnapshot();
  }
  python.pyimport("stdlib_rest").install((/** @type {string} */ path) => fetchNow(path, tell));
  return python;
}

/**
 * Start from a snapshot if there is one, else from scratch; one that does not serve is forgotten.
 *
 * @param {Promise<Uint8Array | null>} kept what is read while Python's files are on their way
 * @param {boolean | undefined} spare
 * @param {Tell} tell
 * @returns {Promise<boolean>} whether Python is as the snapshot has it
 */
async function resume(kept, spare, tell) {
  const scratch = spare ? { _makeSnapshot: true } : {};
  try {
    const options = kept.then((snapshot) => (snapshot ? { _loadSnapshot: snapshot } : scratch));
    await load(IMAGE, options, tell);
    if (!(await kept)) return false;
    if (python.runPython("sim.bridge.BUILT") === BUILD) return true;
    throw new Error("it is of another build");
  } catch (error) {
    if (!(await kept)) throw error;
    console.warn("Python starts from scratch, as its snapshot does not serve:", error);
    await dropSnapshots();
    await load(IMAGE, Promise.resolve(scratch), tell);
    return false;
  }
}

/** Keep Python's memory with everything in it that each start needs. It must hold nothing of JavaScript's yet. */
async function makeSnapshot() {
  try {
    python.runPython(`sim.bridge.warm_up(); sim.bridge.BUILT = "${BUILD}"`);
    await keepSnapshot(/** @type {Uint8Array<ArrayBuffer>} */ (python.makeMemorySnapshot()));
  } catch (error) {
    console.warn("no snapshot of Python could be made:", error);
  }
}

/**
 * @param {string} library
 * @param {Promise<object>} options of Pyodide
 * @param {Tell} tell
 */
async function load(library, options, tell) {
  const total = SIZES["pyodide.asm.wasm"] + SIZES[library];
  tell("python", 1, "loading Python", { loaded: 0, total });
  python = await watchDownloads(["pyodide.asm.wasm", library], () => begin(library, options), (loaded) => {
    if (loaded < total) tell("python", 1, "loading Python", { loaded, total });
    else tell("start", 2, "starting Python");
  });
}

/**
 * @param {string} library
 * @param {Promise<object>} options
 */
async function begin(library, options) {
  const script = importFile("pyodide/pyodide.asm.mjs"); // loadPyodide would import it one round trip later
  script.catch(() => {}); // seen below, once loadPyodide runs
  fetchAhead(`${HERE}pyodide/pyodide.asm.wasm`);
  fetchAhead(`${HERE}pyodide/${library}`, expanded);
  /** @type {typeof import("pyodide")} */
  const { loadPyodide } = await importFile("pyodide/pyodide.mjs");
  const indexURL = `${HERE}pyodide/`;
  const loading = loadPyodide({
    indexURL,
    stdLibURL: indexURL + library,
    lockFileContents: LOCK, // no file that has to come first
    packageBaseUrl: `${HERE}wheels/`,
    env: { PYTHONHASHSEED: "0" }, // gives sets the same order in every run
    ...(await options),
  });
  loading.catch(() => {});
  await script;
  return loading;
}

/** What has been asked for before Pyodide does, which would do so when its scripts have run. @type {Map<string, Promise<Response>>} */
const ahead = new Map();

/**
 * @param {string} url
 * @param {(response: Response) => Response | Promise<Response>} [change]
 */
function fetchAhead(url, change = (response) => response) {
  const response = self.fetch(url).then(change);
  response.catch(() => {}); // who takes it sees it
  ahead.set(url, response);
}

/**
 * Expand what is compressed, unless a server has done so already.
 *
 * @param {Response} response
 */
async function expanded(response) {
  const bytes = await response.arrayBuffer();
  const [first, second] = new Uint8Array(bytes);
  const body = new Response(bytes).body;
  return first === 0x1f && second === 0x8b && body ? new Response(body.pipeThrough(new DecompressionStream("gzip"))) : new Response(bytes);
}

/** @param {string} path */
async function importFile(path) {
  try {
    return await import(HERE + path);
  } catch {
    throw new Error(`${path} could not be loaded`);
  }
}

/** Get what was not needed to start before somebody wants it. */
export async function fetchLater() {
  const path = `/lib/${LATER}`;
  try {
    const bytes = await download(`pyodide/${LATER}`);
    if (!python.FS.analyzePath(path).exists) python.FS.writeFile(path, bytes); // else it was wanted meanwhile
  } catch {
    // It is tried again when it is wanted
  }
}

/**
 * Put an archive into Python's file system while Python waits, and return what went wrong.
 *
 * @param {string} path
 * @param {Tell} tell
 */
function fetchNow(path, tell) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  tell("library", 3, name === WHOLE ? "loading the whole library" : "loading more of the library");
  const request = new XMLHttpRequest(); // an import cannot wait for a promise
  request.open("GET", `${HERE}pyodide/${name}`, false);
  request.responseType = "arraybuffer";
  try {
    request.send();
  } catch (error) {
    return `${name} could not be loaded: ${/** @type {Error} */ (error).message}`;
  }
  if (request.status !== 200) return `${name} could not be loaded: the server says ${request.status}`;
  python.FS.writeFile(path, new Uint8Array(request.response));
  tell("device", 3, "starting the device");
  return "";
}

/**
 * Read a file of Python's, which is gone then.
 *
 * @param {string} path
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function takeFile(path) {
  const bytes = python.FS.readFile(path);
  python.FS.unlink(path);
  return bytes;
}

/**
 * Install packages that this site has, and what they need.
 *
 * @param {string[]} requirements as PEP 508 has them
 */
export async function installPackages(requirements) {
  const index = JSON.parse(new TextDecoder().decode(await download("wheels/index.json")));
  for (const requirement of requirements) {
    const name = requirement.trim().split(/[^\w.-]/)[0].replace(/[-_.]+/g, "-").toLowerCase();
    if (!Object.hasOwn(index, name)) {
      const names = Object.keys(index).filter((known) => known !== "micropip" && known !== "mos-sim");
      throw new Error(`this site has no package ${name}; it has: ${names.join(", ")}`);
    }
  }
  if (!micropip) {
    const extractDir = python.runPython("import site; site.getsitepackages()[0]");
    python.unpackArchive(await download(`wheels/${index.micropip}`), "wheel", { extractDir });
    micropip = python.pyimport("micropip");
  }
  const names = python.toPy(requirements);
  try {
    await micropip.install.callKwargs(names, { index_urls: `${HERE}wheels/{package_name}/index.html` });
  } catch (error) {
    throw new Error(`${requirements.join(", ")} could not be installed: ${sentence(error)}`);
  } finally {
    names.destroy();
  }
}

/**
 * Return what an exception of Python says, without its traceback.
 *
 * @param {any} error
 */
function sentence({ message, type }) {
  const line = message.split("\n").findLast((/** @type {string} */ line) => line.includes(`${type}: `));
  return line ? line.slice(line.indexOf(": ") + 2) : message;
}

/** @param {string} path */
async function download(path) {
  const response = await fetch(HERE + path);
  if (!response.ok) throw new Error(`${path} could not be loaded: the server says ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Run something that fetches files: count the bytes of the large ones as they come, and fail as soon as any file is
 * missing, where Pyodide would wait for ever.
 *
 * @template T
 * @param {string[]} large
 * @param {() => Promise<T>} action
 * @param {(loaded: number) => void} onProgress
 * @returns {Promise<T>}
 */
function watchDownloads(large, action, onProgress) {
  const plain = self.fetch;
  let loaded = 0;
  let isOver = false;
  const count = () =>
    new TransformStream({
      transform(chunk, controller) {
        loaded += chunk.length;
        if (!isOver) onProgress(loaded); // a failed start says nothing more
        controller.enqueue(chunk);
      },
    });
  /** @type {Promise<never>} */
  const missing = new Promise((_, reject) => {
    self.fetch = async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input, HERE).href;
      const asked = ahead.get(url);
      ahead.delete(url);
      if (asked) return asked;
      try {
        const response = await plain(input, init);
        if (!response.ok) throw new Error(`the server says ${response.status}`);
        const isLarge = response.body && large.some((name) => url.endsWith(`/${name}`));
        return isLarge ? new Response(response.body.pipeThrough(count()), response) : response;
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        const reason = new Error(`${url.replace(HERE, "")} could not be loaded: ${message}`);
        reject(reason);
        throw reason;
      }
    };
  });
  return Promise.race([action(), missing]).finally(() => {
    isOver = true;
    self.fetch = plain;
    ahead.clear();
  });
}

/** Throw a sentence where Pyodide would wait for ever. */
function checkWebAssembly() {
  if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly, or it is switched off");
  try {
    new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  } catch {
    throw new Error("the content security policy of this site does not allow WebAssembly ('wasm-unsafe-eval')");
  }
}
