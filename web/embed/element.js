/** Defines <sim-device>: a simulated device within any page, in a frame of its own (docs/reference/embed.md). */

const SITE = new URL("embed.html", import.meta.url);
const OPTIONS = ["view", "autostart", "theme", "lang", "seed"];
const EVENTS = ["ready", "state", "traffic", "console", "check", "resize"];

/** Outside of a browser, where pages are rendered ahead, the module can be imported and defines nothing. */
const Base = globalThis.HTMLElement ?? class {};

export class SimDeviceElement extends Base {
  /** @type {HTMLIFrameElement | undefined} */
  #frame;
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
  #asked = new Map();
  #count = 0;
  #isReady = () => {};
  /** @type {Promise<void>} */
  #ready = Promise.resolve();
  #listen = (/** @type {MessageEvent} */ event) => this.#receive(event);

  connectedCallback() {
    const address = new URL(SITE);
    for (const name of OPTIONS) {
      const value = this.getAttribute(name);
      if (value !== null) address.searchParams.set(name, value);
    }
    const scripts = [...this.querySelectorAll('script[type^="text/"]')];
    const source = this.getAttribute("src");
    if (source || scripts.length) address.searchParams.set("wait", "1");
    this.#ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
    const frame = document.createElement("iframe");
    frame.title = this.getAttribute("label") ?? "Simulated device";
    frame.allow = "clipboard-write";
    frame.loading = "lazy";
    const height = Number(this.getAttribute("height") ?? 480);
    frame.style.cssText = `display:block;width:100%;height:${height || 480}px;border:0`;
    frame.src = address.href;
    this.#frame = frame;
    addEventListener("message", this.#listen);
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.replaceChildren(frame);
    if (source) this.#fetch(source);
    else if (scripts.length) this.load({ files: Object.fromEntries(scripts.map((script) => [script.getAttribute("name") ?? "init.js", textOf(script)])) });
  }

  disconnectedCallback() {
    removeEventListener("message", this.#listen);
    for (const { reject } of this.#asked.values()) reject(new Error("the device was taken out of the page"));
    this.#asked.clear();
  }

  /** @param {string} source */
  async #fetch(source) {
    try {
      const response = await fetch(new URL(source, document.baseURI));
      if (!response.ok) throw new Error(`${source}: ${response.status} ${response.statusText}`);
      const text = await response.text();
      const name = source.replace(/[?#].*$/, "").split("/").pop() ?? "";
      await (name.endsWith(".json") ? this.load(JSON.parse(text)) : name.endsWith(".md") ? this.load(text) : this.load({ files: { [name]: text } }));
    } catch (error) {
      this.dispatchEvent(new CustomEvent("problem", { detail: String(error) }));
    }
  }

  /** @param {{type: string, [field: string]: unknown}} message @returns {Promise<any>} */
  async ask(message) {
    await this.#ready;
    const id = ++this.#count;
    const answered = new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
    this.#frame?.contentWindow?.postMessage({ simdevice: 1, id, ...message }, SITE.origin);
    return answered;
  }

  run() {
    return this.ask({ type: "run" });
  }

  stop() {
    return this.ask({ type: "stop" });
  }

  /** @param {object | string} what a project, or the text of a lesson */
  load(what) {
    return this.ask(typeof what === "string" ? { type: "load", lesson: what } : { type: "load", project: what });
  }

  /** @param {string} method @param {string} target @param {object} [options] */
  send(method, target, options = {}) {
    return this.ask({ type: "send", method, target, ...options });
  }

  /** @param {string} view */
  setView(view) {
    return this.ask({ type: "setView", view });
  }

  /** @param {MessageEvent} event */
  #receive({ source, origin, data }) {
    if (source !== this.#frame?.contentWindow || origin !== SITE.origin || data?.simdevice !== 1) return;
    const { type, id } = data;
    if (type === "answer") {
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      if (data.ok) asked?.resolve(data.value);
      else asked?.reject(new Error(data.error));
      return;
    }
    if (type === "ready") this.#isReady();
    if (type === "resize" && this.getAttribute("height") === "auto" && this.#frame) {
      this.#frame.style.height = `${Math.min(Math.max(Number(data.height) || 0, 120), 4000)}px`;
    }
    if (EVENTS.includes(type)) this.dispatchEvent(new CustomEvent(type, { detail: data }));
  }
}

/** @param {Element} script the program in it, without the line that follows its tag and what all lines are indented by */
function textOf({ textContent }) {
  const lines = (textContent ?? "").replace(/^\s*\n/, "").trimEnd().split("\n");
  const indents = lines.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length);
  const least = Math.min(...indents);
  return lines.map((line) => line.slice(least)).join("\n") + "\n";
}

if (globalThis.customElements && !customElements.get("sim-device")) customElements.define("sim-device", SimDeviceElement);
