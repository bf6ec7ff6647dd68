/** Tells what kind of document an answer of the device is, and reads it, as browsers do. */

import { bytesOf, isBinary } from "./bytes.js";
import { size } from "./format.js";

/**
 * @typedef {{kind: "html" | "text" | "image" | "other", text: string, type: string, note: string}} Read `text` is text,
 *   the latin-1 bytes of an image, or what to say about something that cannot be shown
 */

/** How far into a page its charset may be named (HTML, 13.2.3.2). */
const PRESCAN = 1024;

/**
 * @param {{headers: import("./protocol.js").Header[], body: string, status: number}} answer
 * @returns {Read}
 */
export function documentOf({ headers, body, status }) {
  const field = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const type = (field.split(";")[0] ?? "").trim().toLowerCase() || sniffed(body);
  if (/^(text\/html|application\/xhtml\+xml)$/.test(type)) {
    return { kind: "html", text: decoded(body, field, true), type, note: "" };
  }
  if (type.startsWith("image/") && body) return { kind: "image", text: body, type, note: "" };
  if (!body) return { kind: "text", text: "", type, note: status < 400 ? `The answer (${status}) has no body.` : "" };
  if (/^text\/|json|javascript|xml/.test(type) && !isBinary(body)) {
    return { kind: "text", text: decoded(body, field, false), type, note: "" };
  }
  const says = `This is no page: ${type}, ${size(body.length)}.`;
  return { kind: "other", text: says, type, note: says };
}

/**
 * What something without a type seems to be (MIME Sniffing, 7).
 *
 * @param {string} body latin-1
 */
function sniffed(body) {
  if (/^\s*<(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--|meta|form)[\s>]/i.test(body)) return "text/html";
  if (body.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (/^GIF8[79]a/.test(body)) return "image/gif";
  if (body.startsWith("\xff\xd8\xff")) return "image/jpeg";
  return isBinary(body) ? "application/octet-stream" : "text/plain";
}

/**
 * @param {string} body latin-1
 * @param {string} field
 * @param {boolean} isHtml
 */
function decoded(body, field, isHtml) {
  const named = /charset\s*=\s*["']?([^\s"';>]+)/i;
  const charset = named.exec(field)?.[1] ?? (isHtml ? named.exec(body.slice(0, PRESCAN))?.[1] : "") ?? "";
  try {
    return new TextDecoder(charset || "utf-8").decode(bytesOf(body));
  } catch {
    return new TextDecoder("utf-8").decode(bytesOf(body)); // a charset that nobody knows
  }
}
