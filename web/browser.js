/**
 * Is the browser in the page: fetches documents from the device, shows them in a sandboxed frame and answers the frame.
 *
 * The frame has no origin and no network of its own (preview.html). What its scripts ask for comes here over a port and
 * goes to the device, as a host of its own on the virtual network; nothing else can be asked for.
 */

import { Asker, pathOf, withoutHash } from "./asker.js";
import { Jar } from "./cookies.js";
import { documentOf } from "./document.js";
import { Guest } from "./guest.js";

/** How many documents may follow each other within a time, in milliseconds, with no user behind it. */
const MOST_LOADS = 20;
const RESTLESS_MS = 10_000;

const ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";

/**
 * @typedef {import("./asker.js").Place} Place
 * @typedef {Place & {document: number, entry: number}} Entry of the history; those of one document differ by what its
 *   scripts said with `history.pushState`
 */

export class Browser {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    this.asker = new Asker(session);
    /** @type {Entry[]} */
    this.entries = [];
    this.at = -1;
    /** @type {"empty" | "loading" | "shown" | "failed"} */
    this.state = "empty";
    /** What is shown in the address field. */
    this.address = "";
    this.title = "";
    /** What there is to say about the document, and what went wrong. */
    this.note = "";
    this.problem = "";
    /** How often a device has booted, and how often it had when the document was loaded. */
    this.boots = 0;
    this.loadedAt = 0;
    /** Whether the device has started anew since then. */
    this.isOld = false;
    /** @type {HTMLElement | null} Where the frame stands. */
    this.holder = null;
    /** @type {HTMLIFrameElement | null} */
    this.element = null;
    /** Who answers it. @type {Guest | null} */
    this.guest = null;
    /** What the next frame is to show. @type {import("./preview/main.js").Shown | null} */
    this.next = null;
    this.documents = 0;
    this.turn = 0;
    /** When pages have led to the next. @type {number[]} */
    this.ownLoads = [];
    /** Whether what is being loaded was asked for by the user, and not by the page. */
    this.isUsers = false;
    /** @type {{local: [string, string][], session: [string, string][]}} */
    this.storage = { local: [], session: [] };
    this.onChange = () => {};
    window.addEventListener("message", (event) => this.hello(event));
    document.addEventListener("securitypolicyviolation", (event) => this.strayed(event));
  }

  /**
   * Show frames within an element, and let no frame of this page hold anything but the preview.
   *
   * @param {HTMLElement} holder
   */
  attach(holder) {
    if (this.holder) return;
    this.holder = holder;
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = `frame-src ${PREVIEW}`;
    document.head.append(policy);
  }

  /**
   * @param {import("./protocol.js").Device | null} device
   * @param {number} boots how often a device has booted so far
   * @param {boolean} isOn
   */
  know(device, boots, isOn) {
    const before = this.asker.device?.host;
    this.asker.device = device;
    this.boots = boots;
    if (before && device && before !== device.host) this.meet();
    this.isOld = this.state !== "empty" && (!isOn || this.loadedAt !== boots);
  }

  /** Another device is looked at: nothing of the one before is for its pages. */
  meet() {
    this.asker.jar = new Jar();
    this.storage = { local: [], session: [] };
    this.entries = [];
    this.at = -1;
    if (this.state !== "empty") this.home();
  }

  /** The network is gone, and with it every connection. */
  lose() {
    this.guest?.lose();
  }

  /** @param {Partial<Pick<Browser, "state" | "address" | "title" | "note" | "problem" | "element">>} fields */
  set(fields) {
    Object.assign(this, fields);
    this.onChange();
  }

  /** What is shown. */
  get here() {
    return this.entries[this.at];
  }

  get canGoBack() {
    return this.at > 0;
  }

  get canGoForward() {
    return this.at < this.entries.length - 1;
  }

  /**
   * Go where somebody has written: a path, or an address of the device.
   *
   * @param {string} text
   */
  go(text) {
    const written = text.trim() || "/";
    const { address = "", name = "" } = this.asker.device ?? {};
    const isWhole = /^[a-z][a-z0-9+.-]*:\/\//i.test(written);
    const isHost = [address, name].some((host) => host && (written === host || written.startsWith(`${host}/`) || written.startsWith(`${host}:`)));
    const whole = isWhole ? written : isHost ? `http://${written}` : `${location.origin}${written.startsWith("/") ? "" : "/"}${written}`;
    return this.visit(whole, {}, 80, true);
  }

  home() {
    return this.go("/");
  }

  reload() {
    const { here } = this;
    return here ? this.load(here, {}, "again", true) : this.home();
  }

  /** @param {number} by */
  move(by) {
    const target = this.entries[this.at + by];
    if (!by) return this.reload();
    if (!target) return undefined;
    const { here } = this;
    this.at += by;
    if (target.document === here?.document && this.guest) {
      this.guest.port.postMessage({ type: "pop", entry: target.entry, url: target.url });
      return this.set({ address: this.asker.shown(target) });
    }
    return this.load(target, {}, "again", true);
  }

  /**
   * @param {string} address
   * @param {Partial<import("./asker.js").Ask> & {replace?: boolean}} [request]
   * @param {number} [port] that an address of this site means
   * @param {boolean} [isUsers] whether the user wants it; what the page wants then has to wait
   */
  visit(address, { replace = false, ...request } = {}, port = this.asker.port, isUsers = false) {
    if (this.isUsers && !isUsers) return undefined;
    try {
      return this.load(this.asker.locate(address, port), request, replace ? "again" : "new", isUsers);
    } catch (error) {
      return this.fail(address, messageOf(error));
    }
  }

  /**
   * Load a document and show it.
   *
   * @param {Place} place
   * @param {Partial<import("./asker.js").Ask>} request
   * @param {"new" | "again"} way whether it becomes a new entry of the history
   */
  async load(place, request, way, isUsers = false) {
    if (this.isRestless(isUsers)) return this.fail(this.asker.shown(place), "The page loads itself again and again, so it was stopped");
    const turn = ++this.turn;
    this.isUsers = isUsers;
    const before = this.here;
    this.loadedAt = this.boots;
    this.set({ state: "loading", problem: "", note: "", address: this.asker.shown(place) });
    try {
      const from = before && way === "new" ? [["Referer", withoutHash(this.asker.shown(before))]] : [];
      const headers = /** @type {import("./protocol.js").Header[]} */ ([["Accept", ACCEPT], ...from, ...(request.headers ?? [])]);
      const answer = await this.asker.ask({ method: "GET", body: "", ...request, headers, ...place });
      if (turn !== this.turn) return;
      this.isUsers = false;
      const arrived = { url: answer.url + hashOf(place.url, answer.url), port: answer.port };
      this.remember(arrived, way);
      this.show(answer, arrived);
    } catch (error) {
      if (turn !== this.turn) return;
      this.isUsers = false;
      this.remember(place, way);
      this.fail(this.asker.shown(place), messageOf(error));
    }
  }

  /** Whether pages have led from one to the next too often, with no user behind it. @param {boolean} isUsers */
  isRestless(isUsers) {
    const now = performance.now();
    this.ownLoads = isUsers ? [] : [...this.ownLoads.filter((at) => now - at < RESTLESS_MS), now];
    return this.ownLoads.length > MOST_LOADS;
  }

  /** @param {string} address @param {string} text why there is nothing to be shown */
  fail(address, text) {
    this.drop();
    this.element?.remove();
    this.set({ state: "failed", element: null, title: "", note: "", address, problem: sentence(text) });
  }

  /** @param {Place} place @param {"new" | "again"} way */
  remember(place, way) {
    const { here } = this;
    const entry = { ...place, document: ++this.documents, entry: 0 };
    if (way === "new" && !(here?.url === place.url && here.port === place.port)) {
      this.entries = [...this.entries.slice(0, this.at + 1), entry];
      this.at = this.entries.length - 1;
    } else {
      this.entries[Math.max(0, this.at)] = entry;
      this.at = Math.max(0, this.at);
    }
    this.asker.port = place.port;
  }

  /**
   * @param {import("./asker.js").Answer} answer
   * @param {Place} place
   */
  show(answer, place) {
    const { status, reason } = answer;
    const { url } = place;
    const { kind, text, type, note } = documentOf(answer);
    this.drop();
    this.element?.remove();
    const says = status >= 400 ? `${status} ${reason}: ${explained(status, pathOf(url))}.` : note;
    this.set({ state: "loading", address: this.asker.shown(place), title: "", note: says });
    const { local, session } = this.storage;
    this.next = { url, kind, text, type, status, cookies: this.asker.cookieLines(url), local, session };
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts allow-forms allow-modals");
    frame.referrerPolicy = "no-referrer";
    frame.title = "Page of the device";
    frame.src = PREVIEW;
    this.element = frame;
    this.holder?.append(frame);
  }

  /**
   * A frame has loaded the preview: hand it the document. A second time it has loaded itself anew.
   *
   * @param {MessageEvent} event
   */
  hello({ source, data }) {
    if (!this.element || source !== this.element.contentWindow || data?.type !== "preview") return;
    const { next } = this;
    const { here } = this;
    if (!next) {
      if (!here || this.isUsers) return;
      const url = new URL(here.url);
      if (typeof data.search === "string") url.search = data.search;
      if (typeof data.hash === "string") url.hash = data.hash;
      this.load({ url: url.href, port: here.port }, {}, url.href === here.url ? "again" : "new");
      return;
    }
    this.next = null;
    const { port1, port2 } = new MessageChannel();
    this.guest = new Guest(this, port1);
    this.element.contentWindow?.postMessage(next, "*", [port2]); // it has no origin to name
  }

  /**
   * The policy of this page has kept the frame from going somewhere by `location`; within the device that is a visit.
   *
   * @param {SecurityPolicyViolationEvent} event
   */
  strayed({ effectiveDirective, blockedURI }) {
    if (effectiveDirective !== "frame-src" || !this.element || this.isUsers) return;
    this.drop();
    if (blockedURI.startsWith(`${location.origin}/`)) {
      this.visit(blockedURI);
      return;
    }
    const isDevice = this.asker.names.some((name) => name && blockedURI.includes(`//${name}`));
    const why = isDevice ? "A script can go to a path here, not to a whole address" : "Only the device can be shown here";
    this.fail(this.address, `The page wanted to go to ${blockedURI}. ${why}`);
  }

  /** Forget the frame. */
  drop() {
    this.guest?.leave();
    Object.assign(this, { guest: null, next: null });
  }

  /** @param {string} url @param {number} entry @param {boolean} isNew */
  changeHistory(url, entry, isNew) {
    const { here } = this;
    if (!here || !url.startsWith(`${location.origin}/`) || !Number.isSafeInteger(entry)) return;
    const made = { url, port: here.port, document: here.document, entry };
    if (isNew) {
      this.entries = [...this.entries.slice(0, this.at + 1), made];
      this.at++;
    } else {
      this.entries[this.at] = made;
    }
    this.set({ address: this.asker.shown(made) });
  }

  /**
   * Hand on what happens on a WebSocket of the page.
   *
   * @param {import("./protocol.js").SocketFrame | import("./protocol.js").SocketClosed} event
   */
  take(event) {
    this.guest?.take(event);
  }
}

/** The document that stands in every frame. */
const PREVIEW = new URL("preview.html", document.baseURI).href;

/** The fragment of what was asked for, unless the answer has one. @param {string} asked @param {string} got */
function hashOf(asked, got) {
  const at = asked.indexOf("#");
  return at < 0 || got.includes("#") ? "" : asked.slice(at);
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} text */
const sentence = (text) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

/** @param {number} status @param {string} path */
function explained(status, path) {
  if (status === 404) return `the device has no page at ${path}`;
  if (status === 401 || status === 403) return "the device does not let this page be seen";
  return status >= 500 ? "the device failed to answer" : "the device did not accept the request";
}
