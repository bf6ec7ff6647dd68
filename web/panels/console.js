/** Shows what the firmware printed, logged and sent to its serial ports, and where it failed; takes what is typed. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { latin1Of } from "../bytes.js";
import { moment } from "../format.js";
import { Panel } from "./panel.js";

/** How many lines are drawn at first, and how many more at each "show more". */
const PAGE = 300;

/** What can be shown alone, and the kinds of lines that it is. @type {readonly {name: string, kinds: readonly string[]}[]} */
const LEVELS = [
  { name: "All", kinds: ["print", "error", "log", "uart", "note"] },
  { name: "Prints", kinds: ["print"] },
  { name: "Log", kinds: ["log", "error"] },
  { name: "Serial ports", kinds: ["uart"] },
  { name: "Errors", kinds: ["error"] },
];

export class ConsolePanel extends Panel {
  static properties = { lines: {}, ready: {}, shown: { state: true }, level: { state: true }, search: { state: true }, word: { state: true } };

  constructor() {
    super();
    /** @type {readonly import("../model.js").ConsoleLine[]} */
    this.lines = [];
    this.shown = PAGE;
    this.atEnd = true;
    /** Whether there is a device that what is typed can be sent to. */
    this.ready = false;
    this.level = LEVELS[0]?.name ?? "";
    this.search = "";
    /** What was done. */
    this.word = "";
    /** @type {(data: string) => Promise<unknown>} */
    this.onType = () => Promise.resolve();
    this.onClear = () => {};
    /** @type {(file: string, line: number) => void} */
    this.onGoto = () => {};
  }

  render() {
    const wanted = this.wanted();
    const visible = wanted.slice(-this.shown);
    const hidden = wanted.length - visible.length;
    return html`
      <div class="bar">
        <h2 id="console-title">Console</h2>
        <span class="hint" role="status">${this.word}</span>
        <span class="actions">
          <label class="unseen" for="console-level">Lines shown</label>
          <select id="console-level" @change=${(/** @type {Event} */ event) => (this.level = valueOf(event))}>
            ${LEVELS.map(({ name }) => html`<option .selected=${name === this.level}>${name}</option>`)}
          </select>
          <input type="search" aria-label="Find in the console" placeholder="Find" size="8" .value=${this.search}
            @input=${(/** @type {Event} */ event) => (this.search = valueOf(event))} />
          <button type="button" class="quiet" ?disabled=${!visible.length} aria-label="Copy lines" @click=${this.copy}>Copy</button>
          <button type="button" class="quiet" ?disabled=${!this.lines.length} @click=${() => this.onClear()}>Clear</button>
        </span>
      </div>
      <div class="scroll" tabindex="0" role="group" aria-label="Console output" @scroll=${this.scrolled}>
        ${hidden
          ? html`<p class="more"><button type="button" @click=${() => (this.shown += PAGE)}>
              Show ${Math.min(PAGE, hidden)} of ${hidden} older</button></p>`
          : nothing}
        <div role="log" aria-labelledby="console-title">
          ${repeat(visible, (line) => line.key, (line) => this.line(line))}
        </div>
        <span class="recorded">recorded</span>
        ${visible.length ? nothing : html`<p class="empty">${this.lines.length ? "No such line." : "Nothing printed yet."}</p>`}
      </div>
      <form class="typed" @submit=${this.type} autocomplete="off">
        <input name="typed" aria-label="Send a line to UART 0" placeholder="A line for UART 0" spellcheck="false" autocapitalize="off"
          enterkeyhint="send" />
        <button class="quiet" ?disabled=${!this.ready}>Type</button>
      </form>
    `;
  }

  /** The lines that are asked for. */
  wanted() {
    const kinds = LEVELS.find(({ name }) => name === this.level)?.kinds ?? [];
    const part = this.search.toLowerCase();
    if (kinds.length === LEVELS[0]?.kinds.length && !part) return this.lines;
    return this.lines.filter(({ kind, text }) => kinds.includes(kind) && text.toLowerCase().includes(part));
  }

  async copy() {
    const text = this.wanted().map(({ at_us, text: line }) => `${moment(at_us)} ${line.replace(/\n$/, "")}\n`).join("");
    try {
      await navigator.clipboard.writeText(text);
      this.word = "Copied";
    } catch {
      this.word = "The browser does not let the page write to the clipboard";
    }
  }

  /** @param {SubmitEvent} event */
  async type(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (this.querySelector("[name=typed]"));
    if (!this.ready) return;
    try {
      await this.onType(latin1Of(`${field.value}\n`));
      field.value = "";
      this.word = "";
    } catch (error) {
      this.word = error instanceof Error ? error.message : String(error);
    }
  }

  /** @param {import("../model.js").ConsoleLine} line */
  line({ kind, at_us, text, file, line, trace }) {
    const shown = text.endsWith("\n") ? text.slice(0, -1) : text;
    return html`<div class="line ${kind}"><span class="at" title="Device time, in seconds">${moment(at_us)}</span><span class="exact">${shown}</span>${line
      ? html` <button type="button" class="link" @click=${() => this.onGoto(file, line)}>${file}, line ${line}</button>`
      : nothing}${trace
      ? html`<details><summary>Traceback</summary><pre>${trace}</pre></details>`
      : nothing}</div>`;
  }

  scroller() {
    return /** @type {HTMLElement} */ (this.querySelector(".scroll"));
  }

  scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller();
    this.atEnd = scrollTop + clientHeight >= scrollHeight - 8;
  }

  /** Stay with the newest line, unless the reader has gone up. */
  stayAtEnd() {
    const box = this.scroller();
    if (this.atEnd) box.scrollTop = box.scrollHeight;
  }

  firstUpdated() {
    new ResizeObserver(() => this.stayAtEnd()).observe(this.scroller());
  }

  updated() {
    this.stayAtEnd();
  }
}

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement} */ (event.target).value;

customElements.define("sim-console", ConsolePanel);
