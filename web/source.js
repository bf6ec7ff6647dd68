/**
 * Keeps in the browser what the user has chosen and written, so that it survives a crash, a reload and an example.
 *
 * `localStorage` holds it at once, with every key that is pressed; of files that are too large for it, it holds the keys
 * under which `storage.js` keeps their content.
 */

import { EXAMPLE } from "./examples.js";
import { plural } from "./format.js";
import { faultOfFiles, isOwn, isSame, isText, projectOf } from "./project.js";
import { getTexts, newKey, putTexts, sweepTexts } from "./storage.js";

const KEY = "mos-sim.project";
const ASIDE_KEY = "mos-sim.aside";
const PROFILE_KEY = "mos-sim.profile";

/** Where earlier versions kept the one file that there was. */
const OLD_KEY = "mos-sim.firmware";

/** How many projects are kept aside. */
const ASIDE = 10;

/** How many characters a file may have to be kept in `localStorage`, which holds some five million in all. */
const LARGE = 50_000;

/** @typedef {import("./project.js").Project} Project */
/** @typedef {import("./project.js").File} File */

/** The generations of the library that a device can imitate (sim/profile.py). */
export const PROFILES = Object.freeze([
  { name: "documented", text: "As the API documentation promises." },
  { name: "mongoose-6.18", text: "As version 6.18 behaves, quirks included." },
  { name: "mongoose-6.7", text: "As version 6.7 of 2017 behaves, quirks included." },
]);

/** Whether the browser keeps anything: a page within another, or one that a program drives, leaves no trace. */
let keeps = true;

/** Neither read nor write what the browser keeps. */
export function keepNothing() {
  keeps = false;
}

/** The keys of large files; a file is never changed, so its content has one key. @type {WeakMap<File, string>} */
const keys = new WeakMap();

/** Keys whose content is kept. @type {Set<string>} */
const stored = new Set();

/** What stands in place of the content of a large file. @typedef {{name: string, key: string, binary: boolean}} Away */
/** @typedef {Omit<Project, "files"> & {files: (File | Away)[]}} Kept */

export class Keeper {
  constructor() {
    /** Why what is written is not kept, empty if it is. */
    this.problem = "";
    this.onProblem = () => {};
    /** @type {Map<string, Kept | Kept[] | null>} What is to be written once large files are kept, by key. */
    this.waiting = new Map();
    /** @type {Map<string, string>} */
    this.texts = new Map();
    /** @type {Promise<void> | null} */
    this.writing = null;
  }

  /** @returns {Promise<Project>} the example if nothing is kept */
  async loadProject() {
    const kept = read(KEY) ?? read(OLD_KEY);
    const [project] = await this.unpack([kept]);
    const lost = (kept?.files?.length ?? 0) - (project?.files.length ?? 0);
    if (lost > 0) this.tell(`The browser has lost ${plural(lost, "file")} of the project.`);
    return project ?? EXAMPLE;
  }

  /**
   * The user's own projects that others have taken the place of, newest first.
   *
   * @returns {Promise<readonly Project[]>}
   */
  async loadAside() {
    if (!keeps) return [];
    const list = read(ASIDE_KEY);
    const aside = await this.unpack(Array.isArray(list) ? list : []);
    const named = [read(KEY), ...(Array.isArray(list) ? list : [])].flatMap((kept) => kept?.files ?? []);
    sweepTexts(new Set(named.map(({ key }) => key))).catch(() => {}); // there is no storage, then
    return aside;
  }

  /** @param {Project} project */
  keepProject(project) {
    const isExample = !isOwn(project) && isSame(project.files, EXAMPLE.files) && project.open === EXAMPLE.open;
    this.keep(KEY, isExample ? null : this.pack(project));
    write(OLD_KEY, null);
  }

  /**
   * Put a project aside if the user wrote any of it, and take another one back from there.
   *
   * @param {readonly Project[]} aside
   * @param {Project} old
   * @param {Project} taken
   */
  putAside(aside, old, taken) {
    const others = aside.filter(({ files }) => !isSame(files, old.files) && !isSame(files, taken.files));
    const list = (isOwn(old) && old.files.length ? [old, ...others] : others).slice(0, ASIDE);
    this.keep(ASIDE_KEY, list.length ? list.map((project) => this.pack(project)) : null);
    return list;
  }

