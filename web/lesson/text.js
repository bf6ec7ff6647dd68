/**
 * Draws Markdown as elements: what a lesson says, whoever wrote it.
 *
 * The text is taken apart, and each part becomes an element of a kind that is listed here; nothing of it is ever parsed as
 * HTML, which is shown as the text that it is.
 */

import { html, nothing } from "lit";
import { marked } from "marked";

/** @typedef {import("marked").Token} Token */
/** @typedef {import("lit").TemplateResult | typeof nothing | string} Part */

/**
 * Take a text apart into its steps: what stands before the first heading of level 2, and each of these with what follows.
 *
 * @param {string} text Markdown
 * @returns {Token[][]}
 */
export function stepsOf(text) {
  /** @type {Token[][]} */
  const steps = [[]];
  for (const token of marked.lexer(text)) {
    if (token.type === "heading" && token["depth"] === 2) steps.push([]);
    steps.at(-1)?.push(token);
  }
  return steps.filter((tokens) => tokens.some(({ type }) => type !== "space"));
}

/**
 * @param {readonly Token[]} tokens
 * @returns {Part[]}
 */
export const blocks = (tokens) => tokens.map((token) => block(/** @type {any} */ (token)));

/** A line of text with its words set off, such as a hint. @param {string} text */
export const line = (text) => inlines(marked.Lexer.lexInline(text));

/** @param {any} token @returns {Part} */
function block(token) {
  switch (token.type) {
    case "heading":
      return token.depth === 2 ? html`<h3 class="step-title">${inlines(token.tokens)}</h3>` : html`<h4>${inlines(token.tokens)}</h4>`;
    case "paragraph":
      return html`<p>${inlines(token.tokens)}</p>`;
    case "code":
      return html`<pre tabindex="0"><code>${token.text}</code></pre>`;
    case "list":
      return token.ordered ? html`<ol>${items(token)}</ol>` : html`<ul>${items(token)}</ul>`;
    case "blockquote":
      return html`<blockquote>${blocks(token.tokens)}</blockquote>`;
    case "table":
      return html`<table>
        <thead><tr>${token.header.map((/** @type {any} */ cell) => html`<th>${inlines(cell.tokens)}</th>`)}</tr></thead>
        <tbody>${token.rows.map((/** @type {any[]} */ row) => html`<tr>${row.map((cell) => html`<td>${inlines(cell.tokens)}</td>`)}</tr>`)}</tbody>
      </table>`;
    case "hr":
      return html`<hr />`;
    case "text":
      return token.tokens ? html`<span>${inlines(token.tokens)}</span>` : token.text;
    case "space":
    case "def":
      return nothing;
    default:
      return html`<p>${token.raw}</p>`; // HTML, and whatever else there may be: as it was written
  }
}

/** @param {any} list */
const items = (list) => list.items.map((/** @type {any} */ item) => html`<li>${blocks(item.tokens)}</li>`);

/** @param {readonly any[]} tokens @returns {Part[]} */
const inlines = (tokens) => tokens.map(inline);

/** @param {any} token @returns {Part} */
function inline(token) {
  switch (token.type) {
    case "text":
    case "escape":
      return token.tokens ? html`${inlines(token.tokens)}` : token.text;
    case "strong":
      return html`<strong>${inlines(token.tokens)}</strong>`;
    case "em":
      return html`<em>${inlines(token.tokens)}</em>`;
    case "codespan":
      return html`<code>${token.text}</code>`;
    case "br":
      return html`<br />`;
    case "del":
      return html`<del>${inlines(token.tokens)}</del>`;
    case "link":
      // An address that is no page is shown, not made a link: javascript: and data: would be scripts
      return /^https?:\/\//i.test(token.href)
        ? html`<a href=${token.href} target="_blank" rel="noopener noreferrer nofollow">${inlines(token.tokens)}</a>`
        : html`${inlines(token.tokens)} (${token.href})`;
    case "image":
      return token.text || token.href;
    default:
      return token.raw;
  }
}
