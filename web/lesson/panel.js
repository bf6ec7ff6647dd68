/** Shows a lesson beside the editor: its text step by step, its checks and how they stand, hints and the solution. */

import { html, nothing } from "lit";
import { plural } from "../format.js";
import { Panel } from "../panels/panel.js";
import { blocks, line, stepsOf } from "./text.js";

/** @typedef {import("../protocol.js").Lesson} Lesson */
/** @typedef {import("../protocol.js").Verdict} Verdict */

/** @type {{[state in Verdict["state"]]: [sign: string, word: string]}} */
const STATES = { pass: ["✓", "passed"], fail: ["✗", "failed"], open: ["○", "not yet"] };

export class LessonPanel extends Panel {
  static properties = {
    lesson: {},
    verdicts: {},
    isChecking: {},
    isSolved: {},
    problem: {},
    canCheck: {},
    step: { state: true },
    hints: { state: true },
  };

  constructor() {
    super();
    /** @type {Lesson | null} */
    this.lesson = null;
    /** @type {readonly Verdict[]} How it stood at the last look; empty: it was not looked yet. */
    this.verdicts = [];
    this.isChecking = false;
    /** Whether the solution is in the editor. */
    this.isSolved = false;
    /** Why it could not be checked. */
    this.problem = "";
    this.canCheck = false;
    this.step = 0;
    /** How many hints are shown. */
    this.hints = 0;
    /** @type {ReturnType<typeof stepsOf>} */
    this.steps = [];
    this.onCheck = () => {};
    this.onSolution = () => {};
    this.onReset = () => {};
    this.onLeave = () => {};
    /** @type {(seq: number) => void} */
    this.onShow = () => {};
    /** @type {(attempt: import("../protocol.js").LessonTry) => void} */
    this.onTry = () => {};
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("lesson")) return;
    Object.assign(this, { step: 0, hints: 0, steps: this.lesson ? stepsOf(this.lesson.text) : [] });
  }

  render() {
    const { lesson, steps, step } = this;
    if (!lesson) return nothing;
    const last = steps.length - 1;
    return html`
      <div class="bar">
        <h2 id="lesson-title">${lesson.title}</h2>
        <span class="actions"><button type="button" class="quiet" @click=${() => this.onLeave()}>Leave</button></span>
      </div>
      <div class="scroll lesson-body" tabindex="0" role="group" aria-labelledby="lesson-title">
        <div class="prose">${blocks(steps[step] ?? [])}</div>
        ${last > 0
          ? html`<nav class="steps" aria-label="Steps">
              <button type="button" ?disabled=${step === 0} @click=${() => this.go(step - 1)}>Back</button>
              <span class="hint" aria-live="polite">Step ${step + 1} of ${steps.length}</span>
              <button type="button" ?disabled=${step === last} @click=${() => this.go(step + 1)}>Next</button>
            </nav>`
          : nothing}
        ${this.list(lesson)} ${this.help(lesson)} ${this.attempts(lesson)}
      </div>
    `;
  }

  /** @param {Lesson} lesson */
  list({ checks }) {
    const passed = this.verdicts.filter(({ state }) => state === "pass").length;
    const isDone = passed === checks.length;
    return html`
      <div class="checking">
        <button type="button" class="primary" ?disabled=${!this.canCheck || this.isChecking} @click=${() => this.onCheck()}
          title="Runs what is in the editor, tries it, and looks at what it does">Check</button>
        <output aria-label="Result">${this.isChecking
          ? "Trying it ..."
          : this.problem || (this.verdicts.length ? (isDone ? "All checks pass. Well done." : `${passed} of ${plural(checks.length, "check")} pass.`) : "")}</output>
      </div>
      <ul class="checks" aria-label="Checks">
        ${checks.map((text, i) => this.check(text, this.verdicts[i]))}
      </ul>
    `;
  }

  /** @param {string} text @param {Verdict | undefined} verdict */
  check(text, verdict) {
    const [sign, word] = STATES[verdict?.state ?? "open"];
    const { seq = null } = verdict ?? {};
    return html`<li data-check=${verdict?.state ?? "open"}>
      <span class="sign" role="img" aria-label=${word}>${sign}</span>
      <div>
        ${text}
        ${verdict && verdict.state !== "pass" ? html`<p class="seen">${verdict.detail}</p>` : nothing}
        ${verdict && verdict.state !== "pass" && seq !== null
          ? html`<button type="button" class="link" @click=${() => this.onShow(seq)}>Show the message</button>`
          : nothing}
      </div>
    </li>`;
  }

  /** @param {Lesson} lesson */
  help({ hints }) {
    const shown = hints.slice(0, this.hints);
    return html`
      ${shown.length ? html`<ol class="hints prose" aria-label="Hints">${shown.map((hint) => html`<li>${line(hint)}</li>`)}</ol>` : nothing}
      <div class="helpers">
        ${hints.length
          ? html`<button type="button" ?disabled=${this.hints >= hints.length} @click=${() => this.hint()}>Hint</button>`
          : nothing}
        <button type="button" ?disabled=${this.isSolved} @click=${() => this.onSolution()}>Solution</button>
        <button type="button" @click=${() => this.onReset()} title="What is in the editor is kept aside">Reset</button>
      </div>
    `;
  }

  /** @param {Lesson} lesson */
  attempts({ tries }) {
    if (!tries.length) return nothing;
    return html`<details class="attempts">
      <summary>What Check tries</summary>
      <ul>
        ${tries.map((attempt) => html`<li>
          <code>${attempt.text}</code>
          ${attempt.target ? html`<button type="button" class="link" @click=${() => this.onTry(attempt)}>Send</button>` : nothing}
        </li>`)}
      </ul>
    </details>`;
  }

  /** @param {number} step */
  async go(step) {
    this.step = step;
    await this.updateComplete;
    const body = /** @type {HTMLElement} */ (this.querySelector(".lesson-body"));
    body.scrollTop = 0;
    // The button that was pressed may be one that cannot be pressed any more
    if (document.activeElement === document.body || document.activeElement?.matches(":disabled")) body.focus();
  }

  hint() {
    this.hints++;
  }
}

customElements.define("sim-lesson", LessonPanel);
