/** Holds the lesson that the page is in: opens it, has its checks looked at, and gives its solution. */

import { latin1Of } from "../bytes.js";
import { projectOf } from "../project.js";
import { LessonPanel } from "./panel.js";

/** @typedef {import("../protocol.js").Lesson} Lesson */
/** @typedef {import("../protocol.js").Verdict} Verdict */

/** @type {Promise<{[name: string]: Lesson & {source: string}}> | undefined} */
let loading;

/**
 * Load a lesson of the site.
 *
 * @param {string} name
 */
export async function loadLesson(name) {
  try {
    loading ??= load();
    const lessons = await loading;
    if (Object.hasOwn(lessons, name)) return /** @type {Lesson & {source: string}} */ (lessons[name]);
  } catch (error) {
    loading = undefined;
    throw new Error(`The lessons could not be loaded: ${/** @type {Error} */ (error).message}.`);
  }
  throw new Error(`There is no lesson called ${name.slice(0, 60)}.`);
}

async function load() {
  const response = await fetch(new URL("lessons.json", import.meta.url));
  if (!response.ok) throw new Error(`the server says ${response.status}`);
  return response.json();
}

export class Lessons {
  /**
   * @param {import("../control.js").Control} control
   * @param {{show: (seq: number) => void, write: (request: import("../requests.js").Written) => void}} page `write` fills the request line
   */
  constructor(control, page) {
    this.control = control;
    this.page = page;
    this.panel = new LessonPanel();
    /** @type {(Lesson & {source: string}) | null} */
    this.lesson = null;
    /** Which check is the newest; an older one that ends later must change nothing. */
    this.turn = 0;
    /** @type {(verdicts: readonly Verdict[]) => void} */
    this.onVerdicts = () => {};
    this.onLeave = () => {};
    Object.assign(this.panel, {
      onCheck: () => this.check(),
      onSolution: () => this.lesson && this.put(this.lesson.solution),
      onReset: () => this.reset(),
      onLeave: () => this.leave(),
      onShow: page.show,
      onTry: (/** @type {import("../protocol.js").LessonTry} */ attempt) => this.attempt(attempt),
    });
  }

  /**
   * Begin a lesson: its files come into the editor.
   *
   * @param {Lesson & {source: string}} lesson
   */
  enter(lesson) {
    this.lesson = lesson;
    this.turn++;
    Object.assign(this.panel, { lesson, verdicts: [], problem: "", isChecking: false });
    this.put(lesson.start);
    const first = lesson.tries.find(({ target }) => target);
    if (!first) return;
    const { method = "GET", target = "/", headers = [], body = "" } = first;
    this.page.write({ method, target, headers: headers.map(([name, value]) => `${name}: ${value}`).join("\n"), body });
  }

  leave() {
    this.lesson = null;
    this.turn++;
    this.panel.lesson = null;
    this.onLeave();
  }

  reset() {
    if (!this.lesson) return;
    this.turn++;
    Object.assign(this.panel, { verdicts: [], problem: "", isChecking: false });
    this.put(this.lesson.start);
  }

  /** @param {{[name: string]: string}} files */
  put(files) {
    const { lesson, control } = this;
    if (!lesson) return;
    const main = lesson.main ?? "";
    control.replace(projectOf(Object.entries(files).map(([name, text]) => ({ name, text })), main));
    Object.assign(control, { main, seed: lesson.seed });
    control.set({ profile: lesson.profile });
  }

  /** @param {import("../protocol.js").LessonTry} attempt */
  attempt({ method = "GET", target = "/", headers = [], body = "" }) {
    const latin1 = headers.map(([name, value]) => /** @type {import("../protocol.js").Header} */ ([latin1Of(name), latin1Of(value)]));
    this.control.send({ method, target: latin1Of(target), headers: latin1, body: latin1Of(body) });
  }

  /** Run what is in the editor, try what the lesson tries, and show what came of it. */
  async check() {
    const { lesson, control, panel } = this;
    if (!lesson) return [];
    const turn = ++this.turn;
    Object.assign(panel, { isChecking: true, problem: "" });
    /** @type {readonly Verdict[]} */
    let verdicts = [];
    let problem = "";
    try {
      await control.run();
      if (control.problem || control.refusal) throw new Error(control.problem || control.refusal);
      ({ checks: verdicts } = await control.session.request("lesson.check", { lesson: lesson.source }));
    } catch (error) {
      problem = /** @type {Error} */ (error).message;
    }
    if (turn !== this.turn) return [];
    Object.assign(panel, { isChecking: false, verdicts, problem });
    this.onVerdicts(verdicts);
    return verdicts;
  }

  /** Tell the panel what has changed. */
  look() {
    const { control, panel, lesson } = this;
    panel.canCheck = control.session.ready && !control.busy;
    const { files } = control.project;
    panel.isSolved =
      lesson !== null && files.every((file) => "text" in file && lesson.solution[file.name] === file.text) && files.length > 0;
  }
}
