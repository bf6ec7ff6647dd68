/** Asks Python what is wrong with the programs while they are written: a moment after the last change, one question at a time. */

import { filesOf, isSame } from "./project.js";

/** How long after a change is asked. */
const PAUSE_MS = 300;

/** How long is waited for a Python that has no time. */
const LATER_MS = 2_000;

/** @typedef {import("./protocol.js").Finding} Finding */

export class Checker {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** @type {readonly Finding[]} What was wrong with the files that were checked last. */
    this.findings = [];
    /** @type {readonly import("./project.js").File[]} The files that shall be checked, and those that were. */
    this.wanted = [];
    this.checked = this.wanted;
    this.timer = 0;
    this.asking = false;
    this.onChange = () => {};
  }

  /**
   * Check these files as soon as there is time.
   *
   * @param {readonly import("./project.js").File[]} files
   */
  ask(files) {
    this.wanted = files;
    this.wait(PAUSE_MS);
  }

  /** @param {number} ms */
  wait(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), ms);
  }

  async check() {
    const { session, wanted } = this;
    if (this.asking || isSame(wanted, this.checked)) return;
    // A firmware in a loop keeps Python to itself: its answer could only be late
    if (!session.ready || session.silent) return this.wait(LATER_MS);
    this.asking = true;
    try {
      const { findings } = await session.request("check", filesOf(wanted));
      this.checked = wanted;
      this.findings = findings;
      this.onChange();
    } catch {
      // Python has ended, or is replaced: the one after it is asked
    } finally {
      this.asking = false;
    }
    if (!isSame(this.wanted, this.checked)) this.wait(this.checked === wanted ? PAUSE_MS : LATER_MS);
  }
}
