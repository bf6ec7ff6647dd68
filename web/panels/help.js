/** The help: a dialog with the keys of the page. */

import { html, nothing } from "lit";
import { COMMANDS, HELP } from "../keys.js";
import { Panel } from "./panel.js";

export class HelpPanel extends Panel {
  static properties = { isOpen: { state: true } };

  constructor() {
    super();
    this.isOpen = false;
  }

  render() {
    return html`
      <button type="button" class="quiet" aria-haspopup="dialog" aria-keyshortcuts=${COMMANDS.help.aria}
        title="Keys of this page (?)" @click=${this.show}>Keys</button>
      <dialog aria-labelledby="help-title" @close=${() => (this.isOpen = false)}>${this.isOpen ? this.content() : nothing}</dialog>
    `;
  }

  content() {
    return html`
        <div class="bar">
          <h2 id="help-title">Keys</h2>
          <form method="dialog" class="actions"><button autofocus>Close</button></form>
        </div>
        <div class="keys">${HELP.map(({ title, keys }) => html`<section><h3>${title}</h3>
          <dl>${keys.map(({ keys, what }) => html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>
        </section>`)}</div>
    `;
  }

  dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  async show() {
    if (this.isOpen) return;
    this.isOpen = true;
    await this.updateComplete;
    this.dialog().showModal();
  }
}

customElements.define("sim-help", HelpPanel);
