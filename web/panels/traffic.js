/**
 * Draws the traffic as a sequence diagram: a column for each host, an arrow for each message, the newest below.
 *
 * To keyboard and screen reader it is a grid. Only the rows in sight are in the document.
 */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { moment, plural, size } from "../format.js";
import { View } from "../traffic/view.js";
import { History } from "../traffic/history.js";
import { KINDS, labelOf, sizeOf } from "../traffic/row.js";
import { Panel } from "./panel.js";

/** @typedef {import("../traffic/row.js").Row} Row */

/** Rows drawn beyond either edge. */
const SPARE = 6;

/** Columns that are drawn: all further hosts share the last one. */
const COLUMNS = 6;

/** How high the names of the columns are, their line included. */
const HEAD = 26;

/** How far a page goes by keyboard, in rows. */
const LEAP = 10;

const FINGERS = matchMedia("(pointer: coarse)");

export class TrafficPanel extends Panel {
  static properties = { view: {}, version: {}, selected: {}, follow: {}, boot: {} };

  constructor() {
    super();
    this.view = new View(new History());
    this.version = 0;
    /** @type {Row | null} */
    this.selected = null;
    this.follow = true;
    this.boot = 0;
    /** @type {(row: Row) => void} */
    this.onSelect = () => {};
    /** Where a range of rows begins, and the row that is selected at its other end. @type {[Row, Row] | null} */
    this.range = null;
    /** @type {(follow: boolean) => void} */
    this.onFollow = () => {};
    this.onClear = () => {};
    /** What the view shows has been changed here. */
    this.onView = () => {};
    /** Whether this update shall show the end of the list. */
    this.toEnd = false;
    /** Where the list stands and how high it is, as asking the document each time would lay it out anew. */
    this.top = 0;
    this.height = 600;
    /** @type {Element | null} */
    this.observed = null;
    this.observer = new ResizeObserver(([entry]) => {
      this.height = entry?.contentRect.height ?? this.height;
      this.reveal();
      this.requestUpdate();
    });
  }

  get rowHeight() {
    return FINGERS.matches ? 46 : 36;
  }

  render() {
    const { view, follow } = this;
    const { rows, paused, waiting } = view;
    const total = view.history.rows.items.length;
    const all = plural(total, "row");
    const [count, whole] = paused ? [`paused, ${waiting} new`, ""] : rows.length === total ? [all, ""] : [`${rows.length} of ${total}`, `${rows.length} of ${all} are shown`];
    return html`
      <div class="bar">
        <h2 id="traffic-title">Traffic</h2><span class="recorded">recorded</span>
        <span class="hint" title=${whole || count}>${count}</span>
        <span class="actions">
          <button type="button" class="quiet" aria-pressed=${follow} @click=${() => this.onFollow(!follow)}
            title="Select each new message as it comes">Follow</button>
          <button type="button" class="quiet" aria-pressed=${paused} @click=${() => this.change(() => view.pause(!paused))}
            title="Keep the list as it is; what comes is shown when you go on">Pause</button>
          <button type="button" class="quiet" ?disabled=${!rows.length} @click=${this.toNewest}
            title="Select the newest message">Newest</button>
          <button type="button" class="quiet" ?disabled=${!total} @click=${() => this.onClear()}>Clear</button>
        </span>
      </div>
      ${this.tools()}
      ${rows.length ? this.grid() : this.nothing(total)}
    `;
  }

  tools() {
    const { kinds, filter } = this.view;
    const chip = (/** @type {string} */ kind, /** @type {string} */ name) => html`<button type="button" class="chip"
      aria-pressed=${kinds.has(kind)} @click=${() => this.change(() => this.view.toggle(kind))}>${name}</button>`;
    return html`<div class="tools">
      <input type="search" aria-label="Filter" placeholder="Filter: led status:404 -type:chunk" spellcheck="false" autocapitalize="off"
        title="Words; status:404 status:4xx method:POST host: path: type:chunk; with - before what shall not be"
        aria-invalid=${Boolean(filter.problem)} aria-describedby="filter-problem"
        @input=${(/** @type {InputEvent} */ { target }) => this.change(() => this.view.search(/** @type {HTMLInputElement} */ (target).value))} />
      <span class="chips" role="group" aria-label="Kinds shown">
        ${Object.entries(KINDS).map(([kind, name]) => chip(kind, name))}
        ${kinds.has("tcp") ? chip("segment", "Segments") : nothing}
      </span>
      <output id="filter-problem" class="problem">${filter.problem}</output>
    </div>`;
  }

