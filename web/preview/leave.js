/** Sends whoever wants to leave the device's page to the outer page: links, forms, refreshes, the history. */

import { latin1Of } from "./bytes.js";

export class Leave {
  /**
   * @param {import("./line.js").Line} line
   * @param {import("./place.js").Place} place
   */
  constructor(line, place) {
    this.line = line;
    this.place = place;
    /** @type {Map<number, unknown>} What the page has said with each entry of the history that is its own. */
    this.states = new Map();
    this.entry = 0;
    this.length = 1;
  }

  /**
   * Have the panel show another address.
   *
   * @param {string} url
   * @param {{method?: string, headers?: [string, string][], body?: string, replace?: boolean}} [request]
   */
  go(url, request = {}) {
    if (/^javascript:/i.test(url)) {
      (0, eval)(decodeURIComponent(url.slice(11)));
      return;
    }
    if (!request.method && !this.place.isElsewhere(url)) {
      location.hash = new URL(url).hash;
      this.place.url = url;
      return;
    }
    this.line.tell("go", { url, ...request });
  }

  /** What the page does before it hears of a click or a form; a page that writes itself anew forgets it. */
  listen() {
    window.addEventListener("click", (event) => this.clicked(event));
    window.addEventListener("auxclick", (event) => this.clicked(event));
    window.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("hashchange", () => {
      this.place.url = this.place.url.split("#")[0] + location.hash;
      this.line.tell("history", { entry: this.entry, url: this.place.url, isNew: false });
    });
  }

  /** @param {Event} event */
  clicked(event) {
    if (event.defaultPrevented) return;
    const link = event.composedPath().find((node) => node instanceof Element && node.matches("a, area"));
    if (!(link instanceof Element)) return;
    const href = link.getAttribute("href") ?? link.getAttribute("xlink:href");
    if (href === null) return;
    event.preventDefault();
    if (/** @type {MouseEvent} */ (event).button === 2) return;
    this.go(this.place.resolve(href));
  }

  /** @param {SubmitEvent} event */
  submitted(event) {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    if (this.methodOf(form, event.submitter) === "dialog") return;
    event.preventDefault();
    this.send(form, event.submitter);
  }

  /** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
  methodOf(form, submitter) {
    return (submitter?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get").toLowerCase();
  }

  /**
   * Send a form as the browser does (HTML, 4.10.22.3).
   *
   * @param {HTMLFormElement} form
   * @param {HTMLElement | null} [submitter]
   */
  async send(form, submitter = null) {
    const data = new FormData(form, submitter);
    const action = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
    const kind = (submitter?.getAttribute("formenctype") ?? form.getAttribute("enctype") ?? "").toLowerCase();
    const url = new URL(this.place.resolve(action.trim() || this.place.url));
    const texts = [...data].map(([name, value]) => /** @type {[string, string]} */ ([name, typeof value === "string" ? value : value.name]));
    if (this.methodOf(form, submitter) !== "post") {
      url.search = new URLSearchParams(texts).toString();
      this.line.tell("go", { url: url.href });
      return;
    }
    const { type, body } = await bodyOf(kind, data, texts);
    this.line.tell("go", { url: url.href, method: "POST", headers: [["Content-Type", type]], body });
  }

  /** Put what can be put in place of the browser's own: the location itself cannot. */
  install() {
    const leave = this;
    HTMLFormElement.prototype.submit = function submit() {
      leave.send(this);
    };
    window.open = (url) => {
      if (url) this.go(this.place.resolve(url));
      return null;
    };
    this.installHistory();
    this.line.on("pop", ({ entry, url }) => this.pop(entry, url));
  }

  installHistory() {
    const history = History.prototype;
    /** @type {(isNew: boolean) => (state: unknown, title: string, url?: string | URL | null) => void} */
    const change = (isNew) => (state, title, url) => {
      const address = new URL(url === undefined || url === null ? this.place.url : this.place.resolve(url));
      if (address.origin !== new URL(this.place.url).origin) {
        throw new DOMException(`the history of this page cannot hold ${address.href}`, "SecurityError");
      }
      if (isNew) this.length++;
      this.entry = isNew ? Math.max(...this.states.keys(), this.entry) + 1 : this.entry;
      this.states.set(this.entry, structuredClone(state));
      this.place.set(address.href);
      mirror(address);
      this.line.tell("history", { entry: this.entry, url: address.href, isNew });
    };
    history.pushState = change(true);
    history.replaceState = change(false);
    history.back = () => this.line.tell("move", { by: -1 });
    history.forward = () => this.line.tell("move", { by: 1 });
    history.go = (by = 0) => this.line.tell("move", { by: Math.trunc(Number(by)) || 0 });
    Object.defineProperty(history, "state", { configurable: true, get: () => this.states.get(this.entry) ?? null });
    Object.defineProperty(history, "length", { configurable: true, get: () => this.length });
  }

  /**
   * Go back or forth within the page.
   *
   * @param {number} entry
   * @param {string} url
   */
  pop(entry, url) {
    this.entry = entry;
    this.place.set(url);
    mirror(new URL(url));
    window.dispatchEvent(new PopStateEvent("popstate", { state: this.states.get(entry) ?? null }));
  }
}

const plainReplace = History.prototype.replaceState;

/**
 * Let `location` show query and fragment; its path cannot be changed here.
 *
 * @param {URL} url
 */
export function mirror({ search, hash }) {
  try {
    plainReplace.call(history, null, "", `${location.href.split(/[?#]/)[0]}${search}${hash}`);
  } catch {
    // This browser does not let such a page change it
  }
}

/**
 * @param {string} kind an enctype
 * @param {FormData} data
 * @param {[string, string][]} texts
 * @returns {Promise<{type: string, body: string}>}
 */
async function bodyOf(kind, data, texts) {
  if (kind === "multipart/form-data") {
    const made = new Response(data);
    const body = latin1Of(new Uint8Array(await made.clone().arrayBuffer()));
    return { type: made.headers.get("content-type") ?? kind, body };
  }
  if (kind === "text/plain") {
    const text = texts.map(([name, value]) => `${name}=${value}\r\n`).join("");
    return { type: kind, body: latin1Of(new TextEncoder().encode(text)) };
  }
  return { type: "application/x-www-form-urlencoded", body: new URLSearchParams(texts).toString() };
}
