/** Keeps what has been set lately by its key, in two generations: no single entry is looked for to be dropped. */

/** @template T */
export class Recent {
  /** @param {number} least how many of the newest entries are kept; up to twice as many are */
  constructor(least) {
    this.least = least;
    this.clear();
  }

  /** Forget all. */
  clear() {
    /** @type {Map<number, T>} */
    this.young = new Map();
    /** @type {Map<number, T>} */
    this.old = new Map();
  }

  /** @param {number} key @returns {T | undefined} */
  get(key) {
    return this.young.get(key) ?? this.old.get(key);
  }

  /** @param {number} key @param {T} value */
  set(key, value) {
    this.young.set(key, value);
    if (this.young.size < this.least) return;
    this.old = this.young;
    this.young = new Map();
  }

  /** @param {number} key */
  delete(key) {
    this.young.delete(key);
    this.old.delete(key);
  }
}
