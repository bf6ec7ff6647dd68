/** The WebSocket client: opens one to the device, sends frames, and shows all that pass. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { latin1Of } from "../bytes.js";
import { pathOf, size } from "../format.js";
import { BINARY, PING, TEXT, latin1OfHex, opcodeName, payloadText } from "../frame.js";
import { Panel } from "./panel.js";

/** @typedef {import("../socket.js").SocketLine} SocketLine */

const WORDS = { closed: "Not connected", connecting: "Connecting", open: "Connected", closing: "Closing" };

/** How many lines of the log are drawn, the newest. */
const SHOWN = 200;

export class WebSocketPanel extends Panel {
  static properties = { address: {}, targets: {}, ready: {}, state: {}, log: {}, isHex: { state: true } };

  constructor() {
    super();
    this.address = "";
    /** @type {string[]} */
    this.targets = [];
    this.ready = false;
    /** @type {import("../socket.js").SocketState} */
    this.state = "closed";
    /** @type {readonly SocketLine[]} */
    this.log = [];
    /** Whether the message is written in hex. */
    this.isHex = false;
    /** @type {(target: string, protocols: string[]) => void} */
    this.onOpen = () => {};
    /** @type {(opcode: number, data: string) => void} */
    this.onSend = () => {};
    /** @type {(code: number | null, reason: string) => void} */
    this.onClose = () => {};
  }

  render() {
    const open = this.state === "open";
    const closed = this.state === "closed";
    return html`
      <div class="forms">
        <form class="line" @submit=${this.connect} autocomplete="off">
          <span class="address">${this.address ? `ws://${this.address}` : nothing}</span>
          <input name="target" aria-label="WebSocket path" value="/ws" required list="sockets" ?readonly=${!closed}
            spellcheck="false" autocapitalize="off" />
          <datalist id="sockets">${this.targets.map((target) => html`<option value=${target}></option>`)}</datalist>
          ${closed
            ? html`<button class="primary" ?disabled=${!this.ready}>Connect</button>`
            : html`<button type="button" ?disabled=${!open} @click=${this.close}>Close</button>`}
        </form>
        <form class="line" @submit=${this.send} autocomplete="off">
          <select name="kind" aria-label="Kind of message" @change=${this.fresh}>
            <option value=${TEXT}>text</option>
            <option value=${BINARY}>binary</option>
          </select>
          <input name="message" aria-label="Message to send" placeholder=${this.isHex ? "in hex: 00 ff 1a" : nothing}
            @input=${this.fresh} spellcheck="false" autocapitalize="off" />
          <button ?disabled=${!open}>Send</button>
          <button type="button" class="quiet" ?disabled=${!open} @click=${() => this.onSend(PING, "")}>Ping</button>
        </form>
        <details>
          <summary>Subprotocol, close code and reason</summary>
          <form class="line more-fields" @submit=${this.closeBy}>
            <label>Subprotocol <input name="protocols" size="10" spellcheck="false" autocapitalize="off" /></label>
            <label>Close code <input name="code" type="number" min="1000" max="4999" value="1000" /></label>
            <label>Reason <input name="reason" size="10" maxlength="123" /></label>
          </form>
        </details>
      </div>
      <div class="frames">
        <p><output aria-label="State of the WebSocket">${WORDS[this.state]}</output></p>
        <div class="scroll" tabindex="0" role="log" aria-label="Frames">
          ${repeat(this.log.slice(-SHOWN), ({ key }) => key, (line) => this.line(line))}
        </div>
      </div>
    `;
  }

  /** @param {SocketLine} line */
  line({ kind, opcode, data, text }) {
    if (kind === "note" || kind === "problem") return html`<p class=${kind}>${text}</p>`;
    const arrow = kind === "sent" ? "→" : "←";
    return html`<p class="framed"><span class="arrow ${kind === "sent" ? "in" : "out"}" role="img" aria-label=${kind}>${arrow}</span>
      <b>${opcodeName(opcode)}</b> <small>${size(data.length)}</small> <span class="exact">${payloadText(opcode, data)}</span></p>`;
  }

  field(/** @type {string} */ name) {
    return /** @type {HTMLInputElement} */ (this.querySelector(`[name="${name}"]`));
  }

  /** @param {SubmitEvent} event */
  connect(event) {
    event.preventDefault();
    if (this.state !== "closed") return;
    const target = this.field("target");
    target.value = pathOf(target.value, this.address);
    const protocols = this.field("protocols").value.split(/[\s,]+/).filter(Boolean);
    this.onOpen(target.value, protocols);
    this.field("message").focus();
  }

  /** @param {SubmitEvent} event */
  send(event) {
    event.preventDefault();
    if (this.state !== "open") return;
    const field = this.field("message");
    const data = this.isHex ? latin1OfHex(field.value) : latin1Of(field.value);
    if (data === null) {
      field.setCustomValidity("Bytes are written as pairs of hex digits: 00 ff 1a");
      field.reportValidity();
      return;
    }
    this.onSend(this.isHex ? BINARY : TEXT, data);
    field.value = "";
  }

  /** Judge the message anew. */
  fresh() {
    this.field("message").setCustomValidity("");
    this.isHex = Number(this.field("kind").value) === BINARY;
  }

  /** @param {SubmitEvent} event */
  closeBy(event) {
    event.preventDefault();
    this.close();
  }

  close() {
    const code = this.field("code").value;
    if (this.state === "open") this.onClose(code ? Number(code) : null, this.field("reason").value);
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (!changed.has("log")) return;
    const box = /** @type {HTMLElement} */ (this.querySelector(".scroll"));
    box.scrollTop = box.scrollHeight;
  }
}

customElements.define("sim-websocket", WebSocketPanel);