  /** @param {number} total */
  nothing(total) {
    const { history } = this.view;
    if (!total && !history.segments.items.length) return html`<p class="empty">No message yet. Send a request below.</p>`;
    return html`<p class="empty">None of ${plural(total, "row")} is of these kinds and fits the filter.
      <button type="button" class="link" @click=${this.showAll}>Show all</button></p>`;
  }

  grid() {
    const { view, selected } = this;
    const hosts = columnsOf(view.history.hosts);
    const at = selected ? view.indexOf(selected.id) : -1;
    return html`<div class="scroll diagram" role="grid" aria-multiselectable="true" tabindex="0" aria-labelledby="traffic-title" aria-rowcount=${view.rows.length + 1}
      aria-activedescendant=${at >= 0 ? domId(/** @type {Row} */ (selected)) : nothing}
      .style=${`--columns: ${hosts.length}`} @scroll=${this.scrolled} @keydown=${this.keydown}>
      <div class="lanes-head" role="rowgroup"><div role="row" aria-rowindex="1" class="lane-row">
        <span role="columnheader" class="time" title="Virtual time in seconds">Time</span>
        <span role="columnheader" class="lanes"><span class="unseen">Between </span>${hosts.map(
          (host) => html`<span class="lane" title=${host}>${host}</span>`)}<span class="unseen"> what</span></span>
        <span role="columnheader" class="size">Size</span>
      </div></div>
      <div class="space" role="rowgroup" aria-label="Messages" .style=${`height: ${view.rows.length * this.rowHeight}px`}>
        ${repeat(this.inSight(at), (index) => /** @type {Row} */ (view.rows[index]).id, (index) => this.row(index, hosts))}
      </div>
    </div>`;
  }

  /**
   * The places of the rows to draw, among them that of the selected one: it has the focus.
   *
   * @param {number} selected
   */
  inSight(selected) {
    const { rowHeight, height } = this;
    const last = this.view.rows.length - 1;
    const top = this.toEnd ? (last + 1) * rowHeight - height : this.top;
    const from = Math.max(0, Math.floor(top / rowHeight) - SPARE);
    const to = Math.min(last, Math.ceil((top + height) / rowHeight) + SPARE);
    const places = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
    if (selected >= 0 && selected < from) places.unshift(selected);
    if (selected > to) places.push(selected);
    return places;
  }

  /**
   * @param {number} index
   * @param {string[]} hosts
   */
  row(index, hosts) {
    const row = /** @type {Row} */ (this.view.rows[index]);
    const { selected } = this;
    const { word, tone, text, note } = labelOf(row);
    const isSelected = row.id === selected?.id || this.isInRange(row);
    const isPaired = !isSelected && selected !== null && areRelated(row, selected);
    const bytes = sizeOf(row);
    const [from, to] = [columnOf(row.from, hosts), columnOf(row.to, hosts)];
    const dashed = ["response", "reply"].includes(row.shape) ? " dashed" : "";
    const direction = from === to ? "self" : from < to ? "right" : "left";
    const left = (Math.min(from, to) + 0.5) / hosts.length;
    const right = 1 - (Math.max(from, to) + 0.5) / hosts.length;
    // The words stand in the middle of the arrow, as wide as they may be there
    const middle = (left + 1 - right) / 2;
    const room = Math.min(middle, 1 - middle);
    return html`<div role="row" id=${domId(row)} aria-rowindex=${index + 2} aria-selected=${isSelected}
      class="lane-row ${row.kind} ${row.boot < this.boot ? "past" : ""} ${isPaired ? "paired" : ""} ${row.chunk ? "part" : ""}"
      .style=${`top: ${index * this.rowHeight}px`} @mousedown=${noText} @click=${(/** @type {MouseEvent} */ { shiftKey }) => this.pick(row, shiftKey)}>
      <span role="gridcell" class="time">${moment(row.record.at_us)}</span>
      <span role="gridcell" class="lanes">
        <span class="words" .style=${`left: ${(middle - room) * 100}%; right: ${(1 - middle - room) * 100}%`}><span class="what" title=${`${word} ${text}`}><b class=${tone}>${word}</b> ${text}${note ? html` <i>${note}</i>` : nothing}</span></span>
        <span class="way ${direction}${dashed}${row.lost ? " lost" : ""}" role="img" aria-label=${wayText(row)}
          .style=${`left: ${left * 100}%; right: ${right * 100}%`}></span>
      </span>
      <span role="gridcell" class="size">${bytes === null ? nothing : size(bytes)}</span>
    </div>`;
  }

