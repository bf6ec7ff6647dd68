/** Shows the page that the device serves, with an address field, as a browser does. */

import { html, nothing } from "lit";
import { Panel } from "./panel.js";

/** How many addresses of the device are offered when there is nothing at one. */
const OFFERED = 5;

export class PagePanel extends Panel {
  static properties = { browser: {}, ready: {}, targets: {}, version: {}, full: { state: true } };

  constructor() {
    super();
    /** @type {import("../browser.js").Browser | null} */
    this.browser = null;
    this.ready = false;
    /** What endpoints there are. @type {string[]} */
    this.targets = [];
    /** Changes whenever the browser has news. */
    this.version = 0;
    /** Whether the page takes the whole window. */
    this.full = false;
  }

  render() {
    const { browser } = this;
    if (!browser) return html`<p class="empty">Loading</p>`;
    const isEmpty = browser.state === "empty";
    return html`
      <form class="line location" @submit=${this.submit} autocomplete="off">
        <button type="button" class="quiet icon" ?disabled=${!browser.canGoBack} @click=${() => browser.move(-1)}
          aria-label="Back" title="Back">←</button>
        <button type="button" class="quiet icon" ?disabled=${!browser.canGoForward} @click=${() => browser.move(1)}
          aria-label="Forward" title="Forward">→</button>
        <button type="button" class="quiet icon" ?disabled=${!this.ready || isEmpty} @click=${() => browser.reload()}
          aria-label="Reload" title="Reload">↻</button>
        <button type="button" class="quiet icon" ?disabled=${!this.ready} @click=${() => browser.home()}
          aria-label="Home" title="The device's page at /">⌂</button>
        <input name="address" aria-label="Address of the page" .value=${browser.address || "/"} spellcheck="false"
          autocapitalize="off" enterkeyhint="go" />
        <button class="primary" ?disabled=${!this.ready}>Go</button>
        <button type="button" class="quiet icon" aria-pressed=${this.full} @click=${this.toggle}
          aria-label=${this.full ? "Close full size" : "Open full size"} title=${this.full ? "Close full size (Escape)" : "Open full size"}>${this.full ? "✕" : "⤢"}</button>
      </form>
      <div class="about-page" role="status" aria-label="State of the page">${this.words()}</div>
      ${isEmpty
        ? html`<div class="empty"><p>The page that the device serves is shown here: its scripts, images, links, forms and
            WebSockets all reach the simulated device, and nothing else.</p>
            <p><button type="button" ?disabled=${!this.ready} @click=${() => browser.home()}>Open the device's page</button></p></div>`
        : nothing}
      <div class="frame" ?hidden=${isEmpty || browser.state === "failed"} aria-busy=${browser.state === "loading"}></div>
    `;
  }

  words() {
    const browser = /** @type {import("../browser.js").Browser} */ (this.browser);
    const { state, problem, note, title, isOld } = browser;
    const offered = this.targets.filter((uri) => !/[*?#|$]/.test(uri)).slice(0, OFFERED);
    return html`
      ${isOld
        ? html`<p class="care">${this.ready ? "The device has restarted since." : "The device is off."}
            <button type="button" class="quiet" ?disabled=${!this.ready} @click=${() => browser.reload()}>Reload the page</button></p>`
        : nothing}
      ${problem ? html`<p class="problem">${problem}</p>` : nothing}
      ${note ? html`<p class="care">${note}</p>` : nothing}
      ${(problem || note.startsWith("404")) && offered.length
        ? html`<p class="offered">The device answers at ${offered.map(
            (uri) => html`<button type="button" class="link" @click=${() => browser.go(uri)}><code>${uri}</code></button> `)}</p>`
        : nothing}
      ${state === "loading" ? html`<p class="hint">Loading</p>` : nothing}
      ${title && state !== "loading" ? html`<p class="hint title">${title}</p>` : nothing}
    `;
  }

  firstUpdated() {
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.full) this.toggle();
    });
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    const holder = /** @type {HTMLElement | null} */ (this.querySelector(".frame"));
    if (changed.has("browser") && holder) this.browser?.attach(holder);
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (this.querySelector("[name=address]"));
    if (this.ready) this.browser?.go(field.value);
  }

  /** Let the page take the whole window, or its place again. */
  async toggle() {
    this.full = !this.full;
    this.classList.toggle("full", this.full);
    for (const element of around(this)) element.inert = this.full;
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector("[aria-pressed]"))?.focus();
  }
}

/**
 * All that lies beside an element in the page.
 *
 * @param {HTMLElement} element
 */
function* around(element) {
  for (let at = /** @type {HTMLElement | null} */ (element); at && at !== document.body; at = at.parentElement) {
    for (const other of at.parentElement?.children ?? []) if (other !== at && other instanceof HTMLElement) yield other;
  }
}

customElements.define("sim-page", PagePanel);
