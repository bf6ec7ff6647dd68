/** Draws JSON so that objects and arrays can be folded. */

import { html, nothing } from "lit";
import { plural } from "../format.js";

/** Parts drawn of one object or array, and how deep it stands open. */
const MOST = 500;
const OPEN = 3;
const DEEP = 100;

/**
 * @param {unknown} value
 * @param {string} [name]
 * @param {number} [depth]
 * @returns {unknown}
 */
export function jsonTree(value, name, depth = 0) {
  const key = name === undefined ? nothing : html`<b>${JSON.stringify(name)}</b>: `;
  if (value === null || typeof value !== "object") return html`<div class="leaf">${key}<span class=${value === null ? "null" : typeof value}>${JSON.stringify(value)}</span></div>`;
  const isList = Array.isArray(value);
  const parts = Object.entries(value);
  const [start, end] = isList ? ["[", "]"] : ["{", "}"];
  if (!parts.length) return html`<div class="leaf">${key}${start}${end}</div>`;
  if (depth > DEEP) return html`<div class="leaf">${key}${start}…${end}</div>`;
  return html`<details ?open=${depth < OPEN}>
    <summary>${key}${start} <small>${plural(parts.length, isList ? "element" : "member")}</small></summary>
    ${parts.slice(0, MOST).map(([part, inner]) => jsonTree(inner, isList ? undefined : part, depth + 1))}
    ${parts.length > MOST ? html`<div class="leaf"><small>and ${parts.length - MOST} more: see Text</small></div>` : nothing}
    <div class="end">${end}</div>
  </details>`;
}
