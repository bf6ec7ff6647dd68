/** Lists the HTTP messages and WebSocket frames of the device, oldest first. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { moment, plural, size } from "../format.js";
import { codeText, opcodeName, payloadText } from "../frame.js";
import { statusClass } from "./device.js";
import { Panel } from "./panel.js";

/** @typedef {import("../model.js").Message} Message */

/** How many rows are drawn at first, and how many more at each "show more". */
const PAGE = 200;

export class TrafficPanel extends Panel {
  static properties = { messages: {}, count: {}, selected: {}, follow: {}, boot: {}, shown: { state: true } };

  constructor() {
    super();
    /** @type {readonly Message[]} */
    this.messages = [];
    this.count = 0;
    this.selected = -1;
    this.follow = true;
    this.boot = 0;
    /** What the selected message belongs to: an exchange, or a WebSocket. */
    this.group = "";
    this.shown = PAGE;
    /** @type {(seq: number) => void} */
    this.onSelect = () => {};
    /** @type {(follow: boolean) => void} */
    this.onFollow = () => {};
    this.onClear = () => {};
  }

  render() {
    const visible = this.messages.slice(-this.shown);
    const hidden = this.messages.length - visible.length;
    this.group = groupOf(this.messages.find(({ record }) => record.seq === this.selected)?.record);
    return html`
      <div class="bar">
        <h2 id="traffic-title">Traffic</h2>
        <span class="hint">${plural(this.count, "message")}</span>
        <span class="actions">
          <button type="button" class="quiet" aria-pressed=${this.follow} @click=${() => this.onFollow(!this.follow)}
            title="Select each new message as it comes">Follow</button>
          <button type="button" class="quiet" ?disabled=${!this.count} @click=${() => this.onClear()}>Clear</button>
        </span>
      </div>
      <div class="scroll">
        ${hidden
          ? html`<p class="more"><button type="button" @click=${() => (this.shown += PAGE)}>
              Show ${Math.min(PAGE, hidden)} of ${hidden} older</button></p>`
          : nothing}
        ${visible.length ? nothing : html`<p class="empty">No message yet. Send a request below.</p>`}
        ${visible.length ? this.list(visible) : nothing}
      </div>
    `;
  }

  /** @param {readonly Message[]} visible */
  list(visible) {
    return html`<ul role="listbox" aria-labelledby="traffic-title" tabindex="0" @keydown=${this.keydown}
      aria-activedescendant=${this.selected >= 0 ? `message-${this.selected}` : nothing}>
      ${repeat(visible, ({ record }) => record.seq, (message) => this.row(message))}
    </ul>`;
  }

  /** @param {Message} message */
  row({ record, boot, toDevice }) {
    const selected = record.seq === this.selected;
    const paired = !selected && this.group && this.group === groupOf(record);
    return html`<li role="option" id=${`message-${record.seq}`} aria-selected=${selected}
      class="${boot < this.boot ? "past" : ""} ${paired ? "paired" : ""}" @click=${() => this.onSelect(record.seq)}>
      <span class="time" title="Virtual time in seconds">${moment(record.at_us)}</span>${arrow(toDevice)}${summary(record)}<span class="size">${"data" in record ? size(record.data.length) : nothing}</span>
    </li>`;
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    const seqs = this.messages.slice(-this.shown).map(({ record }) => record.seq);
    const at = seqs.indexOf(this.selected);
    const last = seqs.length - 1;
    /** @type {{[key: string]: number}} */
    const targets = { ArrowUp: at - 1, ArrowDown: at + 1, PageUp: at - 10, PageDown: at + 10, Home: 0, End: last };
    const target = targets[event.key];
    if (target === undefined || last < 0) return;
    event.preventDefault();
    this.onSelect(/** @type {number} */ (seqs[Math.min(Math.max(target, 0), last)]));
  }

  scroller() {
    return /** @type {HTMLElement} */ (this.querySelector(".scroll"));
  }

  /** Bring the selected row to view, and not the page with it as scrollIntoView would. */
  reveal() {
    const row = this.querySelector("[aria-selected=true]");
    if (!row) return;
    const box = this.scroller();
    const { top, bottom } = row.getBoundingClientRect();
    const frame = box.getBoundingClientRect();
    box.scrollTop += Math.min(0, top - frame.top) + Math.max(0, bottom - frame.bottom);
  }

  firstUpdated() {
    new ResizeObserver(() => this.reveal()).observe(this.scroller());
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("selected")) this.reveal();
  }
}

/** @param {import("../protocol.js").MessageRecord | undefined} record */
function groupOf(record) {
  if (!record) return "";
  if ("exchange" in record) return record.exchange ? `exchange ${record.exchange}` : "";
  return record.type === "http.rejected" ? "" : `connection ${record.connection}`;
}

/** @param {import("../protocol.js").MessageRecord} record */
function summary(record) {
  switch (record.type) {
    case "http.requested":
      return html`<span class="what"><b>${record.method}</b> ${record.target}</span>`;
    case "http.responded":
      return html`<span class="what"><b class="status s${statusClass(record.status)}">${record.status}</b>
        ${record.reason}${record.complete ? nothing : html` <i>cut off</i>`}</span>`;
    case "http.rejected":
      return html`<span class="what"><b class="status s4">${record.direction === "in" ? "rejected" : "no HTTP"}</b> ${record.reason}</span>`;
    case "ws.opened":
      return html`<span class="what"><b>WebSocket open</b> ${record.target} ${record.subprotocol}</span>`;
    case "ws.framed":
      return html`<span class="what"><b class="frame">${opcodeName(record.opcode)}</b>
        ${payloadText(record.opcode, record.data)}</span>`;
    case "ws.closed":
      return html`<span class="what"><b>WebSocket closed</b> ${codeText(record.code)} ${record.reason}</span>`;
  }
}

/** @param {boolean | null} toDevice */
function arrow(toDevice) {
  if (toDevice === null) return html`<span class="arrow" aria-hidden="true">·</span>`;
  return toDevice
    ? html`<span class="arrow in" role="img" aria-label="to the device">→</span>`
    : html`<span class="arrow out" role="img" aria-label="from the device">←</span>`;
}

customElements.define("sim-traffic", TrafficPanel);
