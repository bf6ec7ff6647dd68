/** The switches of the device: run, stop, restart, and the library that it imitates. */

import { html, nothing } from "lit";
import { PROFILES } from "../source.js";
import { Panel } from "./panel.js";

export class SwitchesPanel extends Panel {
  static properties = { hint: {}, profile: {}, canRun: {}, canStop: {}, canRestart: {} };

  constructor() {
    super();
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
        ${this.hint ? html`<span class="hint" title="Run takes it over">${this.hint}</span>` : nothing}
        <span class="actions">
          <button type="button" class="primary" ?disabled=${!this.canRun} @click=${() => this.onRun()}
            title="Ctrl+Enter in the editor">Run</button>
          <button type="button" ?disabled=${!this.canStop} @click=${() => this.onStop()}>Stop</button>
          <button type="button" ?disabled=${!this.canRestart} @click=${() => this.onRestart()}>Restart</button>
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
