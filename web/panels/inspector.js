/** Shows what is selected in the traffic: in words, as header fields, as body and bytes, with its code and its times. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { headersIn } from "../bytes.js";
import { moment } from "../format.js";
import { codeView, placesOf } from "../inspector/code.js";
import { rawOf } from "../inspector/raw.js";
import { summaryOf } from "../inspector/summary.js";
import { timingView } from "../inspector/timing.js";
import { explainHeader } from "../inspector/words.js";
import "../inspector/body.js";
import "../inspector/bytes.js";
import "../inspector/retell.js";
import { Panel } from "./panel.js";

/**
 * @typedef {import("../traffic/row.js").Row} Row
 * @typedef {"summary" | "headers" | "body" | "bytes" | "code" | "timing" | "test"} Tab
 */

/** @type {readonly [Tab, string][]} */
const TABS = [["summary", "Summary"], ["headers", "Headers"], ["body", "Body"], ["bytes", "Bytes"], ["code", "Code"], ["timing", "Timing"], ["test", "Test"]];

export class InspectorPanel extends Panel {
  static properties = { row: {}, chosen: {}, shown: {}, world: {}, version: {}, endpoints: {}, files: {}, canRewind: {}, tab: { state: true }, copied: { state: true } };

  constructor() {
    super();
    /** @type {Row | null} */
    this.row = null;
    /** The rows that are selected with it, itself among them. @type {readonly Row[]} */
    this.chosen = [];
    /** What the traffic shows. @type {readonly Row[]} */
    this.shown = [];
    /** How the row stands: it changes when its answer comes. */
    this.version = "";
    /** @type {readonly Row[]} All that are kept, to find a message among the bytes of its connection. */
    this.rows = [];
    /** @type {readonly import("../protocol.js").Endpoint[]} */
    this.endpoints = [];
    /** @type {{readonly [name: string]: string}} What the device runs. */
    this.files = {};
    /** @type {Tab} */
    this.tab = "summary";
    this.copied = "";
    /** Whether there is a run to go back in. */
    this.canRewind = false;
    /** @type {(seq: number) => void} */
    this.onRewind = () => {};
    /** @type {{row: Row, raw: import("../inspector/raw.js").Raw} | null} What was found for the row last. */
    this.found = null;
    /** How many segments its wire had then. */
    this.count = 0;
    /** @type {(row: Row) => void} */
    this.onSelect = () => {};
    /** @type {(seq: number) => void} */
    this.onSegment = () => {};
    /** @type {(file: string, line: number) => void} */
    this.onGoto = () => {};
    /** @type {(rule: number) => void} */
    this.onRule = () => {};
    /** @type {(form: string, records: number[]) => Promise<string>} */
    this.onWrite = async () => "";
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("row")) this.copied = "";
  }

  render() {
    const { row } = this;
    if (!row) {
      return html`<div class="bar"><h2 id="inspector-title">Message</h2></div>
        <p class="empty">The message that is selected in the traffic is shown here, byte by byte.</p>`;
    }
    const summary = summaryOf(row);
    const tabs = TABS.filter(([tab]) => isThere(tab, row));
    const [tab, title] = /** @type {[Tab, string]} */ (tabs.find(([one]) => one === this.tab) ?? tabs[0]);
    const way = row.from === row.to ? `at ${row.from}` : `${row.from} to ${row.to}`;
    return html`
      <div class="bar">
        <h2 id="inspector-title">Message</h2>
        <code class="start" title=${summary.title}>${summary.title}</code>
        <span class="hint">${way}, ${moment(row.record.at_us)} s</span>
        <button type="button" class="quiet" aria-label="Rewind to here" ?disabled=${!this.canRewind} @click=${() => this.onRewind(row.record.seq)}
          title="Play the run again up to this message, and stand there: what comes then is a new branch">Rewind</button>
      </div>
      <div role="tablist" aria-label="Parts of the message" @keydown=${(/** @type {KeyboardEvent} */ event) => this.keydown(event, tabs.map(([one]) => one), tab)}>
        ${repeat(tabs, ([one]) => one, ([one, name]) => html`<button type="button" role="tab" id=${`part-${one}`} aria-controls="part" aria-selected=${one === tab}
          tabindex=${one === tab ? 0 : -1} @click=${() => (this.tab = one)}>${name}</button>`)}
      </div>
      <div id="part" role="tabpanel" aria-labelledby=${`part-${tab}`} class="part-panel" aria-label=${title}>${this.content(tab, row, summary)}</div>
    `;
  }

  /**
   * @param {Tab} tab
   * @param {Row} row
   * @param {import("../inspector/summary.js").Summary} summary
   */
  content(tab, row, summary) {
    switch (tab) {
      case "summary":
        return this.summary(summary, row.rules);
      case "headers":
        return this.headers(row);
      case "body":
        return bodyPart(row);
      case "bytes": {
        const { data, fields, note } = this.raw(row);
        return html`<sim-bytes .data=${data} .fields=${fields} .note=${note}></sim-bytes>`;
      }
      case "code":
        return scroll("Code", codeView(placesOf(row, this.endpoints), this.files, this.onGoto));
      case "timing":
        return scroll("Timing", timingView(row, this.raw(row).segments, this.onSegment));
      case "test":
        return html`<sim-retell .rows=${this.chosen.length ? this.chosen : [row]} .shown=${this.shown} .onWrite=${this.onWrite}></sim-retell>`;
    }
  }

  /** @param {import("../inspector/summary.js").Summary} summary @param {readonly import("../traffic/row.js").Ruling[]} rulings */
  summary({ said, facts, caption, links }, rulings) {
    const rules = [...new Set(rulings.map(({ rule }) => rule))];
    return scroll("Summary", html`
      <p class="said">${said.map((sentence, at) => html`${at ? " " : ""}<span class="exact">${sentence}</span>`)}</p>
      ${links.length ? html`<p class="said">${links.map(([text, row]) => html`<button type="button" @click=${() => this.onSelect(row)}>${text}</button> `)}</p>` : nothing}
      ${rules.length
        ? html`<p class="said">${rules.map((rule) => html`<button type="button" @click=${() => this.onRule(rule)}>Show rule ${rule}</button> `)}</p>`
        : nothing}
      ${facts.length ? table(caption, facts) : nothing}`);
  }

  /** @param {Row} row */
  headers({ record }) {
    const rows = "head_size" in record ? headersIn(record.data, record.head_size) : [];
    if (!rows.length) return scroll("Headers", html`<p class="empty">No headers.</p>`);
    return scroll("Headers", html`
      <p class="said"><button type="button" class="quiet" @click=${() => this.copy(rows)}>Copy</button> <output class="hint">${this.copied}</output></p>
      <table class="facts headers">
        <caption class="unseen">Headers</caption>
        <tbody>${rows.map(([name, value]) => html`<tr><th scope="row" title=${explainHeader(name) || nothing}>${name}</th><td>${value}</td></tr>`)}</tbody>
      </table>`);
  }

  /** @param {import("../protocol.js").Header[]} rows */
  async copy(rows) {
    try {
      await navigator.clipboard.writeText(rows.map(([name, value]) => `${name}: ${value}\n`).join(""));
      this.copied = "Copied.";
    } catch {
      this.copied = "The browser does not allow it.";
    }
  }

  /**
   * What there is of a row on the wire; looked for once.
   *
   * @param {Row} row
   */
  raw(row) {
    const count = row.wire?.segments.length ?? 0;
    const isFresh = this.found?.row === row && (this.found.raw.segments.length || this.count === count);
    if (!isFresh) {
      this.found = { row, raw: rawOf(row, this.rows) };
      this.count = count;
    }
    return /** @type {NonNullable<InspectorPanel["found"]>} */ (this.found).raw;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Tab[]} tabs
   * @param {Tab} tab
   */
  async keydown(event, tabs, tab) {
    const [at, last] = [tabs.indexOf(tab), tabs.length - 1];
    const [next, before] = [at === last ? 0 : at + 1, at === 0 ? last : at - 1];
    /** @type {{[key: string]: number}} */
    const targets = { ArrowRight: next, ArrowLeft: before, Home: 0, End: last };
    const target = tabs[targets[event.key] ?? -1];
    if (!target) return;
    event.preventDefault();
    this.tab = target;
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector(`#part-${target}`))?.focus();
  }
}

