/**
 * Reads what is written into the filter box.
 *
 * Words must all be found; `key:value` asks for one property; `-` before either turns it around; quotes hold words
 * together.
 */

import { headersIn } from "../bytes.js";
import { KINDS, SHAPES, searchText } from "./row.js";

/**
 * @typedef {import("./row.js").Row} Row
 * @typedef {(row: Row) => boolean} Test
 * @typedef {{test: Test, kinds: Set<string>, problem: string}} Filter `kinds` are those that are asked for by name
 */

/** A filter that lets everything pass. @type {Filter} */
export const ALL = { test: () => true, kinds: new Set(), problem: "" };

/** @type {{[key: string]: (value: string) => Test}} */
const KEYS = {
  status: statusTest,
  method: (value) => ({ record, pair }) =>
    [record, pair?.record].some((one) => one?.type === "http.requested" && one.method.toLowerCase() === value),
  host: (value) => ({ from, to, record }) => [from, to, hostHeader(record)].some((name) => name.toLowerCase().includes(value)),
  path: (value) => ({ record, pair }) => [record, pair?.record].some((one) => pathOf(one).toLowerCase().includes(value)),
  type: typeTest,
};

/** What is wrong with the filter, in words. */
class FilterError extends Error {}

/**
 * @param {string} text
 * @returns {Filter}
 */
export function parseFilter(text) {
  /** @type {Test[]} */
  const tests = [];
  /** @type {Set<string>} */
  const kinds = new Set();
  try {
    for (const { not, key, value } of wordsOf(text)) {
      const test = testOf(key, value);
      tests.push(not ? (row) => !test(row) : test);
      if (key === "type" && !not) for (const kind of kindsOf(value)) kinds.add(kind);
    }
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { ...ALL, problem: error.message };
  }
  return { test: (row) => tests.every((test) => test(row)), kinds, problem: "" };
}

/** @param {string} text */
function wordsOf(text) {
  const words = [];
  const word = /\s*(-?)(?:([a-z]+):(?!\/\/))?(?:"([^"]*)"|([^\s"]*))/iy;
  for (let at = 0; text.slice(at).trim(); at = word.lastIndex) {
    word.lastIndex = at;
    const found = word.exec(text);
    const [whole, not, key = "", quoted, plain = ""] = /** @type {RegExpExecArray} */ (found);
    if (quoted === undefined && text[word.lastIndex] === '"') throw new FilterError("A quote is not closed.");
    if (!quoted && !plain && !key) throw new FilterError(`Something must follow "${whole.trim()}".`);
    words.push({ not: not === "-", key: key.toLowerCase(), value: (quoted ?? plain).toLowerCase() });
  }
  return words;
}

/**
 * @param {string} key
 * @param {string} value
 * @returns {Test}
 */
function testOf(key, value) {
  if (!key) return (row) => searchText(row).includes(value);
  const make = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (!make) throw new FilterError(`There is no "${key}:". There are ${Object.keys(KEYS).map((name) => `${name}:`).join(" ")}`);
  if (!value) throw new FilterError(`Something must follow "${key}:".`);
  return make(value);
}

/**
 * @param {string} value `404`, `4xx`, `>=400` or `200-299`
 * @returns {Test}
 */
function statusTest(value) {
  const [from, to] = rangeOf(value);
  return ({ record, chunk }) =>
    !chunk && (record.type === "http.responded" || record.type === "http.rejected") && record.status >= from && record.status <= to;
}

/** @param {string} value @returns {[from: number, to: number]} */
function rangeOf(value) {
  const found = /^(?:(\d)xx|(\d{1,3})(?:-(\d{1,3}))?|(<=|>=|<|>)(\d{1,3}))$/.exec(value);
  if (!found) throw new FilterError(`"status:" takes a number as in 404, 4xx, >=400 or 200-299, not "${value}".`);
  const [, class_, one, other, sign, bound] = found;
  if (class_) return [Number(class_) * 100, Number(class_) * 100 + 99];
  if (one) return [Number(one), Number(other ?? one)];
  const at = Number(bound);
  /** @type {{[sign: string]: [number, number]}} */
  const ranges = { "<": [1, at - 1], "<=": [1, at], ">": [at + 1, 999], ">=": [at, 999] };
  return /** @type {[number, number]} */ (ranges[/** @type {string} */ (sign)]);
}

/** @type {{[name: string]: string}} */
const OTHER_NAMES = { websocket: "ws" };

/** @param {string} value */
function kindsOf(value) {
  const name = OTHER_NAMES[value] ?? value;
  if (Object.hasOwn(KINDS, name)) return [name];
  if (name === "segment") return ["tcp", "segment"];
  return Object.keys(KINDS).filter((kind) => (OF_ONE[name] ?? kind) === kind);
}

/** Shapes that only one kind has. @type {{[shape: string]: string}} */
const OF_ONE = { request: "http", response: "http", chunk: "http", frame: "ws", reset: "tcp", refused: "tcp", datagram: "udp",
  lookup: "dns", packet: "mqtt", call: "rpc", reply: "rpc" };

/** @param {string} value @returns {Test} */
function typeTest(value) {
  const name = OTHER_NAMES[value] ?? value;
  if (Object.hasOwn(KINDS, name)) return ({ kind }) => kind === name;
  const shape = SHAPES.find((one) => one === name);
  if (shape) return (row) => row.shape === shape;
  throw new FilterError(`There is no type "${value}". There are ${[...Object.keys(KINDS), ...SHAPES].join(", ")}.`);
}

/** @param {import("./row.js").TrafficRecord} record */
function hostHeader(record) {
  if (record.type !== "http.requested") return "";
  return headersIn(record.data, record.head_size).find(([name]) => name.toLowerCase() === "host")?.[1] ?? "";
}

/** @param {import("./row.js").TrafficRecord | undefined} record */
const pathOf = (record) => (record && "target" in record ? record.target : record?.type === "mqtt.packet" ? record.topic : "");
