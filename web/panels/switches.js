/** The switches of the device: run, stop, restart, and the library that it imitates. */

import { html, nothing } from "lit";
import { COMMANDS, keysOf } from "../keys.js";
import { PROFILES } from "../source.js";
import { Panel } from "./panel.js";

export class SwitchesPanel extends Panel {
  static properties = { boots: {}, hint: {}, profile: {}, canRun: {}, canStop: {}, canRestart: {} };

  constructor() {
    super();
    /** What the device runs when it boots, in words. */
    this.boots = "";
    /** What Run would take over. */
    this.hint = "";
    this.profile = "";
    this.canRun = false;
    this.canStop = false;
    this.canRestart = false;
    /** Whether the button that had the focus can no longer be pressed. */
    this.isLost = false;
    this.onRun = () => {};
    this.onStop = () => {};
    this.onRestart = () => {};
    /** @type {(name: string) => void} */
    this.onProfile = () => {};
  }

  render() {
    return html`
      <div class="bar">
        <h2 id="firmware-title">Firmware</h2>
        <span class="hint boots" title=${this.boots}>${this.boots}</span>
        ${this.hint ? html`<span class="hint pending" title="Run takes it over">${this.hint}</span>` : nothing}
        <span class="actions">
          <button type="button" class="primary" ?disabled=${!this.canRun} @click=${() => this.onRun()}
            title=${keysOf("run")} aria-keyshortcuts=${COMMANDS.run.aria}>Run</button>
          <button type="button" ?disabled=${!this.canStop} @click=${() => this.onStop()}
            title=${keysOf("stop")} aria-keyshortcuts=${COMMANDS.stop.aria}>Stop</button>
          <button type="button" ?disabled=${!this.canRestart} @click=${() => this.onRestart()}
            title=${keysOf("restart")} aria-keyshortcuts=${COMMANDS.restart.aria}>Restart</button>
        </span>
      </div>
      <div class="library">
        <label for="library">Library</label>
        <select id="library" aria-describedby="library-text" @change=${this.chosen}>
          ${PROFILES.map(({ name }) => html`<option .selected=${name === this.profile}>${name}</option>`)}
        </select>
        <span id="library-text" class="hint">${PROFILES.find(({ name }) => name === this.profile)?.text}</span>
      </div>
    `;
  }

  /** Give the focus of a button that can no longer be pressed to Run, as soon as that can be pressed. */
  updated() {
    const { activeElement, body } = document;
    if (this.contains(activeElement)) this.isLost = activeElement?.matches(":disabled") ?? false;
    else if (activeElement !== body) this.isLost = false;
    if (!this.isLost || !this.canRun) return;
    this.isLost = false;
    /** @type {HTMLElement} */ (this.querySelector(".primary")).focus({ preventScroll: true });
  }

  /** @param {Event} event */
  chosen(event) {
    this.onProfile(/** @type {HTMLSelectElement} */ (event.target).value);
  }
}

customElements.define("sim-switches", SwitchesPanel);
