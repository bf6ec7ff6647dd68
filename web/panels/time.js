/** Shows what time it is on the device, and holds it: pause, one event at a time, slower, faster. */

import { html } from "lit";
import { Panel } from "./panel.js";

const SPEEDS = [0.1, 0.5, 1, 2, 10, 100];

/** How often the time is written anew, in milliseconds. */
const BEAT_MS = 100;

export class TimePanel extends Panel {
  static properties = { time: {}, ready: {}, running: {} };

  constructor() {
    super();
    /** @type {import("../protocol.js").Time & {seen: number}} `seen` by the page's clock, in milliseconds. */
    this.time = { now_us: 0, speed: 1, paused: false, seen: 0 };
    /** Whether there is a worker that can be told, and a device whose time passes. */
    this.ready = false;
    this.running = false;
    this.timer = 0;
    this.onPause = () => {};
    this.onStep = () => {};
    /** @type {(speed: number) => void} */
    this.onSpeed = () => {};
  }

  render() {
    const { paused, speed } = this.time;
    return html`<div class="time-of" role="group" aria-label="Time of the device">
      <span class="clock" role="timer" aria-label="Device time" title="Virtual time, since the network began"></span>
      <button type="button" class="quiet" aria-label=${paused ? "Go on" : "Pause time"} ?disabled=${!this.ready}
        @click=${() => (paused ? this.onSpeed(speed) : this.onPause())}>${paused ? "Go on" : "Pause"}</button>
      <button type="button" class="quiet" ?disabled=${!this.ready} @click=${() => this.onStep()}
        title="Run the next event, and stand there">Step</button>
      <label class="unseen" for="speed">Speed of time</label>
      <select id="speed" ?disabled=${!this.ready} @change=${this.chosen}>
        ${SPEEDS.map((one) => html`<option value=${one} .selected=${one === speed}>${one}×</option>`)}
      </select>
    </div>`;
  }

  updated() {
    clearInterval(this.timer);
    this.write();
    if (this.running && !this.time.paused) this.timer = setInterval(() => this.write(), BEAT_MS);
  }

  /** Write the time between what the worker tells: there it passes as here, only faster or slower. */
  write() {
    const { now_us, speed, paused, seen } = this.time;
    const passed = paused || !this.running ? 0 : (performance.now() - seen) * 1000 * speed;
    const clock = this.querySelector(".clock");
    if (clock) clock.textContent = `${((now_us + passed) / 1_000_000).toFixed(paused ? 6 : 1)} s`;
  }

  /** @param {Event} event */
  chosen(event) {
    this.onSpeed(Number(/** @type {HTMLSelectElement} */ (event.target).value));
  }
}

customElements.define("sim-time", TimePanel);
