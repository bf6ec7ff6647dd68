/** Adds devices to the network and takes them away, in the simulation and in the project, while the others go on. */

import { latin1OfBytes } from "../bytes.js";
import { faultOfName, filesOf, withFiles, withoutFile } from "../project.js";

/**
 * @typedef {import("../control.js").Control} Control
 * @typedef {import("../project.js").File} File
 */

/** The folder with what further devices run, and the file in it that gives them addresses (sim/neighbours.py). */
const HOSTS = "hosts/";
const ADDRESSES = `${HOSTS}addresses.json`;

/** What cannot be, and which field is wrong. */
export class DeviceError extends Error {
  /** @param {string} text @param {"name" | "address"} field */
  constructor(text, field) {
    super(text);
    this.field = field;
  }
}

/**
 * The names of a device's files in a project, by what they are there.
 *
 * @param {string} device
 * @param {string | {readonly [name: string]: string | Uint8Array}} files one program, or all files by their names on the device
 * @param {string} [main] the name of the program, if there is one
 * @returns {File[]}
 */
export function filesFor(device, files, main = "init.js") {
  const suffix = main.slice(main.lastIndexOf("."));
  if (typeof files === "string") return [{ name: `${HOSTS}${device}${suffix}`, text: files }];
  return Object.entries(files).map(([name, data]) =>
    typeof data === "string" ? { name: `${HOSTS}${device}/${name}`, text: data } : { name: `${HOSTS}${device}/${name}`, data: latin1OfBytes(data) });
}

/** Whether a file of the project belongs to a device. @param {string} device */
const isOf = (device) => (/** @type {File} */ { name }) =>
  name.startsWith(`${HOSTS}${device}/`) || name === `${HOSTS}${device}.js` || name === `${HOSTS}${device}.py`;

/**
 * Boot another device, and put its files into the project; one that is there boots anew.
 *
 * @param {Control} control
 * @param {string} name
 * @param {readonly File[]} files as they are named in the project
 * @param {{main?: string, address?: string}} [options]
 */
export async function addDevice(control, name, files, { main = "", address = "" } = {}) {
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(name)) throw new DeviceError("A name has letters, digits, dots and hyphens.", "name");
  const fault = files.map((file) => faultOfName(file.name, [])).find(Boolean);
  if (fault) throw new DeviceError(fault, "name");
  const given = address ? [addressed(control.project.files, name, address)] : [];
  const booted = await boot(control, name, [...files, ...given], main, address);
  const others = { ...control.project, files: control.project.files.filter((file) => !isOf(name)(file)) };
  control.change(withFiles(others, [...files, ...given], files[0]?.name));
  return booted;
}

/** Boot a device anew, with its files as they are in the project. @param {Control} control @param {string} name */
export function runDevice(control, name) {
  const { files } = control.project;
  return boot(control, name, files.filter((file) => isOf(name)(file) || file.name === ADDRESSES), "", "");
}

/** Take a device away, and its files. @param {Control} control @param {string} name */
export async function removeDevice(control, name) {
  await control.session.request("device.remove", { host: name });
  const files = control.project.files.filter(isOf(name));
  knowRuns(control, name, []);
  const [only] = files;
  if (files.length === 1 && only) return control.remove(only.name);
  control.change(files.reduce((project, file) => withoutFile(project, file.name), control.project));
}

/** @param {Control} control @param {string} name @param {readonly File[]} files @param {string} main @param {string} address */
async function boot(control, name, files, main, address) {
  const booted = await control.session.request("device.add", {
    name, ...filesOf(files), ...(main ? { main } : {}), ...(address ? { address } : {}),
  });
  knowRuns(control, name, files);
  return booted;
}

/** What runs has other files of a device now: so nothing is said to wait for Run. @param {Control} control @param {string} name @param {readonly File[]} files */
function knowRuns(control, name, files) {
  const { running } = control;
  if (!running) return;
  const fresh = new Set(files.map((file) => file.name));
  const kept = running.files.filter((file) => !isOf(name)(file) && !fresh.has(file.name));
  control.running = { ...running, files: [...kept, ...files] };
  if (control.booted === running) control.booted = control.running;
}

/**
 * The file of addresses with one more.
 *
 * @param {readonly File[]} files
 * @param {string} name
 * @param {string} address
 * @returns {File}
 */
function addressed(files, name, address) {
  const file = files.find((one) => one.name === ADDRESSES);
  let table = {};
  try {
    table = JSON.parse(file && "text" in file ? file.text : "{}");
  } catch {
    throw new DeviceError(`${ADDRESSES} is no JSON, so no address can be added to it.`, "address");
  }
  return { name: ADDRESSES, text: `${JSON.stringify({ ...table, [name]: address }, null, 2)}\n` };
}

/** Names that no device has. @param {readonly string[]} taken @param {string} wish */
export function freeName(taken, wish) {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wish : `${wish}-${number}`;
    if (!taken.includes(name)) return name;
  }
}

