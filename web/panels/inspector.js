/** Shows one message: the head and body of HTTP or the facts and payload of a WebSocket frame, and the bytes. */

import { html, nothing } from "lit";
import { hexRows, isBinary, partsOf, textOf } from "../bytes.js";
import { moment, plural, size } from "../format.js";
import { CLOSE, closeOf, codeText, opcodeName } from "../frame.js";
import { Panel } from "./panel.js";

/** @typedef {import("../protocol.js").HttpRecord} HttpRecord */
/** @typedef {import("../protocol.js").WsRecord} WsRecord */

/** How many bytes are shown at first, and how many more at each "show more". */
const PAGE = 4096;

export class InspectorPanel extends Panel {
  static properties = { record: {}, toDevice: {}, limit: { state: true } };

  constructor() {
    super();
    /** @type {HttpRecord | WsRecord | null} */
    this.record = null;
    /** @type {boolean | null} */
    this.toDevice = null;
    this.limit = PAGE;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("record")) this.limit = PAGE;
  }

  render() {
    const { record } = this;
    if (!record) {
      return html`<div class="bar"><h2 id="inspector-title">Message</h2></div>
        <p class="empty">The message that is selected in the traffic is shown here, byte by byte.</p>`;
    }
    const { start, panes } = record.type.startsWith("ws.")
      ? this.webSocket(/** @type {WsRecord} */ (record))
      : this.http(/** @type {HttpRecord} */ (record));
    const way = this.toDevice === null ? "" : `${this.toDevice ? "to" : "from"} the device, `;
    return html`
      <div class="bar">
        <h2 id="inspector-title">Message</h2>
        <code class="start">${start}</code>
        <span class="hint">${way}connection ${record.connection}, at ${moment(record.at_us)} s</span>
      </div>
      <div class="panes">${panes}</div>
    `;
  }

  /** @param {HttpRecord} record */
  http(record) {
    const isRejected = record.type === "http.rejected";
    const headSize = "head_size" in record ? record.head_size : 0;
    const { start, headers, body } = partsOf(record.data, headSize);
    const title = isRejected ? "Data" : "Body";
    const rows = headers.map(([name, value]) => /** @type {[string, string]} */ ([textOf(name), textOf(value)]));
    const none = isRejected ? "Not to be told from the rest." : "No headers.";
    return {
      start: isRejected ? `${record.direction === "in" ? "rejected" : "no HTTP"}: ${record.reason}` : textOf(start),
      panes: html`${this.table("Headers", rows, none)} ${this.text(title, body)} ${this.bytes(record.data, headSize)}`,
    };
  }

  /** @param {WsRecord} record */
  webSocket(record) {
    if (record.type === "ws.framed") {
      const { opcode, final, data } = record;
      const { code, reason } = opcode === CLOSE ? closeOf(data) : { code: 0, reason: "" };
      const rows = [["Opcode", `${opcode} (${opcodeName(opcode)})`], ["Final", final ? "yes" : "no"]];
      if (code) rows.push(["Close code", codeText(code)], ["Reason", reason]);
      return {
        start: `WebSocket frame: ${opcodeName(opcode)}`,
        panes: html`${this.table("Frame", rows)} ${this.text("Payload", data)} ${this.bytes(data, 0)}`,
      };
    }
    if (record.type === "ws.opened") {
      const { role, target, subprotocol } = record;
      const rows = [["Opened by", role === "inbound" ? "the other side" : "the device"], ["Path", target]];
      rows.push(["Subprotocol", subprotocol || "none"]);
      return { start: "WebSocket open", panes: this.table("WebSocket", rows) };
    }
    const rows = [["Close code", codeText(record.code)], ["Reason", record.reason || "none"]];
    return { start: "WebSocket closed", panes: this.table("WebSocket", rows) };
  }

  /**
   * @param {string} title
   * @param {string[][]} rows of name and value
   * @param {string} [none] what to say when there are none
   */
  table(title, rows, none = "") {
    return html`<section aria-labelledby="head-title">
      <h3 id="head-title">${title} ${title === "Headers" ? html`<small>${rows.length}</small>` : nothing}</h3>
      <div class="scroll" tabindex="0" role="group" aria-label=${title}>
        ${rows.length
          ? html`<table class="headers">
              <caption class="unseen">${title}</caption>
              <tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody>
            </table>`
          : html`<p class="empty">${none}</p>`}
      </div>
    </section>`;
  }

  /**
   * @param {string} title
   * @param {string} body latin-1
   */
  text(title, body) {
    return html`<section aria-labelledby="body-title">
      <h3 id="body-title">${title} <small>${size(body.length)}</small></h3>
      <div class="scroll" tabindex="0" role="group" aria-label=${title}>
        ${isBinary(body)
          ? html`<p class="empty">Binary, ${plural(body.length, "byte")}: see Bytes.</p>`
          : body
            ? html`<pre class="text"><span class="exact">${textOf(body.slice(0, this.limit))}</span></pre>${this.more(body.length)}`
            : html`<p class="empty">No ${title.toLowerCase()}.</p>`}
      </div>
    </section>`;
  }

  /**
   * @param {string} data latin-1
   * @param {number} headSize
   */
  bytes(data, headSize) {
    const end = Math.min(data.length, this.limit);
    return html`<section aria-labelledby="bytes-title">
      <h3 id="bytes-title">Bytes <small>${size(data.length)}</small></h3>
      <div class="scroll" tabindex="0" role="group" aria-label="Bytes">
        <pre class="hex">${headSize ? part("Head") : nothing}${dump(data, 0, Math.min(headSize, end), "head")}${headSize && headSize < end ? part("Body") : nothing}${dump(data, headSize, end, "")}</pre>
        ${this.more(data.length)}
      </div>
    </section>`;
  }

  /** @param {number} total */
  more(total) {
    return total > this.limit
      ? html`<p class="more"><button type="button" @click=${() => (this.limit *= 4)}>Show more</button></p>`
      : nothing;
  }
}

/**
 * Where one part of a message ends and another begins, within a row of bytes.
 *
 * @param {string} title
 */
const part = (title) => html`<span class="part">${title}</span>\n`;

/**
 * @param {string} data latin-1
 * @param {number} from
 * @param {number} to
 * @param {string} style
 */
const dump = (data, from, to, style) =>
  from < to
    ? hexRows(data, from, to).map(
        ({ offset, hex, text }) => html`<span class="offset">${offset}</span>  <span class=${style}>${hex} ${text}</span>\n`,
      )
    : nothing;

customElements.define("sim-inspector", InspectorPanel);
