/** Divides the column of the traffic: moves the line between list and message, by pointer or by keyboard. */

import { Panel } from "./panel.js";

const STORED = "message-share";

/** How much of the height the message takes, in percent: at least, at most, at first, and by one key. */
const LEAST = 15;
const MOST = 85;
const USUAL = 52;
const STEP = 5;

export class SplitterPanel extends Panel {
  static properties = { share: {} };

  constructor() {
    super();
    this.share = load();
  }

  connectedCallback() {
    super.connectedCallback();
    const fixed = { role: "separator", tabindex: "0", "aria-orientation": "horizontal", "aria-label": "Height of the message", "aria-valuemin": LEAST, "aria-valuemax": MOST };
    for (const [name, value] of Object.entries(fixed)) this.setAttribute(name, String(value));
    this.addEventListener("keydown", (event) => this.keydown(event));
    this.addEventListener("pointerdown", (event) => this.setPointerCapture(event.pointerId));
    this.addEventListener("pointermove", (event) => this.hasPointerCapture(event.pointerId) && this.drag(event));
    this.addEventListener("dblclick", () => this.move(USUAL));
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    /** @type {{[key: string]: number}} */
    const targets = { ArrowUp: this.share + STEP, ArrowDown: this.share - STEP, Home: MOST, End: LEAST, Enter: USUAL };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.move(target);
  }

  /** @param {PointerEvent} event */
  drag({ clientY }) {
    const box = this.parentElement?.getBoundingClientRect();
    if (box) this.move(((box.bottom - clientY) / box.height) * 100);
  }

  /** @param {number} share */
  move(share) {
    this.share = Math.round(Math.min(Math.max(share, LEAST), MOST));
    try {
      localStorage.setItem(STORED, String(this.share));
    } catch {
      // The browser keeps nothing
    }
  }

  updated() {
    this.setAttribute("aria-valuenow", String(this.share));
    this.parentElement?.style.setProperty("--share", String(this.share));
  }
}

function load() {
  try {
    const share = Number(localStorage.getItem(STORED));
    return share >= LEAST && share <= MOST ? share : USUAL;
  } catch {
    return USUAL;
  }
}

customElements.define("sim-splitter", SplitterPanel);
