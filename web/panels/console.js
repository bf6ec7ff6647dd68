/** Shows what the firmware printed and where it failed. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { Panel } from "./panel.js";

/** How many lines are drawn at first, and how many more at each "show more". */
const PAGE = 300;

export class ConsolePanel extends Panel {
  static properties = { lines: {}, shown: { state: true } };

  constructor() {
    super();
    /** @type {readonly import("../model.js").ConsoleLine[]} */
    this.lines = [];
    this.shown = PAGE;
    this.atEnd = true;
    this.onClear = () => {};
    /** @type {(file: string, line: number) => void} */
    this.onGoto = () => {};
  }

  render() {
    const visible = this.lines.slice(-this.shown);
    const hidden = this.lines.length - visible.length;
    return html`
      <div class="bar">
        <h2 id="console-title">Console</h2>
        <span class="actions">
          <button type="button" class="quiet" ?disabled=${!this.lines.length} @click=${() => this.onClear()}>Clear</button>
        </span>
      </div>
      <div class="scroll" tabindex="0" role="group" aria-label="Console output" @scroll=${this.scrolled}>
        ${hidden
          ? html`<p class="more"><button type="button" @click=${() => (this.shown += PAGE)}>
              Show ${Math.min(PAGE, hidden)} of ${hidden} older</button></p>`
          : nothing}
        <div role="log" aria-labelledby="console-title">
          ${repeat(visible, (line) => line.key, (line) => this.line(line))}
        </div>
        ${visible.length ? nothing : html`<p class="empty">Nothing printed yet.</p>`}
      </div>
    `;
  }

  /** @param {import("../model.js").ConsoleLine} line */
  line({ kind, text, file, line, trace }) {
    const shown = text.endsWith("\n") ? text.slice(0, -1) : text;
    return html`<div class="line ${kind}"><span class="exact">${shown}</span>${line
      ? html` <button type="button" class="link" @click=${() => this.onGoto(file, line)}>${file}, line ${line}</button>`
      : nothing}${trace
      ? html`<details><summary>Traceback</summary><pre>${trace}</pre></details>`
      : nothing}</div>`;
  }

  scroller() {
    return /** @type {HTMLElement} */ (this.querySelector(".scroll"));
  }

  scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller();
    this.atEnd = scrollTop + clientHeight >= scrollHeight - 8;
  }

  /** Stay with the newest line, unless the reader has gone up. */
  stayAtEnd() {
    const box = this.scroller();
    if (this.atEnd) box.scrollTop = box.scrollHeight;
  }

  firstUpdated() {
    new ResizeObserver(() => this.stayAtEnd()).observe(this.scroller());
  }

  updated() {
    this.stayAtEnd();
  }
}

customElements.define("sim-console", ConsolePanel);
