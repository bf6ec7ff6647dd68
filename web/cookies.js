/** Keeps the cookies of one device, as browsers do (RFC 6265, without domains: there is one host). */

/** How many cookies are kept, the newest, and how long one may be. */
const MOST = 300;
const LONGEST = 4096;

/**
 * @typedef {{name: string, value: string, path: string, expires: number, isHidden: boolean}} Cookie `expires` in
 *   milliseconds, infinite if the cookie lasts as long as the tab; `isHidden` from scripts (HttpOnly)
 */

export class Jar {
  constructor() {
    /** @type {Map<string, Cookie>} */
    this.cookies = new Map();
  }

  clear() {
    this.cookies.clear();
  }

  /**
   * Take a Set-Cookie field, or what a script gives to `document.cookie`.
   *
   * @param {string} text
   * @param {string} path of the page that it came with
   * @param {number} now in milliseconds
   * @param {boolean} [isScript]
   */
  set(text, path, now, isScript = false) {
    const [pair, ...rest] = text.split(";");
    if (text.length > LONGEST || /[\x00-\x08\x0a-\x1f\x7f]/.test(text)) return;
    const [name, value] = halves(pair ?? "", true);
    if (!name && !value) return;
    /** @type {Cookie} */
    const cookie = { name, value, path: folderOf(path), expires: Infinity, isHidden: false };
    let age = NaN;
    for (const part of rest) {
      const [key, attribute] = halves(part);
      const kind = key.toLowerCase();
      if (kind === "path" && attribute.startsWith("/")) cookie.path = attribute;
      else if (kind === "max-age" && /^-?\d+$/.test(attribute)) age = Number(attribute);
      else if (kind === "expires" && !Number.isNaN(Date.parse(attribute))) cookie.expires = Date.parse(attribute);
      else if (kind === "httponly") cookie.isHidden = true;
    }
    if (!Number.isNaN(age)) cookie.expires = age > 0 ? now + age * 1000 : 0;
    const id = `${cookie.path} ${name}`;
    if (isScript && (cookie.isHidden || this.cookies.get(id)?.isHidden)) return;
    this.cookies.delete(id);
    if (cookie.expires > now) this.cookies.set(id, cookie);
    for (const oldest of this.cookies.keys()) if (this.cookies.size > MOST) this.cookies.delete(oldest);
  }

  /**
   * The cookies for a path, longer paths first.
   *
   * @param {string} path
   * @param {number} now
   * @param {boolean} [isScript]
   * @returns {Cookie[]}
   */
  for(path, now, isScript = false) {
    return [...this.cookies.values()]
      .filter((cookie) => cookie.expires > now && fits(path, cookie.path) && !(isScript && cookie.isHidden))
      .sort((a, b) => b.path.length - a.path.length);
  }

  /**
   * What a Cookie field says, empty if there is none to send.
   *
   * @param {string} path
   * @param {number} now
   */
  header(path, now) {
    return this.for(path, now).map(({ name, value }) => (name ? `${name}=${value}` : value)).join("; ");
  }
}

/**
 * @param {string} text
 * @param {boolean} [isPair] whether what has no "=" is a value without a name
 */
function halves(text, isPair = false) {
  const at = text.indexOf("=");
  if (at < 0) return isPair ? ["", text.trim()] : [text.trim(), ""];
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** The folder of a path, without the slash at its end (RFC 6265, 5.1.4). @param {string} path */
const folderOf = (path) => path.slice(0, Math.max(1, path.lastIndexOf("/"))) || "/";

/** @param {string} path @param {string} of a cookie */
const fits = (path, of) => path === of || (path.startsWith(of) && (of.endsWith("/") || path[of.length] === "/"));