/**
 * @param {Tab} tab
 * @param {Row} row
 */
function isThere(tab, { record, chunk }) {
  if (tab === "headers") return "head_size" in record && !chunk;
  return "data" in record || (tab !== "body" && tab !== "bytes");
}

/**
 * @param {string} title
 * @param {unknown} content
 */
const scroll = (title, content) => html`<div class="scroll" tabindex="0" role="group" aria-label=${title}>${content}</div>`;

/**
 * @param {string} caption
 * @param {[string, string][]} rows
 */
const table = (caption, rows) => html`<table class="facts">
  <caption class="unseen">${caption}</caption>
  <tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody>
</table>`;

/** @param {Row} row */
function bodyPart({ record, chunk }) {
  if (!("data" in record)) return nothing;
  if (chunk) return html`<sim-body .data=${chunk.data} .contentType=${""} .coding=${""} .name=${"Body"}></sim-body>`;
  if (!("head_size" in record)) {
    const name = record.type === "http.rejected" || record.type === "segment.sent" ? "Data" : "Payload";
    return html`<sim-body .data=${record.data} .contentType=${""} .coding=${""} .name=${name}></sim-body>`;
  }
  const headers = headersIn(record.data, record.head_size);
  const value = (/** @type {string} */ wanted) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? "";
  const coding = value("content-encoding");
  return html`<sim-body .data=${record.data.slice(record.head_size)} .contentType=${value("content-type")}
    .coding=${coding === "identity" ? "" : coding} .name=${"Body"}></sim-body>`;
}

customElements.define("sim-inspector", InspectorPanel);
