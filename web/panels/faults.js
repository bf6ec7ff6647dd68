/** Shows how the network is broken on purpose: the rules that are set, with their hits, and ways to set more. */

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { plural } from "../format.js";
import { sayRule } from "../faults/words.js";
import "../faults/form.js";
import { Panel } from "./panel.js";

/**
 * @typedef {import("../protocol.js").Rule} Rule
 * @typedef {import("../protocol.js").RuleForm} RuleForm
 * @typedef {import("../protocol.js").Values["rules.list"]} Table
 */

/** The rule that switches the WiFi off until it is taken away. */
const WIFI = "wifi-off";

export class FaultsPanel extends Panel {
  static properties = { rules: {}, table: {}, hosts: {}, host: {}, ready: {}, marked: {}, preset: { state: true }, at: { state: true },
    problem: { state: true } };

  constructor() {
    super();
    /** @type {readonly Rule[]} */
    this.rules = [];
    /** @type {Table | null} What there can be, once it has been asked for. */
    this.table = null;
    /** @type {readonly string[]} Names of hosts. */
    this.hosts = [];
    /** The device whose WiFi is switched. */
    this.host = "";
    this.ready = false;
    /** The rule that shall be seen. */
    this.marked = 0;
    this.preset = "";
    /** The host that the preset is for; empty: all. */
    this.at = "";
    this.problem = "";
    /** @type {Map<number, boolean>} How rules were switched that are not known yet to be so. */
    this.switched = new Map();
    /** @type {(form: RuleForm) => Promise<unknown>} */
    this.onAdd = () => Promise.resolve();
    /** @type {(preset: string, values: {[name: string]: string}) => Promise<unknown>} */
    this.onPreset = () => Promise.resolve();
    /** @type {(rule: number) => Promise<unknown>} */
    this.onRemove = () => Promise.resolve();
    /** @type {(rule: number, enabled: boolean) => Promise<unknown>} */
    this.onEnable = () => Promise.resolve();
  }

  render() {
    return html`
      ${this.wifi()}
      <section aria-labelledby="rules-title">
        <div class="bar"><h2 id="rules-title">Rules in force</h2>
          ${this.rules.length > 1
            ? html`<span class="actions"><button type="button" class="quiet" @click=${this.removeAll}>Remove all</button></span>`
            : nothing}</div>
        <p class="problem" role="alert">${this.problem}</p>
        ${this.rules.length
          ? html`<ul class="rules" aria-labelledby="rules-title">${repeat(this.rules, ({ rule }) => rule, (rule) => this.rule(rule))}</ul>`
          : html`<p class="empty">None: nothing is lost, and each packet takes a millisecond.</p>`}
      </section>
      <section aria-labelledby="presets-title">
        <div class="bar"><h2 id="presets-title">Networks that people meet</h2></div>${this.presets()}
      </section>
      <section aria-labelledby="new-rule-title">
        <div class="bar"><h2 id="new-rule-title">A rule of your own</h2></div>
        <sim-fault-form .kinds=${this.table?.kinds ?? []} .hosts=${this.hosts} .ready=${this.ready} .onAdd=${this.onAdd}></sim-fault-form>
      </section>
    `;
  }

  wifi() {
    const rule = this.rules.find(({ kind, values, enabled }) => kind === WIFI && enabled && isPlain(values, this.host));
    return html`<p class="wifi">
      <span>WiFi of <b>${this.host || "the device"}</b> is ${rule ? html`<b class="care">off</b>` : "on"}.</span>
      <button type="button" ?disabled=${!this.ready} @click=${() => this.tell(rule ? this.onRemove(rule.rule) : this.onAdd({ kind: WIFI, host: this.host }))}>
        ${rule ? "Bring the WiFi back" : "Drop the WiFi"}</button></p>`;
  }

  /** @param {Rule} rule */
  rule({ rule, kind, values, enabled, hits }) {
    const text = sayRule({ kind, ...values }, this.table?.kinds.find(({ name }) => name === kind));
    return html`<li id=${`rule-${rule}`} tabindex="-1" class=${enabled ? "" : "off"} aria-current=${rule === this.marked || nothing}>
      <label><input type="checkbox" role="switch" .checked=${live(this.switched.get(rule) ?? enabled)} ?disabled=${!this.ready}
          @change=${(/** @type {Event} */ event) => this.enable(rule, /** @type {HTMLInputElement} */ (event.target).checked)} />
        <span>${text}</span></label>
      <span class="line"><span class="dim">Rule ${rule}: <code>${kind}</code>, ${hits
          ? plural(hits, "hit")
          : html`<span class=${enabled ? "care" : ""}>never fired</span>`}${enabled ? nothing : ", off"}</span>
        <button type="button" class="quiet" ?disabled=${!this.ready} aria-label=${`Remove rule ${rule}`}
          @click=${() => this.tell(this.onRemove(rule))}>Remove</button></span>
    </li>`;
  }

  presets() {
    const { presets = [], kinds = [] } = this.table ?? {};
    const preset = presets.find(({ name }) => name === this.preset);
    return html`<form class="fault-form" aria-label="Presets" @submit=${this.addPreset}>
      <div class="entry"><label for="preset">Network</label>
        <select id="preset" class="wide" @change=${(/** @type {Event} */ event) => (this.preset = valueOf(event))}>
          <option value="" .selected=${!preset}>choose one</option>
          ${presets.map(({ name }) => html`<option .selected=${name === this.preset}>${name}</option>`)}</select></div>
      ${preset
        ? html`<p class="said">${preset.about}</p>
            <ul class="parts-of">${preset.rules.map((form) => html`<li>${sayRule(form, kinds.find(({ name }) => name === form.kind))}</li>`)}</ul>
            <div class="entry"><label for="preset-host">For</label>
              <select id="preset-host" class="wide" @change=${(/** @type {Event} */ event) => (this.at = valueOf(event))}>
                <option value="" .selected=${!this.at}>every host</option>
                ${this.hosts.map((name) => html`<option .selected=${name === this.at}>${name}</option>`)}</select></div>
            <p class="line"><button ?disabled=${!this.ready}>Set these rules</button></p>`
        : nothing}
    </form>`;
  }

  /** @param {SubmitEvent} event */
  addPreset(event) {
    event.preventDefault();
    this.tell(this.onPreset(this.preset, this.at ? { host: this.at } : {}));
  }

  /** @param {number} rule @param {boolean} enabled */
  async enable(rule, enabled) {
    this.switched.set(rule, enabled);
    await this.tell(this.onEnable(rule, enabled));
    if (this.problem) this.switched.delete(rule);
    this.requestUpdate(); // what could not be switched is shown as it is
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("rules")) return;
    for (const { rule, enabled } of this.rules) if (this.switched.get(rule) === enabled) this.switched.delete(rule);
  }

  removeAll() {
    return this.tell(Promise.all(this.rules.map(({ rule }) => this.onRemove(rule))));
  }

  /** Say what could not be done. @param {Promise<unknown>} asked */
  async tell(asked) {
    this.problem = await asked.then(() => "", (error) => (error instanceof Error ? error.message : String(error)));
  }

  /** Let a rule be seen. @param {number} rule */
  async mark(rule) {
    this.marked = rule;
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector(`#rule-${rule}`))?.focus();
  }
}

/**
 * Whether a rule switches the WiFi of a host off for good.
 *
 * @param {import("../protocol.js").RuleValues} values
 * @param {string} host
 */
const isPlain = ({ host: whose = "device", ...others }, host) => whose === host && !Object.keys(others).length;

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLSelectElement} */ (event.target).value;

customElements.define("sim-faults", FaultsPanel);
