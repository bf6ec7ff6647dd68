/** Shows a file of the project for editing, with what is known of its lines, and where the firmware failed. */

import { html, nothing } from "lit";
import { bytesOf } from "../bytes.js";
import { plural, sayFailure } from "../format.js";
import { isText } from "../project.js";
import { Panel } from "./panel.js";

/** @typedef {import("../project.js").File} File */
/** @typedef {import("../editor/editor.js").Editor} Editor */

export class FirmwarePanel extends Panel {
  static properties = {
    file: {},
    failure: {},
    refusal: {},
    marks: {},
    findings: {},
    editor: { state: true },
    trouble: { state: true },
  };

  constructor() {
    super();
    /** @type {File | null} */
    this.file = null;
    /** @type {import("../protocol.js").Failure | null} */
    this.failure = null;
    /** Why the firmware was not even tried. */
    this.refusal = "";
    /** @type {readonly import("../marks.js").Mark[]} */
    this.marks = [];
    /** @type {readonly import("../protocol.js").Finding[]} What is wrong with this file. */
    this.findings = [];
    /** @type {Editor | null} The editor that is loaded when it is first wanted; a plain field stands in for it until then. */
    this.editor = null;
    /** @type {Promise<void> | null} */
    this.loading = null;
    /** Why there is no editor. */
    this.trouble = "";
    this.isComposing = false;
    /** @type {(name: string, text: string) => void} */
    this.onChange = () => {};
    /** @type {(file: string, line: number) => void} */
    this.onGoto = () => {};
  }

  render() {
    const { file } = this;
    const text = file && isText(file) ? file.text : null;
    return html`
      ${this.refusal ? html`<p class="crash" role="alert">${this.refusal}</p>` : nothing}
      ${this.failure ? this.crash(this.failure) : nothing}
      <div class="editor" ?hidden=${text === null}>
        <div class="live" ?hidden=${!this.editor}></div>
        ${this.editor ? nothing : this.plain(file?.name ?? "", text ?? "")}
      </div>
      ${text === null ? html`<p class="empty">${sayNoText(file)}</p>` : this.state()}
    `;
  }

  /** @param {string} name @param {string} text */
  plain(name, text) {
    return html`<pre class="gutter" aria-hidden="true">${this.numbers(text)}</pre>
      <textarea
        wrap="off"
        aria-label=${name}
        spellcheck="false"
        autocapitalize="off"
        autocomplete="off"
        .value=${text}
        @input=${() => this.onChange(name, this.area().value)}
        @focus=${() => this.load()}
        @pointerdown=${() => this.load()}
        @compositionstart=${() => (this.isComposing = true)}
        @compositionend=${this.composed}
        @scroll=${this.scrolled}
      ></textarea>`;
  }

  /** @param {import("../protocol.js").Failure} failure */
  crash(failure) {
    const { file, line } = failure;
    return html`<p class="crash">
      ${sayFailure(failure)}
      ${line
        ? html`<button type="button" class="link" @click=${() => this.onGoto(file, line)}>${file}, line ${line}</button>`
        : nothing}
    </p>`;
  }

  /** What is wrong with the file, in one line. */
  state() {
    const [first] = this.findings;
    return html`<p class="findings" role="status">${first
      ? html`<button type="button" class="link" title="List of problems" @click=${this.list}>${plural(this.findings.length, "problem")}</button>
          <span class=${first.level} title=${first.message}>line ${first.line}: ${first.message}</span>`
      : nothing}${this.trouble}</p>`;
  }

  /** @param {string} text */
  numbers(text) {
    const marks = new Map(this.marks.map((mark) => [mark.line, mark]));
    return text.split("\n").map((_, i) => {
      const mark = marks.get(i + 1);
      return mark
        ? html`<span class=${mark.kinds.join(" ")} title=${mark.title}><b>${mark.label}</b> ${i + 1}</span>${"\n"}`
        : `${i + 1}\n`;
    });
  }

  area() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
  }

  /** Load the editor, once, and let it take the place of the plain field. */
  load() {
    this.loading ??= import("../editor/editor.js").then(
      ({ Editor }) => this.replace(Editor),
      () => {
        this.loading = null;
        this.trouble = "The editor could not be loaded; this plain one does without it.";
      },
    );
    return this.loading;
  }

  /** @param {typeof import("../editor/editor.js").Editor} Made */
  replace(Made) {
    if (this.isComposing || this.editor) return;
    const area = this.area();
    const hadFocus = document.activeElement === area;
    const { selectionStart: from, selectionEnd: to, scrollTop, scrollLeft } = area;
    const host = /** @type {HTMLElement} */ (this.querySelector(".live"));
    host.hidden = false;
    const editor = new Made(host, (name, text) => this.onChange(name, text));
    this.editor = editor;
    this.trouble = "";
    this.fill(editor);
    editor.take({ from, to, scrollTop, scrollLeft });
    this.requestUpdate();
    if (hadFocus) editor.focus();
  }

  composed() {
    this.isComposing = false;
    this.loading = null;
    this.load();
  }

  /** @param {Editor} editor */
  fill(editor) {
    if (!this.file || !isText(this.file)) return;
    editor.show(this.file.name, this.file.text);
    editor.mark(this.marks);
    editor.find(this.findings);
  }

  /** Open the list of problems. */
  async list() {
    await this.load();
    this.editor?.list();
  }

  /**
   * Select a line of the file and bring it to view.
   *
   * @param {number} line
   */
  async goto(line) {
    await this.updateComplete;
    await this.load();
    if (this.editor) this.editor.goto(line);
    else this.gotoPlain(line);
  }

  /** @param {number} line */
  gotoPlain(line) {
    const area = this.area();
    const lines = area.value.split("\n");
    const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(from, from + (lines[line - 1] ?? "").length);
    area.scrollTop = Math.max(0, (area.scrollHeight * (line - 3)) / lines.length);
  }

  /** Bring the focus into the editor. */
  async enter() {
    await this.load();
    if (this.editor) this.editor.focus();
    else this.area()?.focus();
  }

  scrolled() {
    const gutter = /** @type {HTMLElement} */ (this.querySelector(".gutter"));
    gutter.scrollTop = this.area().scrollTop;
  }

  updated() {
    if (this.editor) this.fill(this.editor);
    else if (this.area()) this.scrolled(); // the text may have moved before its numbers were there
  }
}

/** @param {File | null} file */
function sayNoText(file) {
  if (!file) return "There is no file. Press + for a new one, or drop some here.";
  return isText(file) ? "" : `${file.name}: binary, ${plural(bytesOf(file.data).length, "byte")}`;
}

customElements.define("sim-firmware", FirmwarePanel);
