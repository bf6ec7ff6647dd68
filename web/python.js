/** Loads Python, and what firmware imports beyond it, from this site alone, and tells how far it is. */

import { loadPyodide } from "pyodide";
import { Downloads, bytesOf, expand, fetchFile } from "./downloads.js";
import { dropSnapshots, keepSnapshot, readSnapshot } from "./snapshot.js";

/** @typedef {import("pyodide").PyodideAPI} Python */
/** @typedef {import("./protocol.js").Phase} Phase */
/** @typedef {import("./snapshot.js").Snapshot} Snapshot */
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
    await load(WHOLE, Promise.resolve(null), {}, tell);
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
 * @param {Promise<Snapshot | null>} kept what is read while Python's files are on their way
 * @param {boolean | undefined} spare
 * @param {Tell} tell
 * @returns {Promise<boolean>} whether Python is as the snapshot has it
 */
async function resume(kept, spare, tell) {
  const scratch = spare ? { _makeSnapshot: true } : {};
  try {
    await load(IMAGE, kept, scratch, tell);
    if (!(await kept)) return false;
    if (python.pyimport("sim.bridge").BUILT === BUILD) return true;
    throw new Error("it is of another build");
  } catch (error) {
    if (!(await kept)) throw error;
    console.warn("Python starts from scratch, as its snapshot does not serve:", error);
    await dropSnapshots();
    await load(IMAGE, Promise.resolve(null), scratch, tell);
    return false;
  }
}

/** Keep Python's memory with everything in it that each start needs. It must hold nothing of JavaScript's yet. */
async function makeSnapshot() {
  try {
    python.runPython(`sim.bridge.warm_up(); sitecustomize.wipe(); sim.bridge.BUILT = "${BUILD}"`);
    await keepSnapshot(/** @type {Uint8Array<ArrayBuffer>} */ (python.makeMemorySnapshot()));
  } catch (error) {
    console.warn("no snapshot of Python could be made:", error);
  }
}

/**
 * Load Python; with a snapshot, its library stays away until something of it is wanted.
 *
 * @param {string} library
 * @param {Promise<Snapshot | null>} kept
 * @param {object} scratch options of Pyodide for a start without a snapshot
 * @param {Tell} tell
 */
async function load(library, kept, scratch, tell) {
  let total = SIZES["pyodide.asm.wasm"] + SIZES[library];
  const downloads = new Downloads((loaded) => {
    if (loaded < total) tell("python", 1, "loading Python", { loaded, total });
    else tell("start", 2, "starting Python");
  });
  downloads.onProgress(0);
  const options = kept.then((snapshot) => {
    if (!snapshot) return scratch;
    total = SIZES["pyodide.asm.wasm"];
    downloads.onProgress(downloads.loaded);
    return { _loadSnapshot: snapshot.memory };
  });
  downloads.await(kept.then((snapshot) => snapshot?.filled));
  python = await downloads.serve(() => begin(downloads, library, options));
}

/**
 * @param {Downloads} downloads
 * @param {string} library
 * @param {Promise<object>} options of Pyodide
 */
async function begin(downloads, library, options) {
  const script = importFile("pyodide/pyodide.asm.mjs"); // loadPyodide would import it one round trip later
  script.catch(() => {}); // seen below, once loadPyodide runs
  downloads.compile();
  const archive = async () => ("_loadSnapshot" in (await options) ? new Response() : expand(await downloads.count(library)));
  downloads.give(library, archive());
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
  await keep(image(), IMAGE);
  await keep(`/lib/${LATER}`, LATER);
}

/** Where Python has what it started from. */
const image = () => python.pyimport("stdlib_rest").IMAGE;

/**
 * Put an archive of the site into Python's file system, unless it is there.
 *
 * @param {string} path
 * @param {string} name
 */
async function keep(path, name) {
  const isThere = () => python.FS.analyzePath(path).exists && python.FS.stat(path).size > 0;
  if (isThere()) return;
  try {
    const bytes = await bytesOf(await expand(await fetchFile(`pyodide/${name}`)));
    if (!isThere()) python.FS.writeFile(path, bytes); // else it was wanted meanwhile
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
  const name = path === image() ? IMAGE : path.slice(path.lastIndexOf("/") + 1);
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
  const index = await (await fetchFile("wheels/index.json")).json();
  for (const requirement of requirements) {
    const name = requirement.trim().split(/[^\w.-]/)[0].replace(/[-_.]+/g, "-").toLowerCase();
    if (!Object.hasOwn(index, name)) {
      const names = Object.keys(index).filter((known) => known !== "micropip" && known !== "mos-sim");
      throw new Error(`this site has no package ${name}; it has: ${names.join(", ")}`);
    }
  }
  if (!micropip) {
    const extractDir = python.runPython("import site; site.getsitepackages()[0]");
    python.unpackArchive(await bytesOf(await fetchFile(`wheels/${index.micropip}`)), "wheel", { extractDir });
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

/** Throw a sentence where Pyodide would wait for ever. */
function checkWebAssembly() {
  if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly, or it is switched off");
  try {
    new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  } catch {
    throw new Error("the content security policy of this site does not allow WebAssembly ('wasm-unsafe-eval')");
  }
}
