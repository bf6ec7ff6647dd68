/** The help: a dialog with the keys of the page. */

import { html, nothing } from "lit";
import { COMMANDS } from "../keys.js";
import { Panel } from "./panel.js";

export class HelpPanel extends Panel {
  static properties = { isOpen: { state: true } };

  constructor() {
    super();
    this.isOpen = false;
    /** The table of the keys, which is loaded when it is wanted. @type {unknown} */
    this.keys = nothing;
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
        ${this.keys}
    `;
  }

  dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  async show() {
    const { keys } = await import("./keys.js").catch(() => ({ keys: () => html`<p class="empty">They could not be loaded.</p>` }));
    if (this.isOpen) return;
    Object.assign(this, { keys: keys(), isOpen: true });
    await this.updateComplete;
    this.dialog().showModal();
  }
}

customElements.define("sim-help", HelpPanel);
