/** Completes and explains the names of the device's API, from the one table that sim/catalog.py makes. */

import { localCompletionSource } from "@codemirror/lang-javascript";
import { localCompletionSource as localPython } from "@codemirror/lang-python";
import { syntaxTree } from "@codemirror/language";
import { StateEffect, StateField } from "@codemirror/state";
import { hoverTooltip, showTooltip } from "@codemirror/view";

/**
 * One name of the API; `js` and `py` are how it is written in each language, empty if it has none there.
 *
 * @typedef {{name: string, kind: string, js: string, py: string, text: string}} Entry
 */

/** @type {Promise<ReadonlyMap<string, Entry>>} */
const table = load();

async function load() {
  try {
    const response = await fetch(new URL("catalog.json", import.meta.url));
    /** @type {Entry[]} */
    const entries = response.ok ? await response.json() : [];
    return new Map(entries.map((entry) => [entry.name, entry]));
  } catch {
    return new Map(); // the editor is one without help, then
  }
}

/** What stands before the cursor of a name with its module. */
const TYPED = /(?:[A-Za-z_$][\w$]*\.)*[A-Za-z_$]?[\w$]*/;
const WORD = /^[\w$]*$/;

/** How the editor calls the kinds of names. @type {{[kind: string]: string}} */
const KINDS = { function: "function", constant: "constant", module: "namespace" };

/** @typedef {"js" | "py"} Language */

/**
 * @param {Language} language
 * @returns {import("@codemirror/autocomplete").CompletionSource}
 */
export function apiCompletion(language) {
  const local = language === "js" ? localCompletionSource : localPython;
  return async (context) => {
    const typed = context.matchBefore(TYPED);
    if (!typed || (!typed.text && !context.explicit) || isProse(context.state, context.pos)) return null;
    const path = typed.text.slice(0, typed.text.lastIndexOf(".") + 1);
    const entries = [...(await table).values()].filter(
      (entry) => entry[language] && entry.name.startsWith(path) && !entry.name.slice(path.length).includes("."),
    );
    /** @type {import("@codemirror/autocomplete").Completion[]} */
    const options = entries.map((entry) => ({
      label: entry.name.slice(path.length),
      type: KINDS[entry.kind] ?? "variable",
      detail: detailOf(entry, language),
      info: () => shown(entry, language),
    }));
    if (path) return options.length ? { from: typed.from + path.length, options, validFor: WORD } : null;
    const locals = await local(context);
    return { from: typed.from, options: [...options, ...(locals?.options ?? [])], validFor: WORD };
  };
}

/**
 * What is behind the name of a function.
 *
 * @param {Entry} entry
 * @param {Language} language
 */
function detailOf(entry, language) {
  const { name } = entry;
  const written = entry[language];
  return written.startsWith(`${name}(`) ? written.slice(name.length) : "";
}

/**
 * Whether a place is in a text or a comment.
 *
 * @param {import("@codemirror/state").EditorState} state
 * @param {number} at
 */
const isProse = (state, at) => /String|Comment/.test(syntaxTree(state).resolveInner(at, -1).name);

/**
 * @param {Entry} entry
 * @param {Language} language
 */
function shown(entry, language) {
  const element = document.createElement("div");
  element.className = "api";
  const code = document.createElement("code");
  code.textContent = entry[language] || entry.name;
  const text = document.createElement("span");
  text.textContent = entry[language] ? entry.text : `${entry.text} (not in this language)`;
  element.append(code, text);
  return element;
}

/**
 * The name of the API at a place, with where it stands.
 *
 * @param {import("@codemirror/state").EditorState} state
 * @param {number} at
 */
async function entryAt(state, at) {
  if (isProse(state, at)) return null;
  const line = state.doc.lineAt(at);
  for (const { 0: text, index } of line.text.matchAll(/[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*/g)) {
    const from = line.from + index;
    if (at < from || at > from + text.length) continue;
    // Of HTTP.param both the module and the function have a text: the part that is pointed at counts
    const to = text.indexOf(".", at - from);
    const name = to < 0 ? text : text.slice(0, to);
    const entry = (await table).get(name);
    return entry ? { entry, from, to: from + name.length } : null;
  }
  return null;
}

/** @type {import("@codemirror/state").StateEffectType<import("@codemirror/view").Tooltip | null>} */
const setHelp = StateEffect.define();

/** The help that was asked for by keyboard, until something is written or the cursor moves. */
const help = StateField.define({
  create: () => /** @type {import("@codemirror/view").Tooltip | null} */ (null),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setHelp)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : value;
  },
  provide: (field) => showTooltip.from(field),
});

/**
 * Show the help for the name at the cursor.
 *
 * @param {Language} language
 * @returns {import("@codemirror/view").Command}
 */
export const helpAtCursor = (language) => (view) => {
  const at = view.state.selection.main.head;
  entryAt(view.state, at).then((found) => {
    if (!found) return;
    const dom = shown(found.entry, language);
    dom.setAttribute("role", "status"); // read aloud, as the focus stays where it is
    view.dispatch({ effects: setHelp.of({ pos: found.from, above: true, create: () => ({ dom }) }) });
  });
  return true;
};

/** @type {import("@codemirror/view").Command} */
export function closeHelp(view) {
  if (!view.state.field(help, false)) return false;
  view.dispatch({ effects: setHelp.of(null) });
  return true;
}

/** @param {Language} language */
export const apiHover = (language) => [
  hoverTooltip(async (view, at) => {
    const found = await entryAt(view.state, at);
    return found && { pos: found.from, end: found.to, above: true, create: () => ({ dom: shown(found.entry, language) }) };
  }),
  help,
];
