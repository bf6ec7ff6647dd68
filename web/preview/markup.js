/** Takes out of markup what the browser would load by itself, to be loaded from the device in its place. */

import { namesOther } from "./css.js";

/** The attributes that make elements load something. @type {{[tag: string]: string[]}} */
const LOADING = {
  img: ["src", "srcset"],
  image: ["href", "xlink:href"],
  input: ["src"],
  source: ["src", "srcset"],
  video: ["src", "poster"],
  audio: ["src"],
  track: ["src"],
  script: ["src"],
  link: ["href"],
};

/** What has no place in a page of the device here: other documents in it. */
const FRAMES = "iframe, frame, object, embed, portal, fencedframe";

/** The prefix of the names under which the attributes wait. */
export const WAITING = "data-sim-";

/** What may be in a text that has to be looked at. */
const SUSPECT = /<(img|image|input|source|video|audio|track|script|link|iframe|frame|object|embed|portal|fencedframe|style|meta|base)\b|url\(|ping\s*=|shadowrootmode/i;

/** @param {string} tag @param {string} name */
export const loads = (tag, name) => LOADING[tag.toLowerCase()]?.includes(name.toLowerCase()) ?? false;

/**
 * Take out of elements what they would load; each keeps it in an attribute that begins with `data-sim-`.
 *
 * @param {ParentNode} root
 */
export function disarm(root) {
  for (const element of root.querySelectorAll(FRAMES)) {
    const note = element.ownerDocument.createElement("p");
    note.textContent = `(${element.localName}: other documents within the page are not shown here)`;
    element.replaceWith(note);
  }
  for (const element of root.querySelectorAll("*")) {
    if (element instanceof HTMLTemplateElement) {
      element.removeAttribute("shadowrootmode");
      disarm(element.content);
    }
    for (const name of LOADING[element.localName] ?? []) put(element, name);
    element.removeAttribute("ping");
    element.removeAttribute("integrity");
    element.removeAttribute("crossorigin");
    const style = element.getAttribute("style");
    if (style && namesOther(style)) put(element, "style");
    if (element.localName === "meta" && /^(refresh|content-security-policy.*)$/i.test(httpEquiv(element))) element.remove();
  }
}

/** @param {Element} element */
const httpEquiv = (element) => element.getAttribute("http-equiv")?.trim() ?? "";

/** @param {Element} element @param {string} name */
function put(element, name) {
  const value = element.getAttribute(name);
  if (value === null || /^\s*(data|blob):/i.test(value)) return;
  element.setAttribute(WAITING + name.replace(":", "-"), value);
  element.removeAttribute(name);
}

/**
 * The same for a text of markup.
 *
 * @param {string} html
 * @param {(template: HTMLTemplateElement, html: string) => void} parse
 */
export function disarmText(html, parse) {
  if (!SUSPECT.test(html)) return html;
  const template = document.createElement("template");
  parse(template, html);
  disarm(template.content);
  return template.innerHTML;
}

/**
 * What a `meta` element asks to be loaded after some time.
 *
 * @param {Document} page
 * @returns {{seconds: number, target: string} | null}
 */
export function refreshOf(page) {
  for (const meta of page.querySelectorAll("meta[http-equiv]")) {
    if (!/^refresh$/i.test(httpEquiv(meta))) continue;
    const [, seconds, target] = /^\s*(\d*\.?\d*)\s*(?:[;,]\s*(?:url\s*=\s*)?["']?([^"']*))?/i.exec(meta.getAttribute("content") ?? "") ?? [];
    return { seconds: Number(seconds) || 0, target: target?.trim() ?? "" };
  }
  return null;
}
