/** Shows one HTTP message: its head, its body as text, and its bytes. */

import { html, nothing } from "lit";
import { hexRows, partsOf, textOf } from "../bytes.js";
import { moment, size } from "../format.js";
import { Panel } from "./panel.js";

/** How many bytes are shown at first, and how many more at each "show more". */
const PAGE = 4096;

export class InspectorPanel extends Panel {
  static properties = { record: {}, toDevice: {}, limit: { state: true } };

  constructor() {
    super();
    /** @type {import("../protocol.js").HttpRecord | null} */
    this.record = null;
    this.toDevice = true;
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
    const headSize = "head_size" in record ? record.head_size : 0;
    const { start, headers, body } = partsOf(record.data, headSize);
    return html`
      <div class="bar">
        <h2 id="inspector-title">Message</h2>
        <code class="start">${record.type === "http.rejected" ? `rejected: ${record.reason}` : textOf(start)}</code>
        <span class="hint">${this.toDevice ? "to" : "from"} the device, connection ${record.connection},
          at ${moment(record.at_us)} s</span>
      </div>
      <div class="panes">
        ${this.head(headers, record.type === "http.rejected")}
        ${this.body(body)}
        ${this.bytes(record.data, headSize)}
      </div>
    `;
  }

  /**
   * @param {import("../protocol.js").Header[]} headers
   * @param {boolean} isRejected
   */
  head(headers, isRejected) {
    return html`<section aria-labelledby="head-title">
      <h3 id="head-title">Headers <small>${headers.length}</small></h3>
      <div class="scroll" tabindex="0" role="group" aria-label="Headers">
        ${headers.length
          ? html`<table class="headers">
              <caption class="unseen">Headers</caption>
              <tbody>${headers.map(
                ([name, value]) => html`<tr><th scope="row">${textOf(name)}</th><td>${textOf(value)}</td></tr>`,
              )}</tbody>
            </table>`
          : html`<p class="empty">${isRejected ? "Not to be told from the rest." : "No headers."}</p>`}
      </div>
    </section>`;
  }

  /** @param {string} body latin-1 */
  body(body) {
    return html`<section aria-labelledby="body-title">
      <h3 id="body-title">Body <small>${size(body.length)}</small></h3>
      <div class="scroll" tabindex="0" role="group" aria-label="Body">
        ${body
          ? html`<pre class="text"><span class="exact">${textOf(body.slice(0, this.limit))}</span></pre>${this.more(body.length)}`
          : html`<p class="empty">No body.</p>`}
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
        <pre class="hex">${dump(data, 0, Math.min(headSize, end), "head")}${dump(data, headSize, end, "")}</pre>
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
 * @param {string} data latin-1
 * @param {number} from
 * @param {number} to
 * @param {string} part
 */
const dump = (data, from, to, part) =>
  from < to
    ? hexRows(data, from, to).map(
        ({ offset, hex, text }) => html`<span class="offset">${offset}</span>  <span class=${part}>${hex} ${text}</span>\n`,
      )
    : nothing;

customElements.define("sim-inspector", InspectorPanel);
