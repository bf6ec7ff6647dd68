/** Shows the files of the project as tabs, and puts others there: examples, files, and what was there before. */

import { html, nothing } from "lit";
import { INDEX, loadExample } from "../examples.js";
import { excerpt, plural } from "../format.js";
import { bytesIn, faultOfFiles, faultOfName, isOwn, openFile, projectOf, summaryOf, withFiles, withName } from "../project.js";
import { Panel } from "./panel.js";

/** @typedef {import("../project.js").Project} Project */
/** @typedef {import("../archive.js").Entry} Entry */

/** What reads and makes archives is loaded when it is wanted. */
const archive = () => import("../archive.js");

const LANGUAGES = [...new Set(INDEX.map(({ language }) => language))];

export class FilePanel extends Panel {
  static properties = {
    project: {},
    aside: {},
    removed: {},
    problem: {},
    faults: {},
    naming: { state: true },
    wrong: { state: true },
    refusal: { state: true },
  };

  constructor() {
    super();
    /** @type {Project} */
    this.project = projectOf([]);
    /** @type {readonly Project[]} */
    this.aside = [];
    /** @type {import("../project.js").File | null} The file that was deleted and may come back. */
    this.removed = null;
    /** Why what is written is not kept. */
    this.problem = "";
    /** @type {ReadonlyMap<string, number>} How many problems each file has. */
    this.faults = new Map();
    /** @type {"" | "new" | "rename"} What the name is for that is being written. */
    this.naming = "";
    /** What is wrong with that name, and why something was not opened. */
    this.wrong = "";
    this.refusal = "";
    /** @type {Promise<void>} Over when the project is there that was chosen last. */
    this.opening = Promise.resolve();
    /** @type {(project: Project) => void} The project has changed. */
    this.onChange = () => {};
    /** @type {(project: Project) => void} Another project shall take its place. */
    this.onReplace = () => {};
    /** @type {(name: string) => void} */
    this.onRemove = () => {};
    this.onBringBack = () => {};
    this.onFocus = () => {};
  }

  render() {
    const { files } = this.project;
    return html`
      <div class="file">
        <div role="tablist" aria-label="Files" @keydown=${this.keydown}>
          ${files.map(({ name }, i) => this.tab(name, i))}
        </div>
        <button type="button" class="quiet" aria-label="New file" title="New file" @click=${() => this.ask("new")}>+</button>
        <span class="project">
          ${this.examples()}
          <label class="button quiet" title="Files or a .zip; what is here now is kept aside">Open
            <input class="unseen" type="file" multiple aria-label="Open files" @change=${this.opened} />
          </label>
          <button type="button" class="quiet" aria-label="File menu" title="File menu" popovertarget="file-menu">⋯</button>
        </span>
        ${this.menu()}
      </div>
      ${this.naming ? this.form() : nothing} ${this.notices()}
    `;
  }

  /** @param {string} name @param {number} i */
  tab(name, i) {
    const selected = name === this.project.open;
    const faults = this.faults.get(name);
    return html`<button type="button" role="tab" id=${`file-tab-${i}`} aria-controls="file-panel" aria-selected=${selected}
      tabindex=${selected ? 0 : -1} title=${name} @click=${() => this.open(name)}
      @dblclick=${() => this.ask("rename")}>${name}${faults
        ? html`<span class="faults" title=${plural(faults, "problem")}>${faults}</span>`
        : nothing}</button>`;
  }

  examples() {
    return html`<select aria-label="Example" @change=${this.chosen}>
      <option value="">Examples</option>
      ${LANGUAGES.map((language) => html`<optgroup label=${language}>${INDEX.map((example, i) =>
        example.language === language
          ? html`<option value=${`example ${i}`} title=${example.about}>${example.title}</option>`
          : nothing)}</optgroup>`)}
      ${this.aside.length
        ? html`<optgroup label="My firmware">${this.aside.map((project, i) =>
            html`<option value=${`aside ${i}`}>${excerpt(summaryOf(project), 60)}</option>`)}</optgroup>`
        : nothing}
    </select>`;
  }

