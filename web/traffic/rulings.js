/** Finds out which row of the traffic a rule of the network has acted upon. */

/**
 * @typedef {import("./row.js").Row} Row
 * @typedef {import("./row.js").Ruling} Ruling
 */

/** @type {readonly Ruling[]} */
export const NO_RULES = [];

/** Connections whose newest message is known. */
const KNOWN = 2000;

export class Rulings {
  constructor() {
    /** @type {Map<number, Row>} The newest message of each connection. */
    this.newest = new Map();
    /** @type {Map<number, {at_us: number, row: Row | undefined, rulings: Ruling[]}>} What was done last to each connection. */
    this.last = new Map();
  }

  /**
   * Take in what a rule did. What it did to a connection concerns its newest message, unless one follows at that very moment:
   * a rule that acts on a message does so before the firmware's own layer has told of it.
   *
   * @param {import("../protocol.js").RuleApplied} record
   * @param {Row | undefined} packet the row of the packet, if it did it to one
   * @returns {boolean} whether a row has changed
   */
  take({ rule, effect, connection, at_us }, packet) {
    const ruling = { rule, effect };
    const row = packet ?? this.newest.get(connection);
    if (row) put(row, [...row.rules, ruling]);
    if (connection) {
      const last = this.last.get(connection);
      const isSame = last?.at_us === at_us && last.row === row;
      keep(this.last, connection, { at_us, row, rulings: isSame ? [...last.rulings, ruling] : [ruling] });
    }
    return row !== undefined;
  }

  /** Take in a new row. @param {Row} row */
  know(row) {
    const { end } = row;
    if (!end) return;
    keep(this.newest, end.number, row);
    const last = this.last.size && row.from === end.host ? this.last.get(end.number) : undefined;
    if (!last) return;
    this.last.delete(end.number);
    if (last.at_us !== row.record.at_us) return;
    const { row: before, rulings } = last;
    if (before) put(before, before.rules.filter((ruling) => !rulings.includes(ruling)));
    put(row, rulings);
  }
}

/** @param {Row} row @param {readonly Ruling[]} rules */
function put(row, rules) {
  row.rules = rules;
  row.label = null;
}

/**
 * @template T
 * @param {Map<number, T>} map
 * @param {number} key
 * @param {T} value
 */
function keep(map, key, value) {
  map.delete(key); // so that the oldest is the first
  map.set(key, value);
  if (map.size > KNOWN) map.delete(/** @type {number} */ (map.keys().next().value));
}
