/** Shows which firmware is in the editor, and puts others there: examples, files, and what was there before. */

import { html, nothing } from "lit";
import { EXAMPLES } from "../examples.js";
import { excerpt, plural } from "../format.js";
import { Panel } from "./panel.js";

/** @typedef {import("../source.js").Source} Source */

export class FilePanel extends Panel {
  static properties = { name: {}, example: {}, aside: {} };

  constructor() {
    super();
    this.name = "";
    /** The title of the example that is in the editor, empty if none is. */
    this.example = "";
    /** @type {readonly Source[]} */
    this.aside = [];
    /** @type {(source: Source) => void} */
    this.onOpen = () => {};
  }

  render() {
    const [last] = this.aside;
    return html`<div class="file">
      <label for="source"><code>${this.name}</code></label>
      ${last
        ? html`<button type="button" class="quiet" @click=${() => this.onOpen(last)}>Back to my firmware</button>`
        : nothing}
      <select aria-label="Example" @change=${this.chosen}>
        <option value="">Examples</option>
        ${EXAMPLES.map(({ title }, i) => html`<option value=${`example ${i}`}>${title}</option>`)}
        ${this.aside.length
          ? html`<optgroup label="My firmware">${this.aside.map((source, i) => html`<option value=${`aside ${i}`}>${summary(source)}</option>`)}</optgroup>`
          : nothing}
      </select>
      <label class="button quiet">Open <span class="wide">&nbsp;a .py file</span>
        <input class="unseen" type="file" accept=".py,text/x-python" @change=${this.open} />
      </label>
    </div>`;
  }

  select() {
    return /** @type {HTMLSelectElement} */ (this.querySelector("select"));
  }

  updated() {
    const at = EXAMPLES.findIndex(({ title }) => title === this.example);
    this.select().value = at < 0 ? "" : `example ${at}`;
  }

  chosen() {
    const [kind, at] = this.select().value.split(" ");
    const source = (kind === "aside" ? this.aside : EXAMPLES)[Number(at ?? -1)];
    if (source) this.onOpen({ name: source.name, text: source.text });
    else this.updated();
  }

  /** @param {Event} event */
  async open(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const [file] = input.files ?? [];
    input.value = "";
    if (file) this.onOpen({ name: file.name, text: await file.text() });
  }
}

/** @param {Source} source */
function summary({ name, text }) {
  const lines = text.split("\n");
  const first = lines.find((line) => line.trim()) ?? "";
  return `${name}, ${plural(lines.length, "line")}: ${excerpt(first.trim(), 30)}`;
}

customElements.define("sim-file", FilePanel);
