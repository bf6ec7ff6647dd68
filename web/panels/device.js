/** Shows what the device offers and who is connected to it. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { duration, size } from "../format.js";
import { Panel } from "./panel.js";

/** @typedef {import("../protocol.js").Endpoint} Endpoint */
/** @typedef {import("../protocol.js").Connection} Connection */

/** What to say when there is no endpoint. */
const WITHOUT = {
  loading: "The device is starting.",
  running: "The firmware has registered no endpoint.",
  stopped: "The device is off.",
  crashed: "The firmware failed before it registered an endpoint.",
  failed: "There is no device.",
};

export class EndpointsPanel extends Panel {
  static properties = { endpoints: {}, state: {} };

  constructor() {
    super();
    /** @type {Endpoint[]} */
    this.endpoints = [];
    /** @type {import("./status.js").State} */
    this.state = "loading";
    /** @type {(target: string) => void} */
    this.onFill = () => {};
    /** @type {(file: string, line: number) => void} */
    this.onGoto = () => {};
  }

  render() {
    if (!this.endpoints.length) return html`<p class="empty">${WITHOUT[this.state]}</p>`;
    return html`<table class="endpoints">
      <caption class="unseen">Endpoints of the device</caption>
      <thead>
        <tr><th scope="col">URI</th><th scope="col">Handler</th><th scope="col" class="number">Hits</th>
          <th scope="col" class="number">Last</th><th><span class="unseen">Try</span></th></tr>
      </thead>
      <tbody>${repeat(this.endpoints, (endpoint) => endpoint.endpoint, (endpoint) => this.row(endpoint))}</tbody>
    </table>`;
  }

  /** @param {Endpoint} endpoint */
  row({ uri, port, handler, file, line, hits, last_status }) {
    return html`<tr>
      <th scope="row"><code>${breakable(uri)}</code>${port === 80 ? nothing : html`<small>port ${port}</small>`}</th>
      <td><code>${handler}</code>
        <button type="button" class="link small" @click=${() => this.onGoto(file, line)}>${file}:${line}</button></td>
      <td class="number">${hits ? hits : html`<span class="dim">never hit</span>`}</td>
      <td class="number">${last_status ? html`<span class="status s${statusClass(last_status)}">${last_status}</span>` : html`<span class="dim">${hits ? "none" : nothing}</span>`}</td>
      <td class="number"><button type="button" class="quiet" aria-label=${`Try ${uri}`} title="Fill the request line"
        @click=${() => this.onFill(uri)}>Try</button></td>
    </tr>`;
  }
}

/**
 * A URI that may go to the next line after a slash.
 *
 * @param {string} uri
 */
const breakable = (uri) => uri.split(/(?<=\/)/).map((part) => html`${part}<wbr>`);

/** @param {number} status */
export const statusClass = (status) => Math.floor(status / 100);

export class ListenersPanel extends Panel {
  static properties = { listeners: {}, missing: {} };

  constructor() {
    super();
    /** @type {import("../protocol.js").Listener[]} */
    this.listeners = [];
    /** C functions that the firmware wanted and that are not simulated. @type {string[]} */
    this.missing = [];
  }

  render() {
    const { listeners, missing } = this;
    return html`
      ${listeners.length
        ? html`<p>Listens on ${listeners.map(({ protocol, address, port }, i) => html`${i ? ", " : nothing}<code>${protocol.toUpperCase()} ${
            address === "0.0.0.0" ? nothing : `${address}:`}${port}</code>`)}</p>`
        : html`<p class="dim">Listens on no port.</p>`}
      ${missing.length
        ? html`<p class="care">Not simulated: ${missing.map((name, i) => html`${i ? ", " : nothing}<code>${name}</code>`)}</p>`
        : nothing}
    `;
  }
}

/** How often the age of connections is written anew, in milliseconds. */
const BEAT_MS = 1000;

export class ConnectionsPanel extends Panel {
  static properties = { connections: {}, ready: {}, now: {}, problem: { state: true } };

  constructor() {
    super();
    /** @type {Connection[]} */
    this.connections = [];
    this.ready = false;
    /** What time it is on the device, in microseconds. */
    this.now = () => 0;
    this.problem = "";
    this.timer = 0;
    /** @type {(verb: "close" | "reset", connection: number) => Promise<unknown>} */
    this.onEnd = () => Promise.resolve();
  }

  render() {
    if (!this.connections.length) return html`<p class="empty">Nobody has connected yet.</p>`;
    const open = this.connections.filter((connection) => connection.state !== "CLOSED");
    const closed = this.connections.filter((connection) => connection.state === "CLOSED");
    const rows = [...open.reverse(), ...closed.reverse()];
    return html`<p class="problem" role="alert">${this.problem}</p><table class="connections">
      <caption class="unseen">Connections of the device</caption>
      <thead>
        <tr><th scope="col">No.</th><th scope="col">Remote<small>local</small></th>
          <th scope="col">State<small>kind, age</small></th>
          <th scope="col" class="number">In<small>out</small></th></tr>
      </thead>
      <tbody>${repeat(rows, (row) => row.connection, (row) => this.row(row))}</tbody>
    </table>`;
  }

  /** @param {Connection} c */
  row(c) {
    const closed = c.state === "CLOSED";
    return html`<tr class=${closed ? "past" : ""}>
      <th scope="row">${c.connection}</th>
      <td><code>${c.remote}<wbr />:${c.remote_port}</code><small><code>${c.local}<wbr />:${c.local_port}</code></small></td>
      <td>${closed && c.reason !== "closed" ? html`CLOSED (${c.reason})` : c.state}
        <small>${c.protocol.toUpperCase()} ${c.role}, <span class="age" data-opened=${c.opened_us} data-closed=${c.closed_us ?? ""}></span></small>
        ${closed || c.protocol !== "tcp" ? nothing : this.ends(c)}</td>
      <td class="number">${size(c.bytes_in)}<small>${size(c.bytes_out)}</small></td>
    </tr>`;
  }

  /** @param {Connection} c */
  ends({ connection }) {
    return html`<span class="ends">
      <button type="button" class="quiet" ?disabled=${!this.ready} aria-label=${`Close connection ${connection}`}
        title="The other side closes" @click=${() => this.end("close", connection)}>Close</button>
      <button type="button" class="quiet" ?disabled=${!this.ready} aria-label=${`Reset connection ${connection}`}
        title="The other side resets" @click=${() => this.end("reset", connection)}>Reset</button></span>`;
  }

  /** @param {"close" | "reset"} verb @param {number} connection */
  async end(verb, connection) {
    this.problem = await this.onEnd(verb, connection).then(() => "", (error) => (error instanceof Error ? error.message : String(error)));
  }

  updated() {
    clearInterval(this.timer);
    this.writeAges();
    if (this.connections.some(({ state }) => state !== "CLOSED")) this.timer = setInterval(() => this.writeAges(), BEAT_MS);
  }

  /** Write how long each connection has been there, or was. */
  writeAges() {
    const now = this.now();
    for (const cell of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".age"))) {
      const { opened = "0", closed } = cell.dataset;
      cell.textContent = age((closed ? Number(closed) : now) - Number(opened));
    }
  }
}

customElements.define("sim-endpoints", EndpointsPanel);
/** @param {number} us */
const age = (us) => (us < 1_000_000 ? duration(Math.max(0, us)) : us < 60_000_000 ? `${Math.floor(us / 1_000_000)} s` : `${Math.floor(us / 60_000_000)} min`);

customElements.define("sim-listeners", ListenersPanel);
customElements.define("sim-connections", ConnectionsPanel);
