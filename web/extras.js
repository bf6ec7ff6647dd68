/** Wires what is around the device: links to share, the page's API, lessons, and the page within another. */

import { SimDevice } from "./api.js";
import { LessonMenu } from "./lesson/menu.js";
import { BUNDLE, RUN } from "./mode.js";
import { SharePanel } from "./panels/share.js";
import { openFile } from "./project.js";

/** @typedef {import("./control.js").Control} Control */
/** @typedef {import("./mode.js").Mode} Mode */

const FILE = "project.mos.zip";

/** How long after its start the page has its files kept for later: what it has to do first is done then. */
const KEEP_MS = 8_000;

/** Have the site's files kept for when there is no network; where that cannot be, nothing is lost. */
function keepFiles() {
  navigator.serviceWorker?.register(globalThis.first.trusted("offline.js")).catch(() => {});
}

/**
 * @param {string} text
 * @returns {boolean} whether it is the file of a run, of whatever version
 */
function isRun(text) {
  try {
    return "mos-sim-run" in JSON.parse(text);
  } catch {
    return false;
  }
}

export class Extras {
  /**
   * @param {Control} control
   * @param {Mode} mode
   * @param {{show: (seq: number) => void, openPage: () => void, write: (request: import("./requests.js").Written) => void}} page
   */
  constructor(control, mode, page) {
    this.page = page;
    this.control = control;
    this.mode = mode;
    this.api = new SimDevice(control);
    window.simdevice = this.api;
    this.share = new SharePanel();
    this.share.onShare = () => this.makeLink();
    this.menu = new LessonMenu();
    this.menu.onOpen = (name) => this.enter(name);
    /** @type {import("./lesson/lessons.js").Lessons | null} */
    this.lessons = null;
    this.dress();
    /** How the page speaks with one around it. @type {import("./embed/frame.js").Frame | null} */
    this.frame = null;
    addEventListener("hashchange", () => this.openLink());
  }

  /** Make the page look as its address says. */
  dress() {
    const { mode } = this;
    const { body, documentElement } = document;
    if (mode.theme) documentElement.style.colorScheme = mode.theme;
    if (mode.isEmbedded) body.dataset.embedded = "yes";
    this.setView(mode.isHeadless ? "headless" : mode.view);
    document.querySelector(".top sim-status")?.before(this.menu, this.share);
  }

  /** @param {import("./mode.js").ViewName | "headless"} view */
  setView(view) {
    document.body.dataset.view = view;
    if (view === "page") this.page.openPage();
  }

  /** Begin with what the address says. */
  async open() {
    const { control, mode } = this;
    if (mode.isEmbedded) {
      const { Frame } = await import("./embed/frame.js");
      this.frame = new Frame(this, window.parent === window ? null : window.parent);
    }
    if (mode.isHeadless) {
      await control.startPython();
      return this.api.begun();
    }
    // What is the user's own is put aside for what the link holds, so it has to be there first
    await (control.loading ??= control.load());
    control.seed = mode.seed;
    await this.openLink({ boots: false });
    if (mode.lesson) await this.enter(mode.lesson);
    await this.frame?.wait(mode.autostart);
    if (this.frame?.lesson) await this.openLesson(this.frame.lesson);
    else if (!(await this.openRun())) await control.open();
    this.api.begun();
    if (document.body.dataset.view === "page") this.page.openPage();
    if (!mode.isEmbedded) setTimeout(keepFiles, KEEP_MS);
  }

  /** Play the run of the address, if it holds one, and tell whether that was done. */
  async openRun() {
    if (!location.hash.startsWith(RUN)) return false;
    const { openLink } = await import("./run.js");
    return openLink(this.control);
  }

