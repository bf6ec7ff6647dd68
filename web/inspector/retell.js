/** Writes messages as a test or a command that makes them again, to be copied or saved. */

import { html, nothing } from "lit";
import { plural } from "../format.js";
import { Panel } from "../panels/panel.js";
import { sentences } from "../sentences.js";
import { takeAway } from "../take.js";

/** @typedef {import("../traffic/row.js").Row} Row */
/** @typedef {"exchange" | "range" | "shown"} Scope */

/** What can be written, with the name of its file. @type {readonly {form: string, title: string, file: string}[]} */
const FORMS = [
  { form: "pytest", title: "pytest", file: "test_device.py" },
  { form: "playwright-python", title: "Playwright, Python", file: "test_device.py" },
  { form: "playwright-js", title: "Playwright, JavaScript", file: "device.spec.mjs" },
  { form: "scenario", title: "Scenario, YAML", file: "device.yaml" },
  { form: "curl", title: "curl", file: "device.sh" },
  { form: "hurl", title: "Hurl", file: "device.hurl" },
];

const STORED = "test-form";

/** More messages make no test that anybody reads. */
const MOST = 2_000;

export class RetellPanel extends Panel {
  static properties = { rows: {}, shown: {}, form: { state: true }, scope: { state: true }, text: { state: true }, problem: { state: true }, said: { state: true } };

  constructor() {
    super();
    /** What is selected, one row or a range. @type {readonly Row[]} */
    this.rows = [];
    /** What the traffic shows. @type {readonly Row[]} */
    this.shown = [];
    this.form = loadForm();
    /** @type {Scope} */
    this.scope = "exchange";
    this.text = "";
    this.problem = "";
    this.said = "";
    /** What the text was written of. */
    this.written = "";
    /** @type {(form: string, records: number[]) => Promise<string>} */
    this.onWrite = async () => "";
  }

  /** @returns {readonly Row[]} */
  get wanted() {
    return this.scope === "shown" ? this.shown : this.rows;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("rows") && this.scope !== "shown") this.scope = this.rows.length > 1 ? "range" : "exchange";
  }

  updated() {
    const { form, scope, rows } = this;
    // What is shown may grow with every message: it is written when it is asked for
    const key = [form, scope, ...(scope === "shown" ? [] : rows.map(({ id, pair }) => `${id}/${pair?.id}`))].join();
    if (key !== this.written) this.write(key);
  }

  /** @param {string} key what is written of */
  async write(key) {
    this.written = key;
    const records = [...new Set(this.wanted.map(({ record }) => record.seq))];
    let [text, problem] = ["", ""];
    try {
      if (records.length > MOST) throw new Error(`These are ${records.length} messages; choose ${MOST} at most.`);
      text = await this.onWrite(this.form, records);
    } catch (error) {
      problem = sentences(/** @type {Error} */ (error).message);
    }
    if (this.written === key) Object.assign(this, { text, problem, said: "" });
  }

  render() {
    const { form, scope, rows, shown, text, problem, said } = this;
    /** @type {[Scope, string][]} */
    const scopes = [rows.length > 1 ? ["range", plural(rows.length, "message")] : ["exchange", "this exchange"], ["shown", "all that is shown"]];
    return html`
      <p class="retell">
        <label>As <select aria-label="Write as" .value=${form} @change=${this.choose}>
          ${FORMS.map(({ form: name, title }) => html`<option value=${name} ?selected=${name === form}>${title}</option>`)}</select></label>
        <label>of <select aria-label="Write of" @change=${this.reach}>
          ${scopes.map(([name, title]) => html`<option value=${name} ?selected=${name === scope}>${title}</option>`)}</select></label>
        <button type="button" ?disabled=${!text} @click=${this.copy}>Copy</button>
        <button type="button" class="quiet" ?disabled=${!text} @click=${this.save}>Save</button>
        ${scope === "shown" ? html`<button type="button" class="quiet" @click=${() => this.write(this.written)}>Write again</button>` : nothing}
        <output class="hint" aria-label="Test">${said || (scope === "shown" ? plural(shown.length, "message") : "")}</output>
      </p>
      ${problem ? html`<p class="said problem" role="alert">${problem}</p>` : nothing}
      ${text ? html`<div class="scroll" tabindex="0" role="group" aria-label="Text of the test"><pre class="retold">${text}</pre></div>` : nothing}
      ${text ? html`<p class="said hint">${hintOf(form)}</p>` : nothing}`;
  }

  /** @param {Event} event */
  choose({ target }) {
    this.form = /** @type {HTMLSelectElement} */ (target).value;
    try {
      localStorage.setItem(STORED, this.form);
    } catch {
      // The browser keeps nothing
    }
  }

  /** @param {Event} event */
  reach({ target }) {
    this.scope = /** @type {Scope} */ (/** @type {HTMLSelectElement} */ (target).value);
  }

  async copy() {
    this.said = await takeAway(this.text);
  }

  async save() {
    const { file } = /** @type {typeof FORMS[number]} */ (FORMS.find(({ form }) => form === this.form));
    this.said = await takeAway(this.text, file);
  }
}

/** @param {string} form */
function hintOf(form) {
  if (form === "curl" || form === "hurl") return "For a device on port 8080: python -m sim serve FIRMWARE --port 8080";
  return "The firmware lies beside the test: under the name that stands there.";
}

function loadForm() {
  try {
    const stored = localStorage.getItem(STORED);
    return FORMS.some(({ form }) => form === stored) ? String(stored) : "pytest";
  } catch {
    return "pytest";
  }
}

customElements.define("sim-retell", RetellPanel);
