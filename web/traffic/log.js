/** Is a list of bounded length that grows at its end, at a cost proportional to what is new. */

/** @template T */
export class Log {
  /** @param {number} most how many are kept at least; a quarter more are before the oldest go */
  constructor(most) {
    this.most = most;
    /** @type {T[]} Changed in place: who keeps it looks at `trimmed` too. */
    this.items = [];
    /** How many have left it. */
    this.trimmed = 0;
  }

  /** @param {T} item */
  push(item) {
    this.items.push(item);
    if (this.items.length < this.most * 1.25) return;
    const excess = this.items.length - this.most;
    this.items.splice(0, excess);
    this.trimmed += excess;
  }

  clear() {
    this.trimmed += this.items.length;
    this.items.length = 0;
  }
}
