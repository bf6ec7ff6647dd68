/** Shows bytes as a hex dump, and the fields that they are made of beside it; what is chosen in one is marked in both. */

import { html, nothing } from "lit";
import { size } from "../format.js";
import { Panel } from "../panels/panel.js";

/** @typedef {import("./fields.js").Field} Field */

/** How many bytes are shown at first, and how many times more at each "show more". */
const PAGE = 4096;
const MORE = 4;

/** From this width on, in pixels, sixteen bytes stand in a row, else eight. */
const WIDE = 760;

export class BytesPanel extends Panel {
  static properties = { data: {}, fields: {}, note: {}, chosen: { state: true }, limit: { state: true }, columns: { state: true } };

  constructor() {
    super();
    this.data = "";
    /** @type {readonly Field[]} In the order of their bytes, without overlap. */
    this.fields = [];
    this.note = "";
    this.chosen = -1;
    this.limit = PAGE;
    this.columns = 8;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("data")) Object.assign(this, { limit: PAGE, chosen: -1 });
  }

  render() {
    const { data, fields, note, chosen } = this;
    const end = Math.min(data.length, this.limit);
    const field = fields[chosen];
    return html`
      ${note ? html`<p class="hint said">${note}</p>` : nothing}
      <div class="bytes">
        <div class="scroll dump" tabindex="0" role="group" aria-label="Bytes" @keydown=${this.keydown} @click=${this.pointed}
          @pointermove=${this.pointed}><pre class="hex">${this.rows(end)}</pre>
          ${data.length > end ? html`<p class="more"><button type="button" @click=${() => (this.limit *= MORE)}>Show more</button></p>` : nothing}
          ${data ? nothing : html`<p class="empty">No bytes.</p>`}
        </div>
        <div class="scroll fields" role="listbox" aria-label="Fields" tabindex="0" @keydown=${this.keydown}
          aria-activedescendant=${field ? `field-${chosen}` : nothing}>
          ${fields.map((one, at) => html`<div role="option" id=${`field-${at}`} aria-selected=${at === chosen} class="field ${one.tone}"
            @pointerenter=${() => this.choose(at)} @click=${() => this.choose(at, true)}>
            <b>${one.name}</b> <small>${size(one.to - one.from)} at ${one.from}</small>${at === chosen && one.note ? html`<span>${one.note}</span>` : nothing}</div>`)}
        </div>
      </div>
    `;
  }

  /** @param {number} end */
  rows(end) {
    const { columns, data } = this;
    const rows = [];
    let field = 0;
    for (let at = 0; at < end; at += columns) {
      const to = Math.min(at + columns, end);
      /** @type {unknown[]} */
      const hex = [];
      /** @type {unknown[]} */
      const text = [];
      for (let from = at; from < to; ) {
        while (field < this.fields.length && /** @type {Field} */ (this.fields[field]).to <= from) field++;
        const here = this.fields[field];
        const inside = here !== undefined && here.from <= from;
        const until = Math.min(to, inside ? here.to : (here?.from ?? to));
        const number = inside ? field : -1;
        const style = `${inside ? here.tone : ""}${number >= 0 && number === this.chosen ? " chosen" : ""}`;
        hex.push(html`<span class=${style} data-field=${number}>${hexOf(data, from, until)}</span>${until < to ? " " : nothing}`);
        text.push(html`<span class=${style} data-field=${number}>${printable(data.slice(from, until))}</span>`);
        from = until;
      }
      const gap = "   ".repeat(columns - (to - at));
      rows.push(html`<span class="offset">${at.toString(16).padStart(4, "0")}</span>  ${hex}${gap}  ${text}\n`);
    }
    return rows;
  }

  /**
   * @param {number} at
   * @param {boolean} [show] whether its bytes shall be brought to view
   */
  choose(at, show = false) {
    this.chosen = at;
    if (show) this.show(".hex .chosen");
  }

  /** @param {string} selector */
  async show(selector) {
    await this.updateComplete;
    const element = this.querySelector(selector);
    const box = /** @type {HTMLElement | null} */ (element?.closest(".scroll"));
    if (!element || !box) return;
    const [inner, outer] = [element.getBoundingClientRect(), box.getBoundingClientRect()];
    box.scrollTop += Math.min(0, inner.top - outer.top) + Math.max(0, inner.bottom - outer.bottom);
  }

  /** @param {Event} event */
  pointed({ target, type }) {
    const { field } = /** @type {HTMLElement} */ (target).dataset;
    if (field === undefined || Number(field) < 0) return;
    this.chosen = Number(field);
    if (type === "click") this.show(".field[aria-selected=true]");
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    const last = this.fields.length - 1;
    const at = this.chosen;
    /** @type {{[key: string]: number}} */
    const targets = { ArrowUp: at - 1, ArrowLeft: at - 1, ArrowDown: at + 1, ArrowRight: at + 1, Home: 0, End: last };
    const target = targets[event.key];
    if (target === undefined || last < 0) return;
    event.preventDefault();
    const next = Math.min(Math.max(target, 0), last);
    const field = /** @type {Field} */ (this.fields[next]);
    while (field.from >= this.limit) this.limit *= MORE;
    this.choose(next, true);
    this.show(".field[aria-selected=true]");
  }

  firstUpdated() {
    const box = /** @type {HTMLElement} */ (this.querySelector(".bytes"));
    new ResizeObserver(() => (this.columns = box.offsetWidth >= WIDE ? 16 : 8)).observe(box);
  }
}

/**
 * @param {string} data
 * @param {number} from
 * @param {number} to
 */
function hexOf(data, from, to) {
  let hex = "";
  for (let at = from; at < to; at++) hex += `${at > from ? " " : ""}${data.charCodeAt(at).toString(16).padStart(2, "0")}`;
  return hex;
}

/** @param {string} data */
const printable = (data) => data.replace(/[^\x20-\x7e]/g, ".");

customElements.define("sim-bytes", BytesPanel);
