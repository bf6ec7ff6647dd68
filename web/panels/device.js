/** Shows what the device offers and who is connected to it. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { size } from "../format.js";
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

export class ConnectionsPanel extends Panel {
  static properties = { connections: {} };

  constructor() {
    super();
    /** @type {Connection[]} */
    this.connections = [];
  }

  render() {
    if (!this.connections.length) return html`<p class="empty">Nobody has connected yet.</p>`;
    const open = this.connections.filter((connection) => connection.state !== "CLOSED");
    const closed = this.connections.filter((connection) => connection.state === "CLOSED");
    const rows = [...open.reverse(), ...closed.reverse()];
    return html`<table>
      <caption class="unseen">Connections of the device</caption>
      <thead>
        <tr><th scope="col">No.</th><th scope="col">Remote<small>local</small></th>
          <th scope="col">State<small>kind</small></th>
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
      <td><code>${c.remote}:${c.remote_port}</code><small><code>${c.local}:${c.local_port}</code></small></td>
      <td>${closed && c.reason !== "closed" ? html`CLOSED (${c.reason})` : c.state}
        <small>${c.protocol.toUpperCase()} ${c.role}</small></td>
      <td class="number">${size(c.bytes_in)}<small>${size(c.bytes_out)}</small></td>
    </tr>`;
  }
}

customElements.define("sim-endpoints", EndpointsPanel);
customElements.define("sim-connections", ConnectionsPanel);
