/** Waits until the device has done something, for programs that test with it, and tells what there was instead. */

import { textOf } from "./bytes.js";

/** @typedef {import("./types/api.js").Condition} Condition */
/** @typedef {import("./types/api.js").WantedRequest} WantedRequest */
/** @typedef {import("./types/api.js").SeenRequest} SeenRequest */
/** @typedef {import("./types/api.js").TextPattern} TextPattern */
/** @typedef {import("./api.js").SimDevice} SimDevice */
/** @typedef {{found: unknown, wanted: string, seen: string}} Finding */

const TIMEOUT_MS = 5_000;
const LOOK_AGAIN_MS = 20;

/** How much of what there was is told. */
const TOLD = 10;
const TOLD_CHARACTERS = 400;

/**
 * Wait until a condition holds, or does not hold.
 *
 * @param {SimDevice} device
 * @param {Condition} condition
 * @param {{timeout?: number, isNot?: boolean}} [options]
 * @returns {Promise<any>} what was found; null where nothing shall be
 * @throws {Error} the time is over
 */
export async function waitFor(device, condition, { timeout = TIMEOUT_MS, isNot = false } = {}) {
  const look = lookerFor(device, condition);
  for (const end = performance.now() + timeout; ; await later(LOOK_AGAIN_MS)) {
    const { found, wanted, seen } = look();
    if ((found === null) === isNot) return found;
    if (performance.now() >= end) throw new Error(`waited ${timeout} ms ${isNot ? "for the end of" : "for"} ${wanted}; ${seen}`);
  }
}

/** @param {SimDevice} device @param {Condition} condition @returns {() => Finding} */
function lookerFor(device, condition) {
  if ("request" in condition) return requestLooker(device, condition.request);
  if ("pin" in condition) return () => pinFinding(device, condition.pin, condition.level);
  if ("console" in condition) return () => consoleFinding(device, condition.console);
  throw new TypeError("a condition has request, pin and level, or console");
}

/** Looks only at what is new each time. @param {SimDevice} device @param {WantedRequest} wanted @returns {() => Finding} */
function requestLooker(device, wanted) {
  /** @type {Map<unknown, SeenRequest>} The exchanges so far, by their numbers. */
  const exchanges = new Map();
  let next = wanted.since ?? 0;
  let { world } = device;
  return () => {
    if (world !== device.world) [world, next] = [device.world, 0]; // another worker counts its records anew
    for (const record of newRecords(device, next)) {
      next = record.seq + 1;
      if (record.type === "http.requested") exchanges.set(record["exchange"], seenRequest(record));
      const asked = record.type === "http.responded" && exchanges.get(record["exchange"]);
      if (asked) asked.status = Number(record["status"]);
    }
    const all = [...exchanges.values()];
    const lines = all.slice(-TOLD).map(({ method, target, status }) => `${method} ${target} ${status ?? "without an answer"}`);
    const seen = lines.length ? `there were ${all.length} requests, the last: ${lines.join(", ")}` : "there was no request";
    return { found: all.find((one) => isWanted(one, wanted)) ?? null, wanted: `a request ${saidOf(wanted)}`, seen };
  };
}

/** @param {SimDevice} device @param {number} next */
function newRecords({ kept }, next) {
  let at = kept.length;
  while (at > 0 && /** @type {import("./api.js").TraceRecord} */ (kept[at - 1]).seq >= next) at--;
  return kept.slice(at);
}

/** @param {any} record @returns {SeenRequest} */
const seenRequest = ({ seq, at_us, host, role, method, target, data, head_size }) =>
  ({ seq, at_us, host, role, method, target: textOf(target), body: textOf(data.slice(head_size)), status: null });

/** @param {SeenRequest} seen @param {WantedRequest} wanted */
function isWanted(seen, { method, target, body, json, status, host, role }) {
  return (
    (method === undefined || seen.method === method) &&
    (target === undefined || fits(target, seen.target)) &&
    (body === undefined || fits(body, seen.body)) &&
    (json === undefined || isSame(parsed(seen.body), json)) &&
    (status === undefined || seen.status === status) &&
    (host === undefined || seen.host === host) &&
    (role === undefined || seen.role === role)
  );
}

/** @param {string | TextPattern} expected @param {string} text */
const fits = (expected, text) => (typeof expected === "string" ? expected === text : patternOf(expected).test(text));

/** @param {TextPattern} pattern */
const patternOf = ({ source, flags = "" }) => new RegExp(source, flags.replace(/[gy]/g, ""));

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Tell whether two values of JSON are the same, whatever the order of their members. @param {any} one @param {any} other @returns {boolean} */
function isSame(one, other) {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]));
}

/** @param {WantedRequest} wanted */
function saidOf({ method = "", target, since, ...others }) {
  const more = Object.entries(others).filter(([, value]) => value !== undefined);
  const rest = more.map(([name, value]) => `${name} ${said(/** @type {any} */ (value))}`);
  return [method, target === undefined ? "" : typeof target === "string" ? target : said(target), ...rest].filter(Boolean).join(" ");
}

/** @param {unknown} value */
const said = (value) =>
  typeof value === "object" && value && "source" in value ? String(patternOf(/** @type {TextPattern} */ (value))) : JSON.stringify(value);

/** @param {SimDevice} device @param {number} pin @param {number} level @returns {Finding} */
function pinFinding({ pins }, pin, level) {
  const there = pins.find((one) => one.pin === pin);
  const seen = there ? `it is ${there.level}` : "the firmware has not set this pin up";
  return { found: there?.level === level ? there : null, wanted: `level ${level} at pin ${pin}`, seen };
}

/** @param {SimDevice} device @param {string | TextPattern} expected @returns {Finding} */
function consoleFinding(device, expected) {
  const text = device.records({ type: "device.printed" }).map((record) => record["text"]).join("");
  const found = typeof expected === "string" ? text.includes(expected) && expected : patternOf(expected).exec(text)?.[0];
  const end = text.slice(-TOLD_CHARACTERS);
  return { found: found || null, wanted: `${said(expected)} in the console`, seen: text ? `it ends with: ${end}` : "nothing was printed" };
}

/** @param {number} ms */
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
