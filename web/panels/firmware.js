/** Shows the source of the firmware for editing, and where it failed. */

import { html, nothing } from "lit";
import { sayFailure } from "../format.js";
import { Panel } from "./panel.js";

export class FirmwarePanel extends Panel {
  static properties = { name: {}, text: {}, failure: {}, refusal: {} };

  constructor() {
    super();
    this.name = "init.py";
    this.text = "";
    /** @type {import("../protocol.js").Failure | null} */
    this.failure = null;
    /** Why the firmware was not even tried. */
    this.refusal = "";
    this.onRun = () => {};
    /** @type {(name: string, text: string) => void} */
    this.onChange = () => {};
  }

  render() {
    return html`
      ${this.refusal ? html`<p class="crash" role="alert">${this.refusal}</p>` : nothing}
      ${this.failure ? this.crash(this.failure) : nothing}
      <div class="editor">
        <pre class="gutter" aria-hidden="true">${this.numbers()}</pre>
        <textarea
          id="source"
          wrap="off"
          spellcheck="false"
          autocapitalize="off"
          autocomplete="off"
          .value=${this.text}
          @input=${this.input}
          @keydown=${this.keydown}
          @scroll=${this.scrolled}
        ></textarea>
      </div>
    `;
  }

  /** @param {import("../protocol.js").Failure} failure */
  crash(failure) {
    const { file, line } = failure;
    return html`<p class="crash">
      ${sayFailure(failure)}
      ${line
        ? html`<button type="button" class="link" @click=${() => this.goto(line)}>${file}, line ${line}</button>`
        : nothing}
    </p>`;
  }

  numbers() {
    const marked = this.failure?.line;
    return this.text
      .split("\n")
      .map((_, i) => (i + 1 === marked ? html`<mark>${i + 1}</mark>${"\n"}` : `${i + 1}\n`));
  }

  area() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
  }

  /**
   * Select a line of the source and bring it to view.
   *
   * @param {number} line
   */
  goto(line) {
    const lines = this.text.split("\n");
    const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    const area = this.area();
    area.focus();
    area.setSelectionRange(from, from + (lines[line - 1] ?? "").length);
    area.scrollTop = Math.max(0, (area.scrollHeight * (line - 3)) / lines.length);
  }

  input() {
    this.onChange(this.name, this.area().value);
  }

  scrolled() {
    const gutter = /** @type {HTMLElement} */ (this.querySelector(".gutter"));
    gutter.scrollTop = this.area().scrollTop;
  }

  updated() {
    this.scrolled(); // the text may have moved before its numbers were there
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.onRun();
  }
}

customElements.define("sim-firmware", FirmwarePanel);
