/** Shows the place in the firmware that a message comes from, or that takes it. */

import { html, nothing } from "lit";

/** Lines shown before and after the one that is meant. */
const AROUND = 4;

/**
 * @typedef {import("../traffic/row.js").Row} Row
 * @typedef {{file: string, line: number, said: string}} Place
 */

/**
 * Find the places in the firmware that have to do with a row.
 *
 * @param {Row} row
 * @param {readonly import("../protocol.js").Endpoint[]} endpoints
 * @returns {Place[]}
 */
export function placesOf({ record, pair, chunk }, endpoints) {
  const places = [];
  const by = /^(.+):(\d+)$/.exec(record.by ?? "");
  if (by) places.push({ file: by[1] ?? "", line: Number(by[2]), said: "This line has caused it." });
  const message = chunk ? (pair?.record ?? record) : record;
  const request = [message, pair?.record, pair?.pair?.record].find((one) => one !== undefined && "endpoint" in one && one.endpoint > 0);
  const endpoint = request && "endpoint" in request ? endpoints.find((one) => one.endpoint === request.endpoint) : undefined;
  if (endpoint?.line) {
    const said = request === message ? "takes it" : "took the request";
    places.push({ file: endpoint.file, line: endpoint.line, said: `The handler ${endpoint.handler} of ${endpoint.uri} ${said}.` });
  }
  return places;
}

/**
 * @param {Place[]} places
 * @param {{readonly [name: string]: string}} files of the firmware that runs
 * @param {(file: string, line: number) => void} goto
 */
export function codeView(places, files, goto) {
  if (!places.length) return html`<p class="empty">No line of the firmware is known for this.</p>`;
  return places.map(({ file, line, said }) => html`<section class="place">
    <p>${said} <button type="button" class="link" title="Show it in the editor" @click=${() => goto(file, line)}>${file}:${line}</button></p>
    ${Object.hasOwn(files, file) ? excerptOf(/** @type {string} */ (files[file]), line) : nothing}
  </section>`);
}

/**
 * @param {string} text
 * @param {number} line
 */
function excerptOf(text, line) {
  const lines = text.split("\n");
  const first = Math.max(1, line - AROUND);
  const shown = lines.slice(first - 1, line + AROUND);
  return html`<pre class="code" tabindex="0" role="group" aria-label="Source">${shown.map((one, at) => html`<span
    class=${first + at === line ? "here" : ""} aria-current=${first + at === line ? "true" : nothing}><span class="offset">${String(first + at).padStart(4)}</span>  ${one}\n</span>`)}</pre>`;
}