  /** Take over the project of the address, if it holds one. */
  async openLink({ boots = true } = {}) {
    const { control } = this;
    if (boots) await this.openRun();
    if (!location.hash.startsWith(BUNDLE)) return;
    const { ShareError, openBundle, readFragment } = await import("./share.js");
    try {
      openBundle(control, await readFragment(location.hash));
    } catch (error) {
      if (!(error instanceof ShareError)) throw error;
      this.share.say(error.message);
      control.model.note("error", error.message);
      return control.onChange();
    } finally {
      // What is written from now on shall not be undone by a reload
      history.replaceState(null, "", location.pathname + location.search);
    }
    if (boots) await control.run();
  }

  /** @returns {Promise<{link: string, said: string}>} */
  async makeLink() {
    const { LONGEST, bundleOf, makeFragment } = await import("./share.js");
    const bundle = bundleOf(this.control);
    if (!bundle.files.length) return { link: "", said: "There is nothing to share: the project has no files." };
    const fragment = await makeFragment(bundle);
    if (fragment.length <= LONGEST) {
      const page = new URL(location.href);
      page.search = page.hash = "";
      return { link: page.href + fragment, said: "" };
    }
    const { download, zip } = await import("./archive.js");
    download(FILE, await zip(bundle.files));
    return { link: "", said: `The project is too large for a link, so it was saved as ${FILE}; Open reads it.` };
  }

  /**
   * Begin a lesson of the site.
   *
   * @param {string} name
   */
  async enter(name) {
    try {
      const { loadLesson } = await import("./lesson/lessons.js");
      await this.begin(await loadLesson(name));
      this.menu.name = name;
    } catch (error) {
      this.menu.problem = /** @type {Error} */ (error).message;
      this.menu.updated();
    }
  }

  /**
   * Begin a lesson that somebody else has written.
   *
   * @param {string} source
   */
  async enterText(source) {
    const { session } = this.control;
    await this.begin({ ...(await session.request("lesson.read", { lesson: source })), source });
  }

  /** Start with a lesson of the page around this one. @param {string} source */
  async openLesson(source) {
    if (!(await this.control.startPython())) return;
    try {
      await this.enterText(source);
    } catch (error) {
      this.menu.problem = /** @type {Error} */ (error).message;
    }
    await this.control.run();
  }

  /** @param {import("./protocol.js").Lesson & {source: string}} lesson */
  async begin(lesson) {
    const { Lessons } = await import("./lesson/lessons.js");
    if (!this.lessons) {
      this.lessons = new Lessons(this.control, this.page);
      this.lessons.onLeave = () => this.left();
      this.lessons.onVerdicts = (verdicts) => this.frame?.tellChecks(verdicts);
      const section = document.createElement("section");
      section.className = "lesson";
      section.setAttribute("aria-label", "Lesson");
      section.append(this.lessons.panel);
      document.querySelector("main")?.prepend(section);
    }
    Object.assign(this.menu, { name: "", problem: "" });
    this.show(true);
    this.lessons.enter(lesson);
    this.lessons.look();
  }

  left() {
    this.menu.name = "";
    this.show(false);
  }

  /** @param {boolean} isOn */
  show(isOn) {
    document.body.dataset.lesson = isOn ? "on" : "off";
    const section = document.querySelector("main > .lesson");
    if (section instanceof HTMLElement) section.hidden = !isOn;
  }

  /**
   * Begin a lesson, or play a run, if that is what the user has opened.
   *
   * @param {import("./project.js").Project} project
   * @returns {boolean} whether it is one
   */
  takes(project) {
    const file = project.files.length === 1 ? openFile(project) : null;
    if (!file || !("text" in file)) return false;
    const { text } = file;
    if (isRun(text)) {
      import("./run.js").then(({ attempt, replay }) => attempt(this.control, () => replay(this.control, text)));
      return true;
    }
    if (!file.name.endsWith(".md") || !file.text.startsWith("+++")) return false;
    this.enterText(file.text).catch((error) => {
      this.menu.problem = error.message;
    });
    return true;
  }

  /** Tell whoever listens what has changed. */
  look() {
    this.api.look();
    this.lessons?.look();
  }
}
