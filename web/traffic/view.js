/** Picks the rows that are shown: those of the wanted kinds that fit the filter, up to the moment of a pause. */

import { ALL, parseFilter } from "./filter.js";
import { KINDS } from "./row.js";

/**
 * @typedef {import("./row.js").Row} Row
 * @typedef {import("./row.js").Kind} Kind
 */

const STORED = "traffic-kinds";

/** What is shown at first: messages, not what carries them. @type {readonly string[]} */
const USUAL = ["http", "ws", "udp", "mqtt"];

export class View {
  /** @param {import("./history.js").History} history */
  constructor(history) {
    this.history = history;
    /** @type {Row[]} Changed in place; `version` tells when. */
    this.rows = [];
    this.version = 0;
    this.kinds = loadKinds();
    this.text = "";
    this.filter = ALL;
    this.paused = false;
    /** The last row that may be shown; all but in a pause. */
    this.until = Infinity;
    /** Rows that the pause keeps back, and how far they have been counted. */
    this.waiting = 0;
    this.counted = 0;
    /** How many rows before the first have left since the last look, for who has scrolled to a place among them. */
    this.shifted = 0;
    /** How far the two lists of the history have been read, counted from their beginnings. */
    this.read = { rows: 0, segments: 0 };
    this.trimmed = 0;
  }

  /** Look at another history from now on. @param {import("./history.js").History} history */
  turn(history) {
    this.version += this.history.version + 1; // the sum of both tells that there is something to draw
    this.history = history;
    this.refresh();
  }

  /** Take in what is new in the history, at a cost proportional to it. */
  update() {
    const { rows, segments } = this.history;
    if (rows.trimmed + segments.trimmed !== this.trimmed) this.rebuild();
    const { length } = this.rows;
    if (!this.paused) this.pull();
    const { waiting } = this;
    if (this.paused) this.count();
    if (this.rows.length !== length || waiting !== this.waiting) this.version++;
  }

  /** Count what the pause keeps back, without looking at anything twice. */
  count() {
    const { rows } = this.history;
    const wanted = this.wanted();
    for (let at = Math.max(0, this.counted - rows.trimmed); at < rows.items.length; at++) {
      const row = /** @type {Row} */ (rows.items[at]);
      if (row.id > this.until && wanted.has(row.kind) && this.filter.test(row)) this.waiting++;
    }
    this.counted = rows.trimmed + rows.items.length;
  }

  /** Build the list anew, as the filter has changed or old rows have left. */
  rebuild() {
    const { rows, segments } = this.history;
    const first = this.rows[0]?.id;
    const before = this.rows.length;
    this.trimmed = rows.trimmed + segments.trimmed;
    this.read = { rows: rows.trimmed, segments: segments.trimmed };
    this.rows = [];
    this.pull();
    if (first !== undefined && this.rows.length) {
      const gone = before - this.rows.length;
      this.shifted += /** @type {Row} */ (this.rows[0]).id > first ? Math.max(0, gone) : 0;
    }
    this.version++;
  }

  /** Merge what has not been read yet, in the order of the records. */
  pull() {
    const { rows, segments } = this.history;
    const wanted = this.wanted();
    const { test } = this.filter;
    let at = this.read.rows - rows.trimmed;
    let other = wanted.has("segment") ? this.read.segments - segments.trimmed : segments.items.length;
    while (at < rows.items.length || other < segments.items.length) {
      const row = rows.items[at];
      const segment = segments.items[other];
      const next = /** @type {Row} */ (row && (!segment || row.id < segment.id) ? row : segment);
      if (next.id > this.until) break;
      if (next === row) at++;
      else other++;
      if (wanted.has(next.kind) && test(next)) this.rows.push(next);
    }
    this.read = { rows: rows.trimmed + at, segments: segments.trimmed + other };
  }

  /** The kinds that are shown: those of the filter, else those that are switched on. */
  wanted() {
    return this.filter.kinds.size ? this.filter.kinds : this.kinds;
  }

  /** @param {string} text */
  search(text) {
    const filter = parseFilter(text);
    Object.assign(this, { text, filter });
    this.refresh();
  }

  /** @param {string} kind */
  toggle(kind) {
    const kinds = new Set(this.kinds);
    if (!kinds.delete(kind)) kinds.add(kind);
    this.kinds = kinds;
    keepKinds(kinds);
    this.refresh();
  }

  /** Show all kinds of what the filter is about, and no filter. */
  showAll() {
    this.kinds = new Set(Object.keys(KINDS));
    this.search("");
  }

  refresh() {
    Object.assign(this, { waiting: 0, counted: this.read.rows });
    this.rebuild();
    this.shifted = 0;
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.paused = paused;
    const { rows, segments } = this.history;
    this.until = paused ? Math.max(rows.items.at(-1)?.id ?? -1, segments.items.at(-1)?.id ?? -1) : Infinity;
    Object.assign(this, { waiting: 0, counted: this.read.rows });
    this.version++;
    this.update();
  }

  /** Show nothing of what has been. */
  clear() {
    this.history.clear();
    this.pause(false);
  }

  /**
   * Find the place of a row; -1 if it is not shown.
   *
   * @param {number} id
   */
  indexOf(id) {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (/** @type {Row} */ (this.rows[middle]).id < id) low = middle + 1;
      else high = middle;
    }
    return this.rows[low]?.id === id ? low : -1;
  }

  /** The newest row that stands for something of its own. */
  get newest() {
    for (let at = this.rows.length - 1; at >= 0; at--) {
      const row = /** @type {Row} */ (this.rows[at]);
      if (!row.chunk) return row;
    }
    return null;
  }
}

/** @returns {Set<string>} */
function loadKinds() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED) ?? "null");
    if (Array.isArray(stored)) return new Set(stored.filter((kind) => kind === "segment" || Object.hasOwn(KINDS, kind)));
  } catch {
    // Nothing is kept here, or something else
  }
  return new Set(USUAL);
}

/** @param {Set<string>} kinds */
function keepKinds(kinds) {
  try {
    localStorage.setItem(STORED, JSON.stringify([...kinds]));
  } catch {
    // The browser keeps nothing
  }
}
