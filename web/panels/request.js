/** The request line: writes one request to the device and shows the answer. */

import { html, nothing } from "lit";
import { isBinary, latin1Of, textOf } from "../bytes.js";
import { keepRequest, loadRequests, requestOf } from "../requests.js";
import { duration, pathOf, plural, size } from "../format.js";
import { statusClass } from "./device.js";
import { Panel } from "./panel.js";

/** @typedef {import("../protocol.js").HttpResponse} HttpResponse */
/** @typedef {import("../protocol.js").HttpRequest} HttpRequest */

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const SHOWN = 10_000;

/** @param {string} text */
const isCurl = (text) => /^\s*(\$\s+)?curl(\.exe)?\s/.test(text);

/** After how many seconds it is said how long an answer takes. */
const PATIENCE = 2;

export class RequestPanel extends Panel {
  static properties = { address: {}, targets: {}, ready: {}, waiting: {}, answer: {}, problem: {}, failure: {}, paused: {},
    selected: {}, seconds: { state: true }, other: { state: true }, file: { state: true }, word: { state: true }, wrong: { state: true } };

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
    /** Whether time stands, so that no answer can come. */
    this.paused = false;
    /** The request that is selected in the traffic. @type {import("../protocol.js").HttpRequested | null} */
    this.selected = null;
    /** A file that is sent as the body. @type {{name: string, data: string} | null} */
    this.file = null;
    /** What was done, and what is wrong with what is written. */
    this.word = "";
    this.wrong = "";
    /** The requests sent so far, and which of them stands in the line. */
    this.sent = loadRequests();
    this.at = this.sent.length;
    /** @type {(request: HttpRequest) => void} */
    this.onSend = () => {};
    this.onCancel = () => {};
  }

  render() {
    return html`
      <form @submit=${this.submit} @input=${this.edited} autocomplete="off">
        <div class="line">
          <label class="unseen" for="method">Method</label>
          <select id="method" name="method" @change=${this.chosen}>
            ${METHODS.map((method) => html`<option ?selected=${method === "GET"}>${method}</option>`)}
            <option value="">Other…</option>
          </select>
          ${this.other ? html`<input name="custom" aria-label="Other method" value="PROPFIND" required size="9" />` : nothing}
          <label class="unseen" for="target">Path</label>
          <span class="address">${this.address ? `http://${this.address}` : nothing}</span>
          <input id="target" name="target" value="/my/api" required list="targets" spellcheck="false" autocapitalize="off"
            title="Arrow up: earlier requests. A curl command may be pasted" @keydown=${this.keydown} @paste=${this.pasted} />
          <datalist id="targets">${this.targets.map((target) => html`<option value=${target}></option>`)}</datalist>
          <button class="primary" ?disabled=${!this.ready}>Send</button>
        </div>
        <div role="status" aria-label="About the request">${this.wrong
          ? html`<p class="problem">${this.wrong}</p>`
          : this.word ? html`<p class="hint">${this.word}</p>` : nothing}</div>
        <details>
          <summary>Headers and body</summary>
          <div class="extra">
            <label>Headers, one in a line
              <textarea name="headers" rows="3" spellcheck="false" placeholder="Content-Type: application/json"></textarea>
            </label>
            <label>Body
              <textarea name="body" rows="3" spellcheck="false" ?disabled=${this.file !== null}></textarea>
            </label>
          </div>
          <div class="request-tools">
            <label class="button quiet">Body from a file<input class="unseen" type="file" @change=${this.chooseFile} /></label>
            ${this.file
              ? html`<span>${this.file.name}, ${size(this.file.data.length)}</span>
                <button type="button" class="quiet" @click=${() => (this.file = null)}>Without the file</button>`
              : html`<button type="button" class="quiet" @click=${this.checkJson}>Check JSON</button>`}
          </div>
        </details>
        <div class="request-tools" role="group" aria-label="This request">
          <button type="button" class="quiet" ?disabled=${!this.ready || !this.selected} @click=${this.resend}
            title="Send the request that is selected in the traffic again">Repeat selected</button>
          <span class="hint">Copy as</span>
          <button type="button" class="quiet" @click=${() => this.copy("curl")}>curl</button>
          <button type="button" class="quiet" @click=${() => this.copy("fetch")}>fetch</button>
          <button type="button" class="quiet" @click=${() => this.copy("pytest")}>pytest</button>
        </div>
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
      const paused = this.paused ? html`<p class="care">Time is paused: Go on or Step lets the answer come.</p>` : nothing;
      return html`<div class="waiting">${paused}<p class="hint">Waiting for the answer to ${this.waiting}${this.seconds < PATIENCE && !this.paused
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
        : html`<p class="dim">No body.</p>`}<span class="recorded">recorded</span>`;
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

  /** What stands in the fields. @returns {import("../requests.js").Written} */
  written() {
    const value = (/** @type {string} */ name) => this.field(name)?.value ?? "";
    const target = /** @type {HTMLInputElement} */ (this.field("target"));
    target.value = pathOf(target.value, this.address);
    return { method: value("method") || value("custom").trim(), target: target.value, headers: value("headers"), body: value("body") };
  }

  /**
   * Put a request into the fields.
   *
   * @param {import("../requests.js").Written} written
   */
  async write({ method, target, headers, body }) {
    const isKnown = METHODS.includes(method);
    const set = (/** @type {string} */ name, /** @type {string} */ text) => {
      const field = this.field(name);
      if (field) field.value = text;
    };
    set("method", isKnown ? method : "");
    this.other = !isKnown;
    this.file = null;
    set("target", target);
    set("headers", headers);
    set("body", body);
    await this.updateComplete;
    if (!isKnown) set("custom", method);
    if (headers || body) /** @type {HTMLDetailsElement} */ (this.querySelector("details")).open = true;
  }

  edited() {
    this.wrong = "";
    this.word = "";
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (this.field("target"));
    if (isCurl(field.value)) {
      this.takeCurl(field.value);
      return;
    }
    const written = this.written();
    const line = written.headers.split("\n").find((text) => text.trim() && !/^[^:\s]+\s*:/.test(text));
    if (line !== undefined) {
      this.wrong = `A header is written as "Name: value", not as ${JSON.stringify(line.trim())}.`;
      /** @type {HTMLDetailsElement} */ (this.querySelector("details")).open = true;
      return;
    }
    this.edited();
    this.remember(written);
    const { method, target, headers, body } = written;
    this.onSend({ method, target: latin1Of(target), headers: headersOf(headers), body: this.file?.data ?? latin1Of(body) });
  }

  /** @param {import("../requests.js").Written} written */
  remember(written) {
    this.sent = keepRequest(this.sent, written);
    this.at = this.sent.length;
  }

  /** Send the message that is selected in the traffic again, byte by byte as it was. */
  resend() {
    if (!this.selected) return;
    const { written, ...request } = requestOf(this.selected);
    this.edited();
    this.write(isBinary(request.body) ? { ...written, body: "" } : written);
    this.remember(written);
    this.onSend(request);
  }

  /** Go through the requests that were sent. @param {KeyboardEvent} event */
  keydown(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = event.key === "ArrowUp" ? this.at - 1 : event.key === "ArrowDown" ? this.at + 1 : -1;
    const written = this.sent[at];
    if (!written) return;
    event.preventDefault();
    this.at = at;
    this.write(written);
    this.word = `Request ${at + 1} of ${this.sent.length} sent so far`;
  }

  /** @param {ClipboardEvent} event */
  pasted(event) {
    const text = event.clipboardData?.getData("text") ?? "";
    if (!isCurl(text)) return;
    event.preventDefault();
    this.takeCurl(text);
  }

  /** Take a curl command apart into the fields. @param {string} text */
  async takeCurl(text) {
    try {
      const { parseCurl } = await import("../curl.js");
      const { method, url, headers, body } = parseCurl(text);
      await this.write({ method, target: pathOf(url, this.address), headers: headers.map(([n, v]) => `${n}: ${v}`).join("\n"), body });
      this.edited();
      this.word = "Taken from a curl command; Enter sends it.";
    } catch (error) {
      this.wrong = `This curl command cannot be taken: ${error instanceof Error ? error.message : error}.`;
    }
  }

  /** @param {Event} event */
  async chooseFile(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const file = field.files?.[0];
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    let data = "";
    for (let at = 0; at < bytes.length; at += 8192) data += String.fromCharCode(...bytes.subarray(at, at + 8192));
    this.file = { name: file.name, data };
    field.value = "";
  }

  checkJson() {
    this.edited();
    const text = this.field("body")?.value ?? "";
    try {
      JSON.parse(text);
      this.word = "The body is JSON.";
    } catch (error) {
      this.wrong = `The body is no JSON: ${/** @type {Error} */ (error).message}.`;
    }
  }

  /** @param {"curl" | "fetch" | "pytest"} kind */
  async copy(kind) {
    const { method, target, headers, body } = this.written();
    const pairs = headersOf(headers).map(([name, value]) => /** @type {[string, string]} */ ([textOf(name), textOf(value)]));
    const plain = { method, url: `http://${this.address || "device"}${target}`, headers: pairs, body: this.file ? textOf(this.file.data) : body };
    this.edited();
    try {
      const { asCurl, asFetch, asPytest } = await import("../curl.js");
      const text = kind === "curl" ? asCurl(plain) : kind === "fetch" ? asFetch(plain) : asPytest(plain, target);
      await navigator.clipboard.writeText(text);
      this.word = `Copied as ${kind}.`;
    } catch {
      this.wrong = "The browser does not let the page write to the clipboard.";
    }
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
