/** Copies a link to what is in the editor. */

import { html, nothing } from "lit";
import { Panel } from "./panel.js";

export class SharePanel extends Panel {
  static properties = { said: { state: true }, link: { state: true } };

  constructor() {
    super();
    /** What came of the last press. */
    this.said = "";
    /** The link, where the browser does not let it be copied. */
    this.link = "";
    /** @type {() => Promise<{link: string, said: string}>} */
    this.onShare = async () => ({ link: "", said: "" });
  }

  render() {
    return html`
      <button type="button" class="quiet" title="The whole project is in the link" @click=${this.share}>Copy link</button>
      <output class="said" aria-label="Sharing">${this.said}</output>
      ${this.link
        ? html`<input class="shared" readonly aria-label="Link to the project" .value=${this.link} @focus=${select} />`
        : nothing}
    `;
  }

  async share() {
    this.said = "";
    this.link = "";
    const { link, said } = await this.onShare();
    if (!link) return this.say(said);
    try {
      await navigator.clipboard.writeText(link);
      this.say("Link copied.");
    } catch {
      this.link = link;
      this.say("The browser does not copy here: copy it yourself.");
      await this.updateComplete;
      /** @type {HTMLInputElement} */ (this.querySelector(".shared")).focus();
    }
  }

  /** @param {string} text */
  say(text) {
    this.said = text;
  }
}

/** @param {Event} event */
const select = (event) => /** @type {HTMLInputElement} */ (event.target).select();

customElements.define("sim-share", SharePanel);
