/** Shows the state of the device, and how far it is while it starts. */

import { html, nothing } from "lit";
import { size } from "../format.js";
import { Panel } from "./panel.js";

/** @typedef {"loading" | "running" | "stopped" | "crashed" | "failed"} State */

const WORDS = { loading: "Starting", running: "Running", stopped: "Stopped", crashed: "Crashed", failed: "Failed" };

export class StatusPanel extends Panel {
  static properties = { state: {}, doing: {}, silent: {}, previous: {}, status: {}, device: {}, profile: {}, problem: {} };

  constructor() {
    super();
    /** @type {State} */
    this.state = "loading";
    /** What is being done, in place of the state. */
    this.doing = "";
    /** Whether the firmware keeps Python from everything else. */
    this.silent = false;
    /** Whether an older firmware runs than the one that was to run. */
    this.previous = false;
    /** @type {import("../protocol.js").Status | null} */
    this.status = null;
    /** @type {import("../protocol.js").Device | null} */
    this.device = null;
    /** Which generation of the library the device imitates. */
    this.profile = "";
    /** Why there is no Python to run anything. */
    this.problem = "";
    this.onRetry = () => {};
  }

  render() {
    const loading = this.state === "loading";
    return html`
      <output class="state" aria-live="polite">
        <strong class="word">${this.word()}</strong>
        ${loading && !this.doing ? html`<span class="stage">${this.stage()}</span>` : nothing}
      </output>
      <p role="status" class="silent">${this.silent ? "The firmware does not respond. Press Stop." : nothing}</p>
      ${loading && !this.doing ? this.progress() : nothing}
      ${!loading && this.device
        ? html`<span class="where" title=${`${this.device.name} http://${this.device.address}`}><span class="hint">${this.device.name}</span> <code>http://${this.device.address}</code></span>${this.profile === "documented"
            ? nothing
            : html`<span class="profile">as ${this.profile}</span>`}`
        : nothing}
      <div role="alert">
        ${this.problem
          ? html`<p>${this.problem}</p><button type="button" @click=${() => this.onRetry()}>Retry</button>`
          : nothing}
      </div>
    `;
  }

  word() {
    if (this.doing) return this.doing;
    if (this.previous && this.state === "running") return "Running: the previous firmware";
    const line = this.state === "crashed" ? this.device?.failure?.line : 0;
    return line ? `Crashed at line ${line}` : WORDS[this.state];
  }

  stage() {
    if (!this.status) return "the worker";
    const { step, steps, text } = this.status;
    return steps ? `${step} of ${steps}: ${text}` : text;
  }

  progress() {
    const { loaded, total, step, steps } = this.status ?? {};
    if (loaded !== undefined && total) {
      return html`<progress aria-label="Download" max=${total} .value=${loaded}></progress>
        <span class="amount">${size(loaded)} of ${size(total)}</span>`;
    }
    return html`<progress aria-label="Start" max=${steps || 1} .value=${step ? step - 1 : 0}></progress>`;
  }
}

customElements.define("sim-status", StatusPanel);
