/** Shows the source of the firmware for editing, with the switches of the device. */

import { html, nothing } from "lit";
import { Panel } from "./panel.js";

export class FirmwarePanel extends Panel {
  static properties = {
    name: {},
    text: {},
    edited: {},
    pristine: {},
    canRun: {},
    canStop: {},
    canRestart: {},
    failure: {},
    refusal: {},
  };

  constructor() {
    super();
    this.name = "init.py";
    this.text = "";
    /** Whether the text differs from what the device runs. */
    this.edited = false;
    /** Whether the text is the example. */
    this.pristine = true;
    this.canRun = false;
    this.canStop = false;
    this.canRestart = false;
    /** @type {import("../protocol.js").Failure | null} */
    this.failure = null;
    /** Why the firmware was not even tried. */
    this.refusal = "";
    this.onRun = () => {};
    this.onStop = () => {};
    this.onRestart = () => {};
    this.onReset = () => {};
    /** @type {(name: string, text: string) => void} */
    this.onChange = () => {};
  }

  render() {
    return html`
      <div class="bar">
        <h2 id="firmware-title">Firmware</h2>
        ${this.edited ? html`<span class="hint" title="Run takes it over">edited</span>` : nothing}
        <span class="actions">
          <button type="button" class="primary" ?disabled=${!this.canRun} @click=${() => this.onRun()}
            title="Ctrl+Enter in the editor">Run</button>
          <button type="button" ?disabled=${!this.canStop} @click=${() => this.onStop()}>Stop</button>
          <button type="button" ?disabled=${!this.canRestart} @click=${() => this.onRestart()}>Restart</button>
        </span>
      </div>
      <div class="file">
        <label for="source"><code>${this.name}</code></label>
        ${this.pristine
          ? nothing
          : html`<button type="button" class="quiet" @click=${() => this.onReset()}>Reset to the example</button>`}
        <label class="button quiet">Open <span class="wide">&nbsp;a .py file</span>
          <input class="unseen" type="file" accept=".py,text/x-python" @change=${this.open} />
        </label>
      </div>
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
  crash({ error, message, file, line }) {
    return html`<p class="crash">
      <strong>${error}</strong> ${message}
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
    if (this.canRun) this.onRun();
  }

  /** @param {Event} event */
  async open(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const [file] = input.files ?? [];
    input.value = "";
    if (file) this.onChange(file.name, await file.text());
  }
}

customElements.define("sim-firmware", FirmwarePanel);
