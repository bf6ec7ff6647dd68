/** Loads what the elements of the device's page name, from the device: images, scripts, sheets, sound. */

import { headerOf, textOf } from "./bytes.js";
import { blobAddress, loadCss, namesOther } from "./css.js";
import { WAITING, disarm, disarmText, loads } from "./markup.js";
import { isAsked } from "./place.js";

/** How long images are waited for before the page is shown without them, in milliseconds. */
const PATIENCE_MS = 1000;

/** A specifier in a module: what follows `from`, `import` and `import(`. */
const SPECIFIER = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{0,2}\/[^"'\n]*|https?:[^"'\n]*)\2/g;

export class Loader {
  /**
   * @param {import("./line.js").Line} line
   * @param {import("./place.js").Place} place
   */
  constructor(line, place) {
    this.line = line;
    this.place = place;
    /** What elements name, as their scripts shall see it. @type {WeakMap<Element, Map<string, string>>} */
    this.named = new WeakMap();
    /** Scripts that keep their order. */
    this.inOrder = Promise.resolve();
    /** @type {Map<string, Promise<string>>} */
    this.modules = new Map();
    this.setAttribute = Element.prototype.setAttribute;
    /** Markup of the page's scripts, without what it would load by itself. @type {(text: unknown) => string} */
    this.safe = String;
  }

  /**
   * Load what a page that is not shown yet names: sheets and scripts whatever it takes, images for a while.
   *
   * @param {Document} page
   */
  async prepare(page) {
    /** @type {Promise<unknown>[]} */
    const needed = [];
    /** @type {Promise<unknown>[]} */
    const wanted = [];
    for (const element of page.querySelectorAll("*")) {
      for (const { name } of [...element.attributes].filter((attribute) => attribute.name.startsWith(WAITING))) {
        const isNeeded = ["script", "link"].includes(element.localName);
        (isNeeded ? needed : wanted).push(this.load(element, name.slice(WAITING.length), isNeeded));
      }
    }
    for (const style of page.querySelectorAll("style")) needed.push(this.style(style));
    for (const script of page.querySelectorAll("script[type=module]:not([src])")) needed.push(this.inline(script));
    await Promise.all([...needed, Promise.race([Promise.all(wanted), later(PATIENCE_MS)])]);
  }

  /**
   * Load what one attribute of an element names, and set it.
   *
   * @param {Element} element
   * @param {string} name
   * @param {boolean} [isKept] whether an element that cannot be loaded shall fail at its place
   */
  async load(element, name, isKept = false) {
    const text = element.getAttribute(WAITING + name) ?? "";
    element.removeAttribute(WAITING + name);
    return this.set(element, name, text, isKept);
  }

  /**
   * @param {Element} element
   * @param {string} name
   * @param {string} text what it names
   */
  async set(element, name, text, isKept = false) {
    const known = this.named.get(element) ?? new Map();
    this.named.set(element, known.set(name, text));
    if (name === "style") {
      const css = await loadCss(text, this.place.base, this.line);
      this.setAttribute.call(element, "style", css);
      return;
    }
    if (element.localName === "link" && !/(^|\s)stylesheet(\s|$)/i.test(element.getAttribute("rel") ?? "")) return;
    const url = this.place.resolve(name === "srcset" ? firstOf(text) : text);
    if (name === "srcset" && element.hasAttribute("src")) return;
    if (!text.trim() || !isAsked(url)) {
      this.setAttribute.call(element, name, text);
      return;
    }
    try {
      const address = await this.addressFor(element, url);
      if (known.get(name) === text) this.setAttribute.call(element, name.replace("xlink-", "xlink:"), address);
    } catch {
      if (isKept) this.setAttribute.call(element, name, "about:blank#missing"); // the browser tells the element
      else element.dispatchEvent(new Event("error"));
    }
  }

  /**
   * @param {Element} element
   * @param {string} url
   */
  async addressFor(element, url) {
    if (element.localName === "script" && /^module$/i.test(element.getAttribute("type") ?? "")) return this.module(url);
    const answer = await this.line.fetch({ url });
    if (answer.status >= 400 && element.localName !== "img") throw new Error(`${answer.status} ${answer.reason}`);
    const type = headerOf(answer.headers, "content-type");
    if (element.localName === "link") {
      const css = await loadCss(textOf(answer.body, type), answer.url, this.line);
      return URL.createObjectURL(new Blob([css], { type: "text/css" }));
    }
    if (element.localName !== "script") return blobAddress(answer);
    return URL.createObjectURL(new Blob([textOf(answer.body, type)], { type: "text/javascript" }));
  }

  /**
   * A module, whose own imports are loaded before it. Those in a circle would wait for each other for ever.
   *
   * @param {string} url
   * @param {string[]} [above]
   * @returns {Promise<string>} where it is
   */
  module(url, above = []) {
    if (above.includes(url)) return Promise.reject(new Error(`the modules ${[...above, url].join(", ")} go in a circle`));
    const known = this.modules.get(url) ?? this.fetchModule(url, [...above, url]);
    this.modules.set(url, known);
    return known;
  }

  /** @param {string} url @param {string[]} above */
  async fetchModule(url, above) {
    const answer = await this.line.fetch({ url });
    if (answer.status >= 400) throw new Error(`${answer.status} ${answer.reason}`);
    const source = await this.withImports(textOf(answer.body), answer.url, above);
    return URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  }

  /**
   * @param {string} source
   * @param {string} base
   * @param {string[]} above
   */
  async withImports(source, base, above) {
    const urls = [...source.matchAll(SPECIFIER)].map(([, , , text]) => new URL(text ?? "", base).href);
    const made = new Map(await Promise.all(urls.map(async (url) => /** @type {const} */ ([url, await this.module(url, above)]))));
    return source.replace(SPECIFIER, (_, head, quote, text) => `${head}${quote}${made.get(new URL(text, base).href)}${quote}`);
  }

  /** @param {Element} script a module within the page */
  async inline(script) {
    if (script.hasAttribute(`${WAITING}src`) || !script.textContent) return;
    try {
      script.textContent = await this.withImports(script.textContent, this.place.base, []);
    } catch (error) {
      console.error(error); // it fails at its import, as it would in the browser
    }
  }

  /** @param {HTMLStyleElement} style */
  async style(style) {
    const css = style.textContent ?? "";
    if (namesOther(css)) style.textContent = await loadCss(css, this.place.base, this.line);
  }

  /** Let scripts of the page load from the device too, however they do it. */
  install() {
    this.installProperties();
    this.installMarkup();
    const plain = this.setAttribute;
    const loader = this;
    Element.prototype.setAttribute = function setAttribute(name, value) {
      const isFrame = /^(iframe|frame|object|embed)$/.test(this.localName) && /^(src|data|srcdoc)$/i.test(name);
      if (isFrame) return;
      if (loads(this.localName, name)) loader.begin(this, String(name).toLowerCase(), String(value));
      else plain.call(this, name, value);
    };
  }

  /**
   * @param {Element} element
   * @param {string} name
   * @param {string} text
   */
  begin(element, name, text) {
    if (element instanceof HTMLScriptElement && !element.async) {
      this.inOrder = this.inOrder.then(() => this.set(element, name, text));
    } else {
      this.set(element, name, text);
    }
  }

  installProperties() {
    const loader = this;
    /** @type {[{prototype: any}, string[]][]} */
    const kinds = [
      [HTMLImageElement, ["src", "srcset"]],
      [HTMLScriptElement, ["src"]],
      [HTMLSourceElement, ["src", "srcset"]],
      [HTMLMediaElement, ["src"]],
      [HTMLVideoElement, ["poster"]],
      [HTMLTrackElement, ["src"]],
      [HTMLInputElement, ["src"]],
      [HTMLLinkElement, ["href"]],
    ];
    for (const [{ prototype }, names] of kinds) {
      for (const name of names) {
        const plain = Object.getOwnPropertyDescriptor(prototype, name);
        if (!plain?.get) continue;
        Object.defineProperty(prototype, name, {
          ...plain,
          get() {
            const text = loader.named.get(this)?.get(name);
            if (text === undefined) return plain.get?.call(this);
            return name === "srcset" ? text : loader.place.resolve(text);
          },
          set(value) {
            loader.begin(this, name, String(value));
          },
        });
      }
    }
    for (const [{ prototype }, name] of /** @type {[{prototype: any}, string][]} */ ([
      [HTMLIFrameElement, "src"],
      [HTMLIFrameElement, "srcdoc"],
      [HTMLObjectElement, "data"],
      [HTMLEmbedElement, "src"],
    ])) {
      Object.defineProperty(prototype, name, { get: () => "", set() {}, configurable: true });
    }
    const PlainAudio = window.Audio;
    window.Audio = /** @type {any} */ (
      function Audio(/** @type {string | undefined} */ url) {
        const audio = new PlainAudio();
        audio.preload = "auto";
        if (url !== undefined) audio.src = url;
        return audio;
      }
    );
    Object.defineProperty(window.Audio, "prototype", { value: PlainAudio.prototype });
    const style = Object.getOwnPropertyDescriptors(CSSStyleDeclaration.prototype);
    for (const name of ["background", "backgroundImage", "listStyleImage", "cssText"]) {
      const plain = /** @type {any} */ (style)[name];
      if (!plain?.set) continue;
      Object.defineProperty(CSSStyleDeclaration.prototype, name, {
        ...plain,
        async set(value) {
          const css = String(value);
          plain.set.call(this, namesOther(css) ? await loadCss(css, loader.place.base, loader.line) : value);
        },
      });
    }
  }

  installMarkup() {
    const html = /** @type {any} */ (Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML"));
    const outer = /** @type {any} */ (Object.getOwnPropertyDescriptor(Element.prototype, "outerHTML"));
    const { insertAdjacentHTML } = Element.prototype;
    const { createContextualFragment } = Range.prototype;
    const parse = (/** @type {HTMLTemplateElement} */ template, /** @type {string} */ text) => html.set.call(template, text);
    const safe = (/** @type {unknown} */ text) => disarmText(String(text ?? ""), parse);
    Object.defineProperty(Element.prototype, "innerHTML", {
      ...html,
      set(text) {
        html.set.call(this, this instanceof HTMLStyleElement || this instanceof HTMLScriptElement ? text : safe(text));
      },
    });
    Object.defineProperty(Element.prototype, "outerHTML", {
      ...outer,
      set(text) {
        outer.set.call(this, safe(text));
      },
    });
    Element.prototype.insertAdjacentHTML = function (where, text) {
      insertAdjacentHTML.call(this, where, safe(text));
    };
    Range.prototype.createContextualFragment = function (text) {
      return createContextualFragment.call(this, safe(text));
    };
    this.safe = safe;
  }

  /** Load what comes into the page from now on. */
  watch() {
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) if (node instanceof Element) this.look(node);
      }
    }).observe(document, { childList: true, subtree: true });
  }

  /** @param {Element} root */
  look(root) {
    for (const element of [root, ...root.querySelectorAll("*")]) {
      if (element instanceof HTMLIFrameElement || element instanceof HTMLObjectElement) {
        const holder = document.createElement("div");
        element.replaceWith(holder);
        holder.append(element.cloneNode());
        disarm(holder);
        continue;
      }
      for (const { name } of [...element.attributes]) {
        if (name.startsWith(WAITING)) this.load(element, name.slice(WAITING.length));
      }
    }
  }
}

/** The first of the images that a `srcset` offers. @param {string} text */
const firstOf = (text) => text.trim().split(/[\s,]/)[0] ?? "";

/** @param {number} ms */
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
