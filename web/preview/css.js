/** Fetches what a style sheet names, images, fonts and other sheets, and puts it in place as `blob:` addresses. */

import { bytesOf, headerOf, textOf } from "./bytes.js";
import { isAsked } from "./place.js";

const IMPORT = /@import\s+(?:url\(\s*)?(?:"([^"]*)"|'([^']*)'|([^\s"');]+))\s*\)?([^;]*);/gi;
const URL_OF = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^\s"')]+))\s*\)/gi;

/** How deep sheets may import sheets. */
const DEEPEST = 5;

/** @param {string} css */
export const namesOther = (css) => /url\(|@import/i.test(css);

/**
 * @param {string} css
 * @param {string} base the address of the sheet
 * @param {import("./line.js").Line} line
 * @returns {Promise<string>}
 */
export async function loadCss(css, base, line, depth = 0) {
  const whole = await replace(css, IMPORT, async ([match, a, b, c, media]) => {
    const url = addressOf(a ?? b ?? c, base);
    if (!isAsked(url) || depth >= DEEPEST) return depth >= DEEPEST ? "" : match;
    const answer = await line.fetch({ url }).catch(() => null);
    if (!answer || answer.status >= 400) return "";
    const inner = await loadCss(textOf(answer.body, headerOf(answer.headers, "content-type")), answer.url, line, depth + 1);
    return media?.trim() ? `@media ${media} {${inner}}` : inner;
  });
  return replace(whole, URL_OF, async ([match, a, b, c]) => {
    const url = addressOf(a ?? b ?? c, base);
    if (!isAsked(url) || url.startsWith("#")) return match;
    return `url("${await blobOf(url, line)}")`;
  });
}

/**
 * Fetch something, and give it an address that works in this frame; one that leads to nothing if it is not there.
 *
 * @param {string} url
 * @param {import("./line.js").Line} line
 */
async function blobOf(url, line) {
  try {
    const answer = await line.fetch({ url });
    return answer.status < 400 ? blobAddress(answer) : "data:,";
  } catch {
    return "data:,";
  }
}

/** @param {import("./line.js").Answer} answer @param {string} [type] in place of the answer's own */
export function blobAddress({ headers, body, url }, type) {
  const known = type ?? (headerOf(headers, "content-type") || (/\.svg($|[?#])/i.test(url) ? "image/svg+xml" : ""));
  return URL.createObjectURL(new Blob([bytesOf(body)], { type: known }));
}

/** @param {string} text @param {string} base */
function addressOf(text, base) {
  if (text.startsWith("#")) return text;
  try {
    return new URL(text, base).href;
  } catch {
    return text;
  }
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @param {(match: RegExpMatchArray) => Promise<string>} by
 */
async function replace(text, pattern, by) {
  const matches = [...text.matchAll(pattern)];
  const parts = await Promise.all(matches.map(by));
  let out = "";
  let from = 0;
  matches.forEach((match, i) => {
    out += text.slice(from, match.index) + parts[i];
    from = match.index + match[0].length;
  });
  return out + text.slice(from);
}
