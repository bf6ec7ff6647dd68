/** The request line: writes one request to the device and shows the answer. */

import { html, nothing } from "lit";
import { latin1Of, textOf } from "../bytes.js";
import { duration, pathOf, plural, size } from "../format.js";
import { statusClass } from "./device.js";
import { Panel } from "./panel.js";

/** @typedef {import("../protocol.js").HttpResponse} HttpResponse */
/** @typedef {import("../protocol.js").HttpRequest} HttpRequest */

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const SHOWN = 10_000;

/** After how many seconds it is said how long an answer takes. */
const PATIENCE = 2;

export class RequestPanel extends Panel {
  static properties = { address: {}, targets: {}, ready: {}, waiting: {}, answer: {}, problem: {}, failure: {},
    seconds: { state: true }, other: { state: true } };

  constructor() {
    super();
    this.address = "";
    /** @type {string[]} */
    this.targets = [];
    this.ready = false;
    /** What is being waited for, as method and target. */
    this.waiting = "";
    /** @type {HttpResponse | null} */
    this.answer = null;
    this.problem = "";
    /** Why the answer may not come. */
    this.failure = "";
    /** How long it has been waited for. */
    this.seconds = 0;
    this.timer = 0;
    this.other = false;
    /** @type {(request: HttpRequest) => void} */
    this.onSend = () => {};
    this.onCancel = () => {};
  }

  render() {
    return html`
      <form @submit=${this.submit} autocomplete="off">
        <div class="line">
          <label class="unseen" for="method">Method</label>
          <select id="method" name="method" @change=${this.chosen}>
            ${METHODS.map((method) => html`<option ?selected=${method === "GET"}>${method}</option>`)}
            <option value="">Other…</option>
          </select>
          ${this.other ? html`<input name="custom" aria-label="Other method" value="PROPFIND" required size="9" />` : nothing}
          <label class="unseen" for="target">Path</label>
          <span class="address">${this.address ? `http://${this.address}` : nothing}</span>
          <input id="target" name="target" value="/my/api" required list="targets" spellcheck="false" autocapitalize="off" />
          <datalist id="targets">${this.targets.map((target) => html`<option value=${target}></option>`)}</datalist>
          <button class="primary" ?disabled=${!this.ready}>Send</button>
        </div>
        <details>
          <summary>Headers and body</summary>
          <div class="extra">
            <label>Headers, one in a line
              <textarea name="headers" rows="3" spellcheck="false" placeholder="Content-Type: application/json"></textarea>
            </label>
            <label>Body
              <textarea name="body" rows="3" spellcheck="false"></textarea>
            </label>
          </div>
        </details>
      </form>
      <output class="answer" for="method target" aria-live="polite" aria-label="Answer">${this.outcome()}</output>
    `;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("waiting")) return;
    clearInterval(this.timer);
    this.seconds = 0;
    const began = performance.now();
    const count = () => (this.seconds = Math.floor((performance.now() - began) / 1000));
    if (this.waiting) this.timer = setInterval(count, 250);
  }

  outcome() {
    const failure = this.failure ? html`<p class="problem">${this.failure}</p>` : nothing;
    if (this.waiting) {
      return html`<div class="waiting"><p class="hint">Waiting for the answer to ${this.waiting}${this.seconds < PATIENCE
          ? nothing
          : html` <span aria-live="off">for ${plural(this.seconds, "second")}</span>
            <button type="button" class="quiet" @click=${this.cancel}>Cancel</button>`}</p>
        ${failure}</div>`;
    }
    if (this.problem) return html`<div class="waiting"><p class="problem">${this.problem}</p>${failure}</div>`;
    if (!this.answer) return html`<p class="hint">The answer is shown here.</p>`;
    const { status, reason, body, took_us } = this.answer;
    const text = textOf(body.slice(0, SHOWN));
    return html`<p><b class="status s${statusClass(status)}">${status} ${textOf(reason)}</b>
        <small>${size(body.length)} in ${duration(took_us)}${body.length > SHOWN ? ", the beginning:" : nothing}</small></p>
      ${body
        ? html`<pre class="text" tabindex="0" role="group" aria-label="Body of the answer"><span class="exact">${text}</span></pre>`
        : html`<p class="dim">No body.</p>`}`;
  }

  cancel() {
    this.onCancel();
    this.field("target")?.focus(); // the button goes
  }

  field(/** @type {string} */ name) {
    const form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
    return /** @type {HTMLInputElement | null} */ (form.elements.namedItem(name));
  }

  chosen() {
    this.other = this.field("method")?.value === "";
  }

  /**
   * Write a path into the line, ready to be sent.
   *
   * @param {string} target
   */
  fill(target) {
    const field = /** @type {HTMLInputElement} */ (this.field("target"));
    field.value = target;
    field.focus();
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    event.preventDefault();
    const value = (/** @type {string} */ name) => this.field(name)?.value ?? "";
    const target = /** @type {HTMLInputElement} */ (this.field("target"));
    target.value = pathOf(target.value, this.address);
    this.onSend({
      method: value("method") || value("custom").trim(),
      target: latin1Of(target.value),
      headers: headersOf(value("headers")),
      body: latin1Of(value("body")),
    });
  }
}

/**
 * @param {string} text one `Name: value` in a line
 * @returns {import("../protocol.js").Header[]}
 */
function headersOf(text) {
  return text.split("\n").filter((line) => line.trim()).map((line) => {
    const colon = line.indexOf(":");
    const [name, value] = colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1)];
    return [latin1Of(name.trim()), latin1Of(value.trim())];
  });
}

customElements.define("sim-request", RequestPanel);