  /** @param {Project} project @returns {Kept} */
  pack(project) {
    return {
      ...project,
      files: project.files.map((file) => {
        const content = isText(file) ? file.text : file.data;
        if (content.length <= LARGE) return file;
        const key = keys.get(file) ?? newKey();
        keys.set(file, key);
        if (!stored.has(key)) this.texts.set(key, content);
        return { name: file.name, key, binary: !isText(file) };
      }),
    };
  }

  /** @param {readonly any[]} kept @returns {Promise<Project[]>} those that can be read */
  async unpack(kept) {
    const away = kept.flatMap((project) => (Array.isArray(project?.files) ? project.files : [])).map((file) => file?.key);
    const texts = await getTexts(away.filter((key) => typeof key === "string")).catch(() => new Map());
    return kept.flatMap((project) => {
      const files = isTextFile(project) ? [project] : (project?.files ?? []);
      if (!project || !Array.isArray(files)) return [];
      const { open, origin = "", edited = false } = project;
      const found = files.flatMap((file) => fileOf(file, texts));
      return found.length && !faultOfFiles(found) ? [{ ...projectOf(found, open, origin), edited }] : [];
    });
  }

  /** @param {string} key @param {Kept | Kept[] | null} value */
  keep(key, value) {
    if (!keeps) return;
    if (!this.texts.size && !this.writing) return this.tell(write(key, value));
    this.waiting.set(key, value);
    this.writing ??= this.writeAll().finally(() => (this.writing = null));
  }

  /** Keep large files first, and then what names them; what is kept meanwhile takes its turn. */
  async writeAll() {
    while (this.waiting.size) {
      const { texts, waiting } = this;
      Object.assign(this, { texts: new Map(), waiting: new Map() });
      const problem = await putTexts(texts).then(() => "", sayProblem);
      if (!problem) for (const key of texts.keys()) stored.add(key);
      const problems = [...waiting].map(([key, value]) => problem || write(key, value));
      this.tell(problems.find(Boolean) ?? "");
    }
  }

  /** @param {string} problem */
  tell(problem) {
    if (this.problem === problem) return;
    this.problem = problem;
    this.onProblem();
  }
}

/** Whether nothing is kept that makes the page open with anything but the example as it is. */
export const isUntouched = () => read(KEY) === null && read(OLD_KEY) === null && loadProfile() === PROFILES[0].name;

/** @returns {string} */
export function loadProfile() {
  const name = read(PROFILE_KEY);
  return PROFILES.find((profile) => profile.name === name)?.name ?? PROFILES[0].name;
}

/** @param {string} name */
export const keepProfile = (name) => write(PROFILE_KEY, name === PROFILES[0].name ? null : name);

/** @param {any} value */
const isTextFile = (value) => typeof value?.name === "string" && typeof value?.text === "string";

/**
 * @param {any} file as it was kept
 * @param {ReadonlyMap<string, string>} texts
 * @returns {File[]} none if it cannot be read
 */
function fileOf(file, texts) {
  if (isTextFile(file)) return [{ name: file.name, text: file.text }];
  if (typeof file?.name !== "string") return [];
  if (typeof file.data === "string") return [{ name: file.name, data: file.data }];
  const content = texts.get(file.key);
  if (content === undefined) return [];
  const { name } = file;
  const made = file.binary ? { name, data: content } : { name, text: content };
  keys.set(made, file.key);
  stored.add(file.key);
  return [made];
}

/** @param {string} key @returns {any} */
function read(key) {
  if (!keeps) return null;
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null; // what is kept is no JSON, or the browser keeps nothing
  }
}

/**
 * @param {string} key
 * @param {unknown} value null: none
 * @returns {string} why it is not kept, empty if it is
 */
function write(key, value) {
  if (!keeps) return "";
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return "";
  } catch (error) {
    return sayProblem(error);
  }
}

/** @param {any} error */
const sayProblem = (error) =>
  error?.name === "QuotaExceededError"
    ? "The browser has no room for this project: download it, or it is lost when the page is closed."
    : "The browser keeps nothing here: download what you write, or it is lost when the page is closed.";
