/** Shows one document of the device in a frame of its own, with all that it asks going to the device. */

import { bytesOf } from "./bytes.js";
import { Leave, mirror } from "./leave.js";
import { Line } from "./line.js";
import { Loader } from "./loader.js";
import { disarm, refreshOf } from "./markup.js";
import { installNetwork } from "./network.js";
import { Place } from "./place.js";
import { installSockets } from "./socket.js";
import { installStorage } from "./storage.js";

/**
 * @typedef {{url: string, kind: "html" | "text" | "image" | "other", text: string, type: string, status: number,
 *   cookies: string[], local: [string, string][], session: [string, string][]}} Shown a document as the outer page
 *   hands it over; `text` is the latin-1 bytes of an image
 */

const place = new Place();

/** @param {MessageEvent} event */
function receive(event) {
  const [port] = event.ports;
  if (event.source !== parent || !port) return;
  removeEventListener("message", receive);
  show(new Line(port), event.data);
}

addEventListener("message", receive);
// Who comes here from somewhere else is known by the query: a page that has set it, or that loads itself anew
parent.postMessage({ type: "preview", search: location.search, hash: location.hash }, "*");

/**
 * @param {Line} line
 * @param {Shown} shown
 */
async function show(line, shown) {
  const { url, kind, text } = shown;
  const leave = new Leave(line, place);
  const loader = new Loader(line, place);
  const page = kind === "html" ? new DOMParser().parseFromString(text, "text/html") : plainPage(shown);
  const refresh = refreshOf(page);
  place.set(url);
  placeBase(page, url);
  mirror(new URL(url));
  disarm(page);
  await loader.prepare(page);

  installNetwork(line, place);
  installSockets(line, place);
  installStorage(line, place, shown);
  installRest();
  loader.install();
  leave.install();
  installWriting(loader, leave);
  const doctype = page.doctype ? "<!doctype html>" : "";
  plainOpen();
  leave.listen();
  loader.watch();
  watchTitle(line);
  const markup = doctype + page.documentElement.outerHTML;
  plainWrite(markup);
  document.close();
  line.tell("shown");
  if (refresh) {
    setTimeout(() => leave.go(place.resolve(refresh.target || url), { replace: true, method: "GET" }), refresh.seconds * 1000);
  }
}

const plainOpen = document.open.bind(document);
const plainWrite = document.write.bind(document);

/**
 * Let the page write itself; what it opens anew has lost all listeners.
 *
 * @param {Loader} loader
 * @param {Leave} leave
 */
function installWriting(loader, leave) {
  const reopen = () => {
    plainOpen();
    leave.listen();
    loader.watch();
    return document;
  };
  const write = (/** @type {string[]} */ ...texts) => {
    if (document.readyState !== "loading") reopen();
    plainWrite(loader.safe(texts.join("")));
  };
  Object.assign(document, { open: reopen, write, writeln: (/** @type {string[]} */ ...texts) => write(...texts, "\n") });
}

/** What would reach the network, or tell what the page is not to know. */
function installRest() {
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "WebTransport", "WebSocketStream"]) {
    Reflect.deleteProperty(window, name);
  }
  for (const name of ["URL", "documentURI"]) {
    Object.defineProperty(document, name, { configurable: true, get: () => place.url });
  }
}

/**
 * Make a base of the page's own, or of its address, the first one.
 *
 * @param {Document} page
 * @param {string} url
 */
function placeBase(page, url) {
  const own = page.querySelector("base[href]")?.getAttribute("href");
  if (own !== null && own !== undefined) place.base = place.resolve(own);
  for (const old of page.querySelectorAll("base")) old.removeAttribute("href");
  const base = page.createElement("base");
  base.setAttribute("href", new URL(place.base).origin === new URL(url).origin ? place.base : url);
  page.head.prepend(base);
}

/** @param {Shown} shown */
function plainPage({ kind, text, type, url }) {
  const page = document.implementation.createHTMLDocument("");
  const meta = page.createElement("meta");
  meta.setAttribute("name", "color-scheme");
  meta.setAttribute("content", "light dark");
  page.head.append(meta);
  if (kind === "image") {
    const image = page.createElement("img");
    image.setAttribute("src", URL.createObjectURL(new Blob([bytesOf(text)], { type })));
    image.setAttribute("alt", url.split("/").at(-1) || "image");
    page.body.append(image);
  } else {
    const pre = page.createElement("pre");
    pre.textContent = text;
    page.body.append(pre);
  }
  return page;
}

/** Tell the title whenever it is another one. @param {Line} line */
function watchTitle(line) {
  let last = "";
  const tell = () => {
    if (document.title === last) return;
    last = document.title;
    line.tell("title", { title: last.slice(0, 200) });
  };
  new MutationObserver(tell).observe(document, { childList: true, subtree: true, characterData: true });
}