  menu() {
    const { open, origin, edited, files } = this.project;
    const item = (/** @type {string} */ text, /** @type {() => void} */ action, isOff = false) =>
      html`<button type="button" ?disabled=${isOff} @click=${() => this.act(action)}>${text}</button>`;
    return html`<div popover id="file-menu" class="menu" aria-label="File menu" @beforetoggle=${this.place}>
      ${item("Rename …", () => this.ask("rename"), !open)} ${item("Delete", () => this.onRemove(open), !open)}
      ${item("Download", () => this.save(), !open)}
      <hr />
      <label class="button">Add files …<input class="unseen" type="file" multiple aria-label="Add files" @change=${this.added} /></label>
      <label class="button">Open a folder …<input class="unseen" type="file" webkitdirectory aria-label="Open a folder" @change=${this.opened} /></label>
      ${item("Download all as .zip", () => this.saveAll(), !files.length)}
      ${origin && edited ? item(`Reset to the example ${origin}`, () => this.openExample(origin)) : nothing}
    </div>`;
  }

  form() {
    const { open } = this.project;
    const isNew = this.naming === "new";
    return html`<form class="naming" @submit=${this.named} @keydown=${this.escape} autocomplete="off">
      <label for="file-name">${isNew ? "New file" : "Rename"}</label>
      <input id="file-name" name="name" .value=${isNew ? "" : open} placeholder=${isNew ? "app.js" : nothing} spellcheck="false"
        autocapitalize="off" aria-invalid=${this.wrong !== ""} aria-describedby="file-wrong" @input=${() => (this.wrong = "")} />
      <button>${isNew ? "Add" : "Rename"}</button>
      <button type="button" class="quiet" @click=${() => this.giveUp()}>Cancel</button>
      <span id="file-wrong" role="alert" class="problem">${this.wrong}</span>
    </form>`;
  }

  notices() {
    const { project, removed } = this;
    const example = project.edited ? undefined : INDEX.find(({ title }) => title === project.origin);
    const [last] = project.edited ? [] : this.aside;
    return html`
      <p class="notice problem" role="alert">${this.refusal}${this.refusal
        ? html` <button type="button" class="link" @click=${() => (this.refusal = "")}>Dismiss</button>`
        : nothing}</p>
      <p class="notice problem" role="alert">${this.problem}</p>
      <p class="notice" role="status">${removed
        ? html`<span><code>${removed.name}</code> was deleted.</span>
            <button type="button" class="link" @click=${() => this.onBringBack()}>Undo</button>`
        : nothing}</p>
      ${last || example?.about || example?.tip
        ? html`<p class="notice">
            <span>${example?.about} ${example?.tip ? html`<b>Try:</b> ${example.tip}` : nothing}</span>
            ${last
              ? html`<button type="button" class="quiet" title=${summaryOf(last)} @click=${() => this.onReplace(last)}>Back to my firmware</button>`
              : nothing}</p>`
        : nothing}
    `;
  }

