/** Shows the RPC methods of the device, the firmware's own first, and calls them. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { textOf } from "../bytes.js";
import { Panel } from "./panel.js";

/** @typedef {import("../protocol.js").Method} Method */
/** @typedef {{waiting?: boolean, code?: number, text?: string, problem?: string}} Outcome */

export class MethodsPanel extends Panel {
  static properties = { methods: {}, ready: {}, tried: { state: true }, outcomes: { state: true } };

  constructor() {
    super();
    /** @type {Method[]} */
    this.methods = [];
    this.ready = false;
    /** The method whose form is open. */
    this.tried = "";
    /** @type {Map<string, Outcome>} */
    this.outcomes = new Map();
    /** @type {(file: string, line: number) => void} */
    this.onGoto = () => {};
    /** @type {(method: string, params: string) => Promise<import("../protocol.js").HttpResponse>} */
    this.onCall = () => Promise.reject(new Error("there is no device"));
  }

  render() {
    if (!this.methods.length) return html`<p class="empty">No device is running.</p>`;
    const own = this.methods.filter(({ file }) => file);
    const builtIn = this.methods.filter(({ file }) => !file);
    return html`
      ${own.length ? this.table("RPC methods of the firmware", own) : html`<p class="empty">The firmware has registered no method.</p>`}
      ${builtIn.length
        ? html`<details class="built-in"><summary>${builtIn.length} built in</summary>${this.table("Built-in RPC methods", builtIn)}</details>`
        : nothing}
    `;
  }

  /**
   * @param {string} title
   * @param {Method[]} methods
   */
  table(title, methods) {
    return html`<table class="methods">
      <caption class="unseen">${title}</caption>
      <thead>
        <tr><th scope="col">Method<small>source</small></th><th scope="col" class="number">Calls</th>
          <th scope="col" class="number">Code</th><th><span class="unseen">Call</span></th></tr>
      </thead>
      <tbody>${repeat(methods, ({ method }) => method, (method) => this.row(method))}</tbody>
    </table>`;
  }

  /** @param {Method} method */
  row({ method, file, line, calls, last_code }) {
    const open = method === this.tried;
    return html`<tr>
        <th scope="row"><code>${breakable(method)}</code>${file
          ? html`<button type="button" class="link small" @click=${() => this.onGoto(file, line)}>${file}:${line}</button>`
          : html`<small>built in</small>`}</th>
        <td class="number">${calls ? calls : html`<span class="dim">never</span>`}</td>
        <td class="number">${calls ? html`<span class="status ${last_code ? "s5" : "s2"}">${last_code}</span>` : nothing}</td>
        <td class="number"><button type="button" class="quiet" aria-label=${`Try ${method}`} aria-expanded=${open}
          @click=${() => this.toggle(method)}>Try</button></td>
      </tr>
      ${open ? html`<tr class="try"><td colspan="4">${this.form(method)}</td></tr>` : nothing}`;
  }

  /** @param {string} method */
  form(method) {
    return html`<form class="line" @submit=${this.submit} autocomplete="off">
        ${/[*?|$]/.test(method)
          ? html`<input name="method" aria-label="Name of the method" value=${method} required spellcheck="false" />`
          : nothing}
        <input name="params" aria-label=${`Parameters of ${method}, as JSON`} placeholder='{"name": "value"}'
          spellcheck="false" autocapitalize="off" />
        <button class="primary" ?disabled=${!this.ready}>Call</button>
      </form>
      <output aria-label=${`Result of ${method}`}>${outcome(this.outcomes.get(method))}</output>`;
  }

  /** @param {string} method */
  async toggle(method) {
    this.tried = method === this.tried ? "" : method;
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector(".try input"))?.focus();
  }

  /** @param {SubmitEvent} event */
  async submit(event) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const row = this.tried;
    const method = String(data.get("method") ?? row).trim();
    this.tell(row, { waiting: true });
    try {
      const { status, body } = await this.onCall(method, String(data.get("params")).trim());
      this.tell(row, status === 200 ? { text: textOf(body).trimEnd() } : failure(status, textOf(body)));
    } catch (error) {
      this.tell(row, { problem: error instanceof Error ? error.message : String(error) });
    }
  }

  /**
   * @param {string} method
   * @param {Outcome} outcome
   */
  tell(method, outcome) {
    this.outcomes = new Map(this.outcomes).set(method, outcome);
  }
}

/**
 * @param {number} status
 * @param {string} body
 * @returns {Outcome}
 */
function failure(status, body) {
  try {
    const { code, message } = JSON.parse(body);
    return { code: Number(code), text: String(message ?? "") };
  } catch {
    return { code: status, text: body }; // not the answer of the RPC server
  }
}

/** @param {Outcome | undefined} of */
function outcome(of) {
  if (!of) return html`<span class="hint">Enter calls it.</span>`;
  if (of.waiting) return html`<span class="hint">Waiting for the result.</span>`;
  if (of.problem) return html`<span class="problem">${of.problem}</span>`;
  if (of.code) return html`<b class="status s5">Failed with ${of.code}</b> <span class="exact">${of.text}</span>`;
  return of.text ? html`<pre class="text"><span class="exact">${of.text}</span></pre>` : html`<span class="hint">No result.</span>`;
}

/**
 * A name that may go to the next line after a dot.
 *
 * @param {string} name
 */
const breakable = (name) => name.split(/(?<=\.)/).map((part) => html`${part}<wbr>`);

customElements.define("sim-methods", MethodsPanel);
