/** Is `localStorage`, `sessionStorage` and `document.cookie` of the device's page, which its own origin is denied. */

import { Jar } from "../cookies.js";

/** How much a storage takes, in characters, as browsers have it. */
const MOST = 5_000_000;

/**
 * @param {import("./line.js").Line} line
 * @param {import("./place.js").Place} place
 * @param {{cookies: string[], local: [string, string][], session: [string, string][]}} kept
 */
export function installStorage(line, place, { cookies, local, session }) {
  install("localStorage", local, (items) => line.tell("store", { area: "local", items }));
  install("sessionStorage", session, (items) => line.tell("store", { area: "session", items }));

  const jar = new Jar();
  const fill = (/** @type {string[]} */ lines) => {
    jar.clear();
    for (const text of lines) jar.set(text, "/", 0);
  };
  fill(cookies);
  line.on("cookies", (message) => fill(message.cookies));
  Object.defineProperty(Document.prototype, "cookie", {
    configurable: true,
    get: () => jar.header(new URL(place.url).pathname, Date.now()),
    set(text) {
      jar.set(String(text), new URL(place.url).pathname, Date.now());
      line.tell("cookie", { text: String(text), path: new URL(place.url).pathname });
    },
  });
}

/**
 * @param {"localStorage" | "sessionStorage"} name
 * @param {[string, string][]} items
 * @param {(items: [string, string][]) => void} changed
 */
function install(name, items, changed) {
  const map = new Map(items);
  const tell = () => changed([...map]);
  const methods = {
    getItem: (/** @type {unknown} */ key) => map.get(String(key)) ?? null,
    setItem(/** @type {unknown} */ key, /** @type {unknown} */ value) {
      const size = [...map].reduce((sum, [k, v]) => sum + k.length + v.length, String(key).length + String(value).length);
      if (size > MOST) throw new DOMException(`${name} is full`, "QuotaExceededError");
      map.set(String(key), String(value));
      tell();
    },
    removeItem(/** @type {unknown} */ key) {
      if (map.delete(String(key))) tell();
    },
    clear() {
      map.clear();
      tell();
    },
    key: (/** @type {number} */ index) => [...map.keys()][index] ?? null,
  };
  const isMethod = (/** @type {string | symbol} */ key) => key in methods || typeof key === "symbol";
  const storage = new Proxy(/** @type {any} */ (methods), {
    get: (target, key) => (key === "length" ? map.size : isMethod(key) ? target[key] : map.get(String(key))),
    set(target, key, value) {
      methods.setItem(key, value);
      return true;
    },
    deleteProperty(target, key) {
      methods.removeItem(key);
      return true;
    },
    has: (target, key) => isMethod(key) || map.has(String(key)),
    ownKeys: () => [...map.keys()],
    getOwnPropertyDescriptor: (target, key) =>
      map.has(String(key))
        ? { value: map.get(String(key)), writable: true, enumerable: true, configurable: true }
        : undefined,
  });
  Object.defineProperty(window, name, { value: storage, configurable: true });
}