  updated() {
    const { origin } = this.project;
    const at = isOwn(this.project) ? -1 : INDEX.findIndex(({ title }) => title === origin);
    this.select().value = at < 0 ? "" : `example ${at}`;
    this.querySelector("[role=tab][aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  select() {
    return /** @type {HTMLSelectElement} */ (this.querySelector("select"));
  }

  popup() {
    return /** @type {HTMLElement} */ (this.querySelector("[popover]"));
  }

  /** @param {ToggleEvent} event */
  place(event) {
    if (event.newState !== "open") return;
    const button = /** @type {HTMLElement} */ (this.querySelector("[popovertarget]")).getBoundingClientRect();
    this.popup().style.top = `${button.bottom + 2}px`;
    this.popup().style.right = `${document.documentElement.clientWidth - button.right}px`;
  }

  /** @param {() => void} action of the menu */
  act(action) {
    this.popup().hidePopover();
    action();
  }

  /** @param {string} name */
  open(name) {
    this.naming = "";
    this.onChange({ ...this.project, open: name });
  }

  /** @param {"new" | "rename"} naming */
  async ask(naming) {
    if (naming === "rename" && !this.project.open) return;
    Object.assign(this, { naming, wrong: "" });
    await this.updateComplete;
    const field = this.field();
    field.focus();
    if (naming === "rename") field.setSelectionRange(0, field.value.replace(/\.[^./]*$/, "").length);
  }

  field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("[name=name]"));
  }

  /** @param {SubmitEvent} event */
  async named(event) {
    event.preventDefault();
    const name = this.field().value.trim();
    const { project, naming } = this;
    const others = naming === "rename" ? project.files.filter((file) => file.name !== project.open) : project.files;
    this.wrong = faultOfName(name, others);
    if (this.wrong) return this.field().focus();
    this.naming = "";
    const isNew = naming === "new";
    this.onChange(isNew ? withFiles(project, [{ name, text: "" }], name) : withName(project, project.open, name));
    await this.updateComplete;
    if (isNew) this.onFocus();
    else this.focusTab();
  }

  /** @param {KeyboardEvent} event */
  escape(event) {
    if (event.key === "Escape") this.giveUp();
  }

  async giveUp() {
    this.naming = "";
    await this.updateComplete;
    this.focusTab();
  }

  focusTab() {
    /** @type {HTMLElement | null} */ (this.querySelector("[role=tab][aria-selected=true]"))?.focus();
  }

  /** @param {KeyboardEvent} event */
  async keydown(event) {
    const { files, open } = this.project;
    const at = files.findIndex(({ name }) => name === open);
    const last = files.length - 1;
    if (event.ctrlKey || event.metaKey || event.altKey || last < 0) return;
    if (event.key === "F2") this.ask("rename");
    else if (event.key === "Delete") this.onRemove(open);
    else {
      /** @type {{[key: string]: number}} */
      const targets = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last };
      const file = files[targets[event.key] ?? -1];
      if (!file) return;
      this.open(file.name);
    }
    event.preventDefault();
    if (event.key === "F2") return;
    await this.updateComplete;
    this.focusTab();
  }

  chosen() {
    const [kind, number] = this.select().value.split(" ");
    const at = Number(number ?? -1);
    const taken = this.aside[at];
    const example = INDEX[at];
    if (kind === "aside" && taken) this.onReplace(taken);
    else if (kind === "example" && example) this.openExample(example.title);
    else this.updated();
  }

  /** @param {string} title */
  openExample(title) {
    return this.attempt(async () => this.onReplace(await loadExample(title)));
  }

  /** @param {Event} event */
  opened(event) {
    this.openEntries(entriesIn(event));
    this.popup().hidePopover();
  }

  /** @param {Event} event */
  added(event) {
    this.addEntries(entriesIn(event));
    this.popup().hidePopover();
  }

  /** @param {Promise<Entry[]>} entries */
  openEntries(entries) {
    return this.attempt(async () => {
      const there = await entries;
      const { filesFrom } = await archive();
      if (there.length) this.onReplace(projectOf(await filesFrom(there)));
    });
  }

  /** @param {Promise<Entry[]>} entries */
  addEntries(entries) {
    return this.attempt(async () => {
      const there = await entries;
      if (!there.length) return;
      const { filesFrom } = await archive();
      const more = await filesFrom(there);
      const { project } = this;
      const whole = withFiles(project, more, more[0]?.name);
      const fault = faultOfFiles(whole.files);
      if (fault) throw new Error(fault);
      // What is overwritten is kept aside
      if (more.some(({ name }) => project.files.some((file) => file.name === name))) this.onReplace(whole);
      else this.onChange(whole);
    });
  }

  save() {
    const file = openFile(this.project);
    if (!file) return;
    return this.attempt(async () => (await archive()).download(file.name.slice(file.name.lastIndexOf("/") + 1), bytesIn(file)));
  }

  saveAll() {
    return this.attempt(async () => {
      const { download, zip } = await archive();
      download("firmware.zip", await zip(this.project.files));
    });
  }

  /**
   * Do something that may fail, and say so.
   *
   * @param {() => Promise<void>} action
   */
  attempt(action) {
    this.refusal = "";
    const opening = action().catch((error) => {
      this.refusal = error.message;
      this.updated();
    });
    this.opening = opening;
    return opening;
  }
}

/** @param {Event} event of a field for files */
async function entriesIn(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const chosen = [...(input.files ?? [])];
  input.value = "";
  const { entriesOf } = await archive();
  return entriesOf(chosen);
}

customElements.define("sim-file", FilePanel);