  /** @param {KeyboardEvent} event */
  keydown(event) {
    const { rows } = this.view;
    const last = rows.length - 1;
    const at = this.selected ? this.view.indexOf(this.selected.id) : -1;
    /** @type {{[key: string]: number}} */
    const targets = { ArrowUp: at - 1, ArrowDown: at + 1, PageUp: at - LEAP, PageDown: at + LEAP, Home: 0, End: last };
    const target = targets[event.key];
    if (target === undefined || last < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.pick(/** @type {Row} */ (rows[Math.min(Math.max(target, 0), last)]), event.shiftKey);
  }

  /** Select a row, or all from the one before to it. @param {Row} row @param {boolean} reaches */
  pick(row, reaches) {
    const { selected, range } = this;
    const from = range?.[1] === selected ? range?.[0] : selected;
    this.range = reaches && from ? [from, row] : null;
    this.onSelect(row);
  }

  /** @param {Row} row */
  isInRange({ id }) {
    const [from, to] = this.range?.[1] === this.selected ? (this.range ?? []) : [];
    return from && to ? (id - from.id) * (id - to.id) <= 0 : false;
  }

  /** What is selected. @type {readonly Row[]} */
  get chosen() {
    return this.range ? this.view.rows.filter((row) => this.isInRange(row)) : [];
  }

  get scroller() {
    return /** @type {HTMLElement | null} */ (this.querySelector(".diagram"));
  }

  /** Do something to the view, and have it drawn. @param {() => void} change */
  change(change) {
    change();
    this.onView();
  }

  toNewest() {
    if (this.view.paused) this.change(() => this.view.pause(false));
    const { newest } = this.view;
    if (newest) this.onSelect(newest);
  }

  showAll() {
    const field = /** @type {HTMLInputElement} */ (this.querySelector("[type=search]"));
    field.value = "";
    this.change(() => this.view.showAll());
    field.focus();
  }

  /** Bring the selected row to view, and not the page with it as scrollIntoView would. */
  reveal() {
    const { selected, rowHeight } = this;
    const at = selected ? this.view.indexOf(selected.id) : -1;
    if (at < 0) return;
    const [top, room] = [at * rowHeight, this.height - HEAD];
    if (top < this.top) this.moveTo(top);
    else if (top + rowHeight > this.top + room) this.moveTo(top + rowHeight - room);
  }

  /** @param {number} top */
  moveTo(top) {
    const { scroller } = this;
    if (!scroller || top === this.top) return;
    this.top = top;
    scroller.scrollTop = top;
  }

  scrolled() {
    const top = this.scroller?.scrollTop ?? 0;
    if (Math.abs(top - this.top) < 1) return; // by itself
    this.top = top;
    this.requestUpdate();
  }

  firstUpdated() {
    FINGERS.addEventListener("change", () => this.requestUpdate());
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    this.toEnd = this.follow && ["version", "selected", "follow"].some((name) => changed.has(name));
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    const { scroller, view } = this;
    if (scroller !== this.observed) this.observe(scroller);
    if (!scroller) return;
    if (view.shifted) this.moveTo(Math.max(0, this.top - view.shifted * this.rowHeight));
    view.shifted = 0;
    if (this.toEnd) this.moveTo(Math.max(0, view.rows.length * this.rowHeight + HEAD - this.height));
    else if (changed.has("selected")) this.reveal();
  }

  /** @param {HTMLElement | null} scroller */
  observe(scroller) {
    this.observer.disconnect();
    this.observed = scroller;
    this.top = 0;
    if (scroller) this.observer.observe(scroller);
  }
}

/** A range of rows is no selection of text. @param {MouseEvent} event */
const noText = (event) => event.shiftKey && event.preventDefault();

/** @param {Row} row */
const domId = (row) => `row-${String(row.id).replace(".", "-")}`;

/** @param {Row} row */
function wayText({ from, to, lost }) {
  if (from === to) return `at ${from}`;
  return `${from} to ${to}${lost ? ", lost" : ""}`;
}

/** @param {Row} one @param {Row} other */
function areRelated(one, other) {
  if (one.pair === other || other.pair === one || (one.chunk && one.pair === other.pair)) return true;
  return one.kind === "ws" && other.kind === "ws" && one.end !== null && one.end === other.end;
}

/** @param {string[]} hosts */
function columnsOf(hosts) {
  if (hosts.length <= COLUMNS) return hosts.length ? hosts : [""];
  return [...hosts.slice(0, COLUMNS - 1), "others"];
}

/**
 * @param {string} host
 * @param {string[]} columns
 */
function columnOf(host, columns) {
  const at = columns.indexOf(host);
  return at < 0 ? columns.length - 1 : at;
}

customElements.define("sim-traffic", TrafficPanel);
