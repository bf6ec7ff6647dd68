/** Keeps in the browser the requests that the request line has sent, and reads requests out of the traffic. */

import { partsOf, textOf } from "./bytes.js";

const KEY = "mos-sim.requests";
const KEPT = 50;

/** How much of one request is kept, in characters. */
const LONGEST = 20_000;

/** What the sending side writes anew. */
const OWN = /^(content-length|transfer-encoding|connection)$/i;

/** @typedef {{method: string, target: string, headers: string, body: string}} Written a request as it stands in the fields */

/** @returns {Written[]} the newest last */
export function loadRequests() {
  try {
    const list = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    const names = ["method", "target", "headers", "body"];
    return Array.isArray(list) ? list.filter((one) => names.every((name) => typeof one?.[name] === "string")) : [];
  } catch {
    return [];
  }
}

/**
 * Add a request to those that are kept; the same one moves to the end.
 *
 * @param {Written[]} list
 * @param {Written} written
 */
export function keepRequest(list, written) {
  const text = JSON.stringify(written);
  const kept = [...list.filter((one) => JSON.stringify(one) !== text), written].slice(-KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(kept.filter((one) => JSON.stringify(one).length < LONGEST)));
  } catch {
    // The browser keeps nothing: it is still in the page
  }
  return kept;
}

/**
 * The request that a message was, to be sent again.
 *
 * @param {import("./protocol.js").HttpRequested} record
 * @returns {import("./protocol.js").HttpRequest & {written: Written}}
 */
export function requestOf({ method, target, data, head_size: size }) {
  const { headers, body } = partsOf(data, size);
  const own = headers.filter(([name]) => !OWN.test(name));
  const lines = own.map(([name, value]) => `${textOf(name)}: ${textOf(value)}`).join("\n");
  const [, exact = target] = data.slice(0, data.indexOf("\r\n")).split(" ");
  return { method, target: exact, headers: own, body, written: { method, target: textOf(exact), headers: lines, body: textOf(body) } };
}
