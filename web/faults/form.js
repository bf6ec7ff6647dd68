/** Asks for a rule that breaks the network: its fields come from the table of kinds, and each says what is wrong with it. */

import { html, nothing } from "lit";
import { Panel } from "../panels/panel.js";
import { sayRule } from "./words.js";

/**
 * @typedef {import("../protocol.js").RuleKind} RuleKind
 * @typedef {import("../protocol.js").RuleParameter} RuleParameter
 * @typedef {import("../protocol.js").RuleForm} RuleForm
 */

/** @type {readonly [group: RuleKind["group"], title: string][]} */
const GROUPS = [["link", "Packets"], ["connection", "Connections"], ["http", "HTTP"], ["websocket", "WebSocket"], ["wifi", "WiFi"]];

/** What has a short name for people; all else has its own with a capital. @type {{[name: string]: string}} */
const LABELS = { ms: "Time", kbit: "Rate", percent: "Share", what: "Packets", idle: "Silence", peer: "Other host", start: "Begins after",
  every: "Repeats every" };

/** @type {{[name: string]: {[choice: string]: string}}} */
const CHOICES = {
  direction: { both: "both ways", in: "into the host", out: "out of the host" },
  what: { syn: "opening ones", data: "with data" },
};

/** What is asked for behind a heading of its own. */
const WHERE = ["host", "peer", "direction", "port", "protocol"];
const WHEN = ["start", "lasts", "every"];

/** How a text begins that is about one field. */
const OF_FIELD = /^'\w+' of the rule '[\w-]+' must/;

/** What a rule cannot be: the text, and the field that it is about. @typedef {Error & {field?: string}} Refusal */

export class FaultForm extends Panel {
  static properties = { kinds: {}, hosts: {}, ready: {}, kind: { state: true }, wrong: { state: true }, version: { state: true } };

  constructor() {
    super();
    /** @type {readonly RuleKind[]} */
    this.kinds = [];
    /** @type {readonly string[]} Names that are known. */
    this.hosts = [];
    this.ready = false;
    this.kind = "latency";
    /** @type {Map<string, string>} What has been written, by the name of the field. */
    this.written = new Map();
    this.version = 0;
    /** @type {{field: string, text: string} | null} */
    this.wrong = null;
    /** @type {(form: RuleForm) => Promise<unknown>} */
    this.onAdd = () => Promise.resolve();
  }

  render() {
    const kind = this.chosen;
    if (!kind) return nothing;
    const [where, when] = [WHERE, WHEN].map((names) => kind.parameters.filter(({ name }) => names.includes(name)));
    const isWifi = kind.group === "wifi"; // whose it is, is all that it asks
    const own = kind.parameters.filter(({ name }) => (isWifi && name === "host") || ![...WHERE, ...WHEN].includes(name));
    const fault = this.wrong && !this.wrong.field ? this.wrong.text : "";
    return html`<form class="fault-form" aria-label="New rule" autocomplete="off" novalidate @submit=${this.submit}>
      <div class="entry"><label for="fault">Fault</label>
        <select id="fault" class="wide" aria-describedby="fault-kind" @change=${this.choose}>
          ${GROUPS.map(([group, title]) => html`<optgroup label=${title}>${this.kinds.filter((one) => one.group === group).map(({ name }) =>
            html`<option .selected=${name === kind.name}>${name}</option>`)}</optgroup>`)}
        </select></div>
      <p id="fault-kind" class="hint">${kind.about}</p>
      ${own.map((one) => this.field(one))}
      ${isWifi ? nothing : this.more("Where", where ?? [])} ${this.more("When", when ?? [])}
      <datalist id="fault-hosts">${this.hosts.map((name) => html`<option value=${name}></option>`)}</datalist>
      <p class="says"><span class="unseen">It says: </span>${sayRule(this.form(kind), kind)}</p>
      <p class="problem" role="alert">${fault}</p>
      <p class="line"><button class="primary" ?disabled=${!this.ready}>Add rule</button></p>
    </form>`;
  }

  get chosen() {
    return this.kinds.find(({ name }) => name === this.kind) ?? this.kinds[0];
  }

  /** @param {string} title @param {readonly RuleParameter[]} parameters */
  more(title, parameters) {
    const isWrong = parameters.some(({ name }) => name === this.wrong?.field);
    const count = parameters.filter(({ name }) => this.written.has(name)).length;
    return html`<details ?open=${isWrong || nothing}><summary>${title}${count ? html` <span class="hint">(${count} set)</span>` : nothing}</summary>
      ${parameters.map((one) => this.field(one))}</details>`;
  }

  /** @param {RuleParameter} parameter */
  field({ name, type, about, unit, choices, default: usual }) {
    const id = `fault-${name}`;
    const value = this.written.get(name) ?? String(usual);
    const fault = this.wrong?.field === name ? this.wrong.text : "";
    const take = (/** @type {Event} */ event) => this.write(name, /** @type {HTMLInputElement} */ (event.target).value, String(usual));
    return html`<div class="entry">
      <label for=${id}>${LABELS[name] ?? name.charAt(0).toUpperCase() + name.slice(1)}</label>
      ${choices
        ? html`<select id=${id} aria-describedby=${`${id}-about`} @change=${take}>${choices.map((choice) =>
            html`<option value=${choice} .selected=${choice === value}>${CHOICES[name]?.[choice] ?? choice}</option>`)}</select>`
        : html`<input id=${id} .value=${value} inputmode=${type === "text" ? nothing : "decimal"} spellcheck="false" autocapitalize="off"
            list=${name === "host" || name === "peer" ? "fault-hosts" : nothing} aria-invalid=${fault !== ""}
            aria-describedby=${`${id}-about ${id}-wrong`} @input=${take} />`}
      <span class="unit">${unit}</span>
      <small id=${`${id}-about`}>${about}</small>
      <span id=${`${id}-wrong`} class="problem" role="alert">${fault}</span>
    </div>`;
  }

  /** @param {string} name @param {string} text @param {string} usual */
  write(name, text, usual) {
    if (text === usual) this.written.delete(name);
    else this.written.set(name, text);
    if (this.wrong?.field === name || !this.wrong?.field) this.wrong = null;
    this.version++;
  }

  /** @param {Event} event */
  choose(event) {
    this.kind = /** @type {HTMLSelectElement} */ (event.target).value;
    this.clear();
  }

  clear() {
    this.written = new Map();
    this.wrong = null;
  }

  /**
   * What has been asked for: a number where there is one, else the text as it is, which Python refuses in words.
   *
   * @param {RuleKind} kind
   * @returns {RuleForm}
   */
  form(kind) {
    /** @type {RuleForm} */
    const form = { kind: kind.name };
    for (const { name, type } of kind.parameters) {
      const text = this.written.get(name);
      if (text === undefined) continue;
      const isNumber = (type === "number" || type === "whole") && text.trim() !== "" && Number.isFinite(Number(text));
      form[name] = isNumber ? Number(text) : text;
    }
    return form;
  }

  /** @param {SubmitEvent} event */
  async submit(event) {
    event.preventDefault();
    const kind = this.chosen;
    if (!kind) return;
    this.wrong = null;
    try {
      await this.onAdd(this.form(kind));
      this.clear();
    } catch (error) {
      const { message, field = "" } = /** @type {Refusal} */ (error);
      this.wrong = { field: kind.parameters.some(({ name }) => name === field) ? field : "", text: message.replace(OF_FIELD, "This must") };
      await this.updateComplete;
      /** @type {HTMLElement | null} */ (this.querySelector("[aria-invalid=true]"))?.focus();
    }
  }
}

customElements.define("sim-fault-form", FaultForm);
