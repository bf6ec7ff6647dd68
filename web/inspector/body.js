/** Shows a body as text, as JSON, as hex, or as an image. */

import { html, nothing } from "lit";
import { bytesOf, isBinary, textOf } from "../bytes.js";
import { plural, size } from "../format.js";
import { Panel } from "../panels/panel.js";
import { jsonTree } from "./json.js";
import "./bytes.js";

/** How many bytes are shown at first, and how many times more at each "show more". */
const PAGE = 16_384;
const MORE = 4;

/** A JSON text longer than this is not taken apart, and an image larger than this is not shown. */
const MOST_JSON = 1_000_000;
const MOST_IMAGE = 4_000_000;

/** How images begin, by their type. @type {readonly [string, RegExp][]} */
const IMAGES = [
  ["image/png", /^\x89PNG\r\n\x1a\n/],
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/gif", /^GIF8[79]a/],
  ["image/webp", /^RIFF....WEBP/s],
  ["image/bmp", /^BM....\0\0\0\0/s],
  ["image/x-icon", /^\0\0\x01\0[^\0]/],
];

/** @typedef {"text" | "json" | "hex" | "image"} Mode */
/** @type {{[mode in Mode]: string}} */
const NAMES = { text: "Text", json: "JSON", hex: "Hex", image: "Image" };

export class BodyPanel extends Panel {
  static properties = { data: {}, contentType: {}, coding: {}, name: {}, mode: { state: true }, limit: { state: true } };

  constructor() {
    super();
    this.data = "";
    this.contentType = "";
    /** How it is compressed, if it is. */
    this.coding = "";
    /** What it is called: body, payload, data. */
    this.name = "Body";
    /** @type {Mode | ""} What was chosen; else what suits the data. */
    this.mode = "";
    this.limit = PAGE;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("data")) this.limit = PAGE;
  }

  render() {
    const { data, name } = this;
    const modes = this.modes();
    const mode = modes.find((one) => one === this.mode) ?? /** @type {Mode} */ (modes[0]);
    if (!data) return html`<div class="scroll" tabindex="0" role="group" aria-label=${name}><p class="empty">No ${name.toLowerCase()}.</p></div>`;
    return html`
      <p class="modes"><span class="chips" role="group" aria-label="Shown as">${modes.map((one) => html`<button type="button" class="chip"
        aria-pressed=${one === mode} @click=${() => (this.mode = one)}>${NAMES[one]}</button>`)}</span>
        <small>${size(data.length)}${this.contentType ? html`, ${this.contentType}` : nothing}${this.coding ? html`, compressed: ${this.coding}` : nothing}</small></p>
      ${this.content(mode)}
    `;
  }

  /** The ways to show the data, the one that suits it best first. @returns {Mode[]} */
  modes() {
    const { data } = this;
    /** @type {Mode[]} */
    const modes = [];
    if (imageType(data, this.contentType) && data.length <= MOST_IMAGE && !this.coding) modes.push("image");
    if (jsonOf(data, this.contentType) !== undefined) modes.push("json");
    return isBinary(data) || this.coding ? [...modes, "hex", "text"] : [...modes, "text", "hex"];
  }

  /** @param {Mode} mode */
  content(mode) {
    const { data, name } = this;
    if (mode === "hex") return html`<sim-bytes .data=${data} .fields=${[]}></sim-bytes>`;
    const end = Math.min(data.length, this.limit);
    const content = {
      image: () => html`<img alt=${`Image of ${plural(data.length, "byte")}`} src=${dataUrl(imageType(data, this.contentType), data)} />`,
      json: () => html`<div class="json">${jsonTree(jsonOf(data, this.contentType))}</div>`,
      text: () => html`<pre class="text"><span class="exact">${textOf(data.slice(0, end))}</span></pre>
        ${data.length > end ? html`<p class="more"><button type="button" @click=${() => (this.limit *= MORE)}>Show more</button></p>` : nothing}`,
    }[mode];
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${name}>${content()}</div>`;
  }
}

/**
 * The type of an image; empty if it is none. What is drawn comes from a data: address, where no script runs.
 *
 * @param {string} data latin-1
 * @param {string} contentType
 */
function imageType(data, contentType) {
  const [named = ""] = contentType.toLowerCase().split(";");
  if (named.trim() === "image/svg+xml") return "image/svg+xml";
  return IMAGES.find(([, start]) => start.test(data.slice(0, 32)))?.[0] ?? "";
}

/** @param {string} type @param {string} data latin-1 */
const dataUrl = (type, data) => `data:${type};base64,${btoa(data)}`;

/**
 * Read an object or an array; undefined if it is none.
 *
 * @param {string} data latin-1
 * @param {string} contentType
 * @returns {unknown}
 */
function jsonOf(data, contentType) {
  if (data.length > MOST_JSON || !(/^\s*[[{]/.test(data) || /[/+]json\b/i.test(contentType))) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(data)));
  } catch {
    return undefined;
  }
}

customElements.define("sim-body", BodyPanel);
