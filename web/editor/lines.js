/** Marks lines of the editor, in a gutter of its own and by their ground. */

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutter } from "@codemirror/view";

/** @typedef {import("../marks.js").Mark} Mark */

/** Puts marks in the place of those that are there. */
export const setMarks = /** @type {import("@codemirror/state").StateEffectType<readonly Mark[]>} */ (StateEffect.define());

class LineMarker extends GutterMarker {
  /** @param {Mark} mark */
  constructor(mark) {
    super();
    this.mark = mark;
  }

  /** @param {LineMarker} other */
  eq(other) {
    return this.mark.label === other.mark.label && this.mark.title === other.mark.title;
  }

  toDOM() {
    const { kinds, label, title } = this.mark;
    const element = document.createElement("span");
    Object.assign(element, { className: `mark ${kinds.join(" ")}`, textContent: label, title });
    return element;
  }
}

const grounds = { sent: Decoration.line({ class: "line-sent" }), failed: Decoration.line({ class: "line-failed" }) };

/** @type {StateField<{markers: RangeSet<GutterMarker>, lines: import("@codemirror/view").DecorationSet}>} */
const field = StateField.define({
  create: () => ({ markers: RangeSet.empty, lines: Decoration.none }),
  update({ markers, lines }, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) return made(transaction.newDoc, effect.value);
    }
    if (!transaction.docChanged) return { markers, lines };
    return { markers: markers.map(transaction.changes), lines: lines.map(transaction.changes) };
  },
  provide: (from) => EditorView.decorations.from(from, ({ lines }) => lines),
});

/**
 * @param {import("@codemirror/state").Text} doc
 * @param {readonly Mark[]} marks
 */
function made(doc, marks) {
  const there = marks.filter(({ line }) => line <= doc.lines).map((mark) => ({ mark, at: doc.line(mark.line).from }));
  return {
    markers: RangeSet.of(there.map(({ mark, at }) => new LineMarker(mark).range(at))),
    lines: Decoration.set(
      there.flatMap(({ mark, at }) => mark.kinds.flatMap((kind) => (kind === "endpoint" ? [] : [grounds[kind].range(at)]))),
    ),
  };
}

/** @returns {import("@codemirror/state").Extension} */
export const markGutter = () => [
  field,
  gutter({ class: "cm-marks", markers: (view) => view.state.field(field).markers }),
];
