/**
 * Is the editor of source text: CodeMirror with the device's API, marked lines and problems.
 *
 * It lives in a shadow root, where its styles are constructed sheets, as the page's policy allows no others.
 */

import { acceptCompletion, autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascriptLanguage } from "@codemirror/lang-javascript";
import { pythonLanguage } from "@codemirror/lang-python";
import { LanguageSupport, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, openLintPanel, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorSelection, EditorState, Text } from "@codemirror/state";
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { languageOf } from "../project.js";
import { apiCompletion, apiHover, closeHelp, helpAtCursor } from "./api.js";
import { markGutter, setMarks } from "./lines.js";
import { colours, theme } from "./theme.js";

/** How far the languages indent, as their examples do. @type {{[language: string]: string}} */
const INDENTS = { js: "  ", py: "    " };

export class Editor {
  /**
   * @param {HTMLElement} parent
   * @param {(name: string, text: string) => void} onChange
   */
  constructor(parent, onChange) {
    this.onChange = onChange;
    this.name = "";
    /** The text as the page knows it. */
    this.text = "";
    /** @type {Map<string, EditorState>} Files that were looked at, with their histories. */
    this.states = new Map();
    /** @type {readonly import("../marks.js").Mark[] | null} */
    this.marks = null;
    /** @type {readonly import("../protocol.js").Finding[] | null} */
    this.findings = null;
    this.isTelling = true;
    const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
    this.view = new EditorView({ parent: root, root, dispatch: (transaction) => this.dispatch(transaction) });
  }

  /** @param {import("@codemirror/state").Transaction} transaction */
  dispatch(transaction) {
    this.view.update([transaction]);
    if (!transaction.docChanged || !this.isTelling) return;
    this.text = this.view.state.doc.toString();
    this.onChange(this.name, this.text);
  }

  /**
   * Show a file; what is shown already stays as it is.
   *
   * @param {string} name
   * @param {string} text
   */
  show(name, text) {
    if (name === this.name && text === this.text) return;
    if (name === this.name) return this.replace(text);
    this.states.set(this.name, this.view.state);
    const known = this.states.get(name);
    Object.assign(this, { name, text, marks: null, findings: null });
    this.view.setState(known?.doc.eq(docOf(text)) ? known : EditorState.create({ doc: text, extensions: extensions(name) }));
  }

  /** Take a text that the page has put in the place of this one. @param {string} text */
  replace(text) {
    this.text = text;
    const state = this.view.state;
    this.isTelling = false;
    this.view.dispatch({ changes: { from: 0, to: state.doc.length, insert: docOf(text) } });
    this.isTelling = true;
  }

  /** @param {readonly import("../marks.js").Mark[]} marks */
  mark(marks) {
    if (this.marks && same(this.marks, marks)) return;
    this.marks = marks;
    this.view.dispatch({ effects: setMarks.of(marks) });
  }

  /** @param {readonly import("../protocol.js").Finding[]} findings */
  find(findings) {
    if (this.findings && same(this.findings, findings)) return;
    this.findings = findings;
    const { state } = this.view;
    this.view.dispatch(setDiagnostics(state, findings.map((finding) => diagnosticOf(state.doc, finding))));
  }

  /** Open the list of problems. */
  list() {
    openLintPanel(this.view);
  }

  focus() {
    this.view.focus();
  }

  /**
   * Select a line and bring it to view.
   *
   * @param {number} number
   */
  goto(number) {
    const { doc } = this.view.state;
    const { from, to } = doc.line(Math.min(Math.max(number, 1), doc.lines));
    this.view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    this.view.focus();
  }

  /**
   * Go on where the plain field was.
   *
   * @param {{from: number, to: number, scrollTop: number, scrollLeft: number}} place
   */
  take({ from, to, scrollTop, scrollLeft }) {
    const { length } = this.view.state.doc;
    const selection = EditorSelection.single(Math.min(from, length), Math.min(to, length));
    this.view.dispatch({ selection });
    this.view.requestMeasure({
      read: () => null,
      write: () => Object.assign(this.view.scrollDOM, { scrollTop, scrollLeft }),
    });
  }
}

/** @param {string} text */
const docOf = (text) => Text.of(text.split(/\r\n?|\n/));

/**
 * @param {readonly object[]} a
 * @param {readonly object[]} b
 */
const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** @param {string} name @returns {import("@codemirror/state").Extension[]} */
function extensions(name) {
  const kind = languageOf(name);
  return [
    markGutter(),
    lineNumbers(),
    history(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    syntaxHighlighting(colours),
    theme,
    indentUnit.of(INDENTS[kind] ?? "  "),
    language(kind),
    EditorState.allowMultipleSelections.of(false),
    EditorView.domEventHandlers({ beforeinput: typeOver }),
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": name, "aria-description": "Escape and then Tab leaves the editor." }),
    keymap.of([
      { key: "Tab", run: acceptCompletion },
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...lintKeymap,
      ...defaultKeymap.filter(({ key }) => !["Mod-Enter", "Mod-i"].includes(key ?? "")), // they have other meanings here
      indentWithTab,
    ]),
  ];
}

/**
 * Put what is typed in the place of what is selected: the browser would keep its colour by an inline style, which the
 * page's policy does not allow.
 *
 * @param {InputEvent} event
 * @param {EditorView} view
 */
function typeOver(event, view) {
  const { data, inputType, isComposing, cancelable } = event;
  const { state } = view;
  if (inputType !== "insertText" || !data || isComposing || !cancelable || state.selection.main.empty) return false;
  view.dispatch(state.update(state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true }));
  return true;
}

/** @param {ReturnType<typeof languageOf>} kind */
function language(kind) {
  if (kind === "") return [];
  const used = kind === "js" ? javascriptLanguage : pythonLanguage;
  return [
    new LanguageSupport(used),
    autocompletion({ override: [apiCompletion(kind)], icons: false }),
    apiHover(kind),
    keymap.of([{ key: "Mod-i", run: helpAtCursor(kind) }, { key: "Escape", run: closeHelp }]),
  ];
}

/**
 * @param {Text} doc
 * @param {import("../protocol.js").Finding} finding
 * @returns {import("@codemirror/lint").Diagnostic}
 */
function diagnosticOf(doc, { line: number, column, message, level }) {
  const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
  const from = Math.min(line.from + Math.max(column - 1, 0), line.to);
  const word = /^[\w$]+|^./u.exec(doc.sliceString(from, line.to));
  return { from, to: from + (word?.[0].length ?? 0), message, severity: level === "error" ? "error" : "warning" };
}
