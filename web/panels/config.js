/** Shows the configuration of the device as a tree whose values can be changed, and saves it as the device does. */

import { html, nothing } from "lit";
import { Panel } from "./panel.js";

/** @typedef {import("../protocol.js").Configuration} Configuration */
/** @typedef {import("../protocol.js").ConfigTree} ConfigTree */

export class ConfigPanel extends Panel {
  static properties = { ready: {}, boot: {}, config: { state: true }, filter: { state: true }, word: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.ready = false;
    /** Which boot of which device it is: each reads its configuration anew. */
    this.boot = "";
    /** @type {Configuration | null} */
    this.config = null;
    this.filter = "";
    this.word = "";
    this.problem = "";
    this.isOpen = false;
    /** @type {() => Promise<Configuration>} */
    this.onGet = () => Promise.reject(new Error("there is no device"));
    /** @type {(values: ConfigTree) => Promise<Configuration>} */
    this.onSet = () => Promise.reject(new Error("there is no device"));
    this.onRestart = () => {};
  }

  render() {
    return html`<details class="config" @toggle=${this.toggled}>
      <summary>Configuration</summary>
      ${this.ready ? this.body() : html`<p class="empty">The device is off: its configuration is there while it runs.</p>`}
    </details>`;
  }

  body() {
    return html`
      <p class="line">
        <input type="search" aria-label="Find in the configuration" placeholder="Find: led1, wifi" .value=${this.filter}
          @input=${(/** @type {Event} */ event) => (this.filter = valueOf(event))} />
        <button type="button" class="quiet" @click=${() => this.read()} title="The firmware may have changed it">Read again</button>
      </p>
      <div role="status" aria-label="State of the configuration">
        ${this.problem ? html`<p class="problem">${this.problem}</p>` : nothing}
        ${this.word
          ? html`<p class="care">${this.word} <button type="button" class="quiet" @click=${this.onRestart}>Restart the device</button></p>`
          : nothing}
      </div>
      ${this.config ? this.tree(this.config.values, "") : nothing}
    `;
  }

  /**
   * @param {ConfigTree} tree
   * @param {string} prefix
   * @returns {unknown}
   */
  tree(tree, prefix) {
    const wanted = this.filter.trim().toLowerCase();
    const rows = Object.entries(tree).filter(([key, value]) => !wanted || holds(prefix + key, value, wanted));
    if (!rows.length && !prefix) return html`<p class="empty">Nothing has such a name.</p>`;
    return html`<ul class="tree">${rows.map(([key, value]) => {
      const path = prefix + key;
      return html`<li>${typeof value === "object"
        ? html`<details ?open=${Boolean(wanted)}><summary>${key}</summary>${this.tree(value, `${path}.`)}</details>`
        : html`<label><span>${key}</span>${this.field(path, value)}</label>`}</li>`;
    })}</ul>`;
  }

  /** @param {string} path @param {string | number | boolean} value */
  field(path, value) {
    if (typeof value === "boolean") {
      return html`<input type="checkbox" aria-label=${path} .checked=${value}
        @change=${(/** @type {Event} */ event) => this.set(path, /** @type {HTMLInputElement} */ (event.target).checked)} />`;
    }
    if (typeof value === "number") {
      return html`<input type="number" step="any" aria-label=${path} .value=${String(value)} @change=${(/** @type {Event} */ event) => {
        const text = valueOf(event);
        if (text !== "") this.set(path, Number(text));
        else this.requestUpdate();
      }} />`;
    }
    return html`<input aria-label=${path} .value=${value} spellcheck="false" autocapitalize="off"
      @change=${(/** @type {Event} */ event) => this.set(path, valueOf(event))} />`;
  }

  /** @param {Event} event */
  toggled(event) {
    if (event.target !== this.querySelector("details")) return;
    this.isOpen = /** @type {HTMLDetailsElement} */ (event.target).open;
    if (this.isOpen) this.read();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("boot") && !changed.has("ready")) return;
    this.word = "";
    this.config = null;
    if (this.isOpen && this.ready) this.read();
  }

  async read() {
    await this.take(this.onGet());
  }

  /**
   * @param {string} path
   * @param {string | number | boolean} value
   */
  async set(path, value) {
    const tree = /** @type {ConfigTree} */ (path.split(".").reduceRight((/** @type {any} */ inner, key) => ({ [key]: inner }), value));
    const taken = await this.take(this.onSet(tree));
    if (taken) this.word = `${path} is saved in ${taken.file}. What is read at the start counts from the next one.`;
  }

  /** @param {Promise<Configuration>} asked */
  async take(asked) {
    try {
      const config = await asked;
      Object.assign(this, { config, problem: "" });
      return config;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      this.requestUpdate();
      return null;
    }
  }
}

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement} */ (event.target).value;

/**
 * @param {string} path
 * @param {ConfigTree[string]} value
 * @param {string} wanted
 * @returns {boolean}
 */
const holds = (path, value, wanted) =>
  path.toLowerCase().includes(wanted) ||
  (typeof value === "object" && Object.entries(value).some(([key, inner]) => holds(`${path}.${key}`, inner, wanted)));

customElements.define("sim-config", ConfigPanel);
