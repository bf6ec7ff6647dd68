/** Chooses the device that is looked at, among those of the network; adds and removes devices. */

import { html, nothing } from "lit";
import { freeName } from "../devices/devices.js";
import { PROGRAMS } from "../devices/programs.js";
import { Panel } from "./panel.js";

/** @typedef {import("../protocol.js").Device} Device */

export class DevicesPanel extends Panel {
  static properties = { devices: {}, shown: {}, main: {}, ready: {}, isAdding: { state: true }, program: { state: true }, wrong: { state: true },
    problem: { state: true } };

  constructor() {
    super();
    /** @type {readonly Device[]} */
    this.devices = [];
    /** The device that is looked at, and the one that Run boots. */
    this.shown = "";
    this.main = "";
    this.ready = false;
    this.isAdding = false;
    this.program = 0;
    /** What is wrong with what is asked for. @type {{field: string, text: string}} */
    this.wrong = { field: "", text: "" };
    this.problem = "";
    /** @type {(name: string) => Promise<unknown>} */
    this.onShow = () => Promise.resolve();
    /** @type {(name: string, program: import("../devices/programs.js").Program, address: string) => Promise<unknown>} */
    this.onAdd = () => Promise.resolve();
    /** @type {(name: string) => Promise<unknown>} */
    this.onRun = () => Promise.resolve();
    /** @type {(name: string) => Promise<unknown>} */
    this.onRemove = () => Promise.resolve();
  }

  render() {
    const isOther = this.shown !== this.main;
    const { ready, devices } = this;
    const shown = devices.find(({ name }) => name === this.shown);
    return html`<div class="bar">
        <label class="unseen" for="device-shown">Device</label>
        <select id="device-shown" title=${shown ? `${shown.name}, ${shown.address}` : nothing} ?disabled=${!ready || devices.length < 2} @change=${(/** @type {Event} */ event) => this.tell(this.onShow(valueOf(event)))}>
          ${devices.length ? devices.map((device) => this.option(device)) : html`<option>none</option>`}
        </select>
        <span class="actions">
          ${isOther
            ? html`<button type="button" class="quiet" ?disabled=${!ready} title="Boot it with its files as they are now; the others go on"
                @click=${() => this.tell(this.onRun(this.shown))}>Run it</button>
              <button type="button" class="quiet" ?disabled=${!ready} aria-label=${`Remove ${this.shown}`}
                @click=${() => this.tell(this.onRemove(this.shown))}>Remove</button>`
            : nothing}
          <button type="button" class="quiet" ?disabled=${!ready} aria-expanded=${this.isAdding} aria-label="Add a device" title="Add a device"
            @click=${this.toggle}>+</button>
        </span>
      </div>
      <p class="problem" role="alert">${this.problem}</p>
      ${this.isAdding ? this.form() : nothing}`;
  }

  /** @param {Device} device */
  option({ name, address, state }) {
    return html`<option value=${name} .selected=${name === this.shown}>${name}, ${address}${state === "running" ? nothing : ` (${state})`}</option>`;
  }

  form() {
    const { wrong, program } = this;
    const usual = freeName(this.devices.map(({ name }) => name), PROGRAMS[program]?.name ?? "");
    const fault = (/** @type {string} */ field) =>
      html`<span id=${`device-${field}-wrong`} class="problem" role="alert">${wrong.field === field ? wrong.text : nothing}</span>`;
    return html`<form class="fault-form" aria-label="New device" autocomplete="off" @submit=${this.submit}
        @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.toggle()}>
      <div class="entry"><label for="device-program">Program</label>
        <select id="device-program" class="wide" title=${PROGRAMS[program]?.title ?? nothing} @change=${(/** @type {Event} */ event) => (this.program = Number(valueOf(event)))}>
          ${PROGRAMS.map(({ title }, at) => html`<option value=${at} .selected=${at === program}>${title}</option>`)}</select></div>
      <div class="entry"><label for="device-name">Name</label>
        <input id="device-name" name="name" class="wide" .value=${usual} required spellcheck="false" autocapitalize="off" aria-invalid=${wrong.field === "name"}
          aria-describedby="device-name-wrong" @input=${this.clear} />${fault("name")}</div>
      <div class="entry"><label for="device-address">Address</label>
        <input id="device-address" name="address" class="wide" placeholder="the next free one" spellcheck="false" aria-invalid=${wrong.field === "address"}
          aria-describedby="device-address-wrong" @input=${this.clear} />${fault("address")}</div>
      <p class="hint">It is found by its name, and its program is a file of the project.</p>
      <p class="problem" role="alert">${wrong.field ? nothing : wrong.text}</p>
      <p class="line"><button class="primary" ?disabled=${!this.ready}>Add device</button>
        <button type="button" class="quiet" @click=${this.toggle}>Cancel</button></p>
    </form>`;
  }

  clear() {
    if (this.wrong.text) this.wrong = { field: "", text: "" };
  }

  async toggle() {
    this.isAdding = !this.isAdding;
    this.clear();
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector(this.isAdding ? "#device-program" : "[aria-expanded]"))?.focus();
  }

  /** @param {SubmitEvent} event */
  async submit(event) {
    event.preventDefault();
    const program = PROGRAMS[this.program];
    if (!program) return;
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const [name, address] = ["name", "address"].map((field) => String(data.get(field) ?? "").trim());
    this.clear();
    try {
      if (this.devices.some((device) => device.name === name)) throw Object.assign(new Error("There is a device of this name."), { field: "name" });
      await this.onAdd(name ?? "", program, address ?? "");
      this.isAdding = false;
    } catch (error) {
      const { message, field = "" } = /** @type {Error & {field?: string}} */ (error);
      this.wrong = { field: field || (/address|is there already/.test(message) ? (address ? "address" : "name") : ""), text: message };
      await this.updateComplete;
      /** @type {HTMLElement | null} */ (this.querySelector("[aria-invalid=true]"))?.focus();
    }
  }

  /** Say what could not be done. @param {Promise<unknown>} asked */
  async tell(asked) {
    this.problem = await asked.then(() => "", (error) => (error instanceof Error ? error.message : String(error)));
  }
}

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLSelectElement} */ (event.target).value;

customElements.define("sim-devices", DevicesPanel);
