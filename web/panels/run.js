/** Saves the run, and says what came of one that was played. */

import { html, nothing } from "lit";
import { Panel } from "./panel.js";

/** @typedef {import("../run.js").Said} Said */

export class RunPanel extends Panel {
  static properties = { ready: {}, said: {}, link: { state: true } };

  constructor() {
    super();
    /** Whether there is a run. */
    this.ready = false;
    /** What came of the last one. @type {Said | null} */
    this.said = null;
    /** A link that the browser does not let be copied. */
    this.link = "";
    this.onSave = () => {};
    this.onExport = () => {};
    /** @type {() => Promise<string>} */
    this.onCopy = async () => "";
    this.onDismiss = () => {};
    /** @type {(difference: NonNullable<Said["difference"]>) => [string, string][]} */
    this.linesOf = () => [];
  }

  render() {
    const { ready, said, link } = this;
    return html`
      <div class="bar">
        <span class="hint" title="What was done to the device from outside, and when: played again, it gives the same messages">This run</span>
        <span class="actions">
          <button type="button" class="quiet" ?disabled=${!ready} title="As a file that Open and the command line play again"
            @click=${() => this.onSave()}>Save run</button>
          <button type="button" class="quiet" ?disabled=${!ready} @click=${this.copy}>Copy run link</button>
          <button type="button" class="quiet" ?disabled=${!ready} title="The messages, for Wireshark, a browser or a reader"
            @click=${() => this.onExport()}>Export</button>
        </span>
      </div>
      <div class="outcome" role="status" aria-label="Run">${said ? this.outcome(said) : nothing}</div>
      ${link ? html`<input class="shared" readonly aria-label="Link to the run" .value=${link} @focus=${select} />` : nothing}
    `;
  }

  /** @param {Said} said */
  outcome({ text, difference }) {
    return html`<p class=${difference ? "problem" : "said"}>${text}
        <button type="button" class="link" @click=${() => this.onDismiss()}>Dismiss</button></p>
      ${difference
        ? html`<details><summary>Record ${difference.record}, as it was and as it is</summary>
            <dl class="difference">
              ${this.linesOf(difference).map(([name, line]) => html`<dt>${name}</dt><dd><code>${line}</code></dd>`)}
            </dl></details>`
        : nothing}`;
  }

  async copy() {
    this.link = "";
    this.link = await this.onCopy();
    if (!this.link) return;
    await this.updateComplete;
    /** @type {HTMLInputElement} */ (this.querySelector(".shared")).focus();
  }
}

/** @param {Event} event */
const select = (event) => /** @type {HTMLInputElement} */ (event.target).select();

customElements.define("sim-run", RunPanel);
