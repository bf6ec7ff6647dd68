/** The tabs of the bottom bar: shows one of its panels at a time. */

import { html } from "lit";
import { Panel } from "./panel.js";

const TABS = [
  { id: "request", title: "Request" },
  { id: "websocket", title: "WebSocket" },
];

export class TabsPanel extends Panel {
  static properties = { selected: {} };

  constructor() {
    super();
    this.selected = "request";
  }

  render() {
    return html`<div role="tablist" aria-label="Ways to talk to the device" @keydown=${this.keydown}>
      ${TABS.map(({ id, title }) => html`<button type="button" role="tab" id=${`${id}-tab`} aria-controls=${`${id}-panel`}
        aria-selected=${id === this.selected} tabindex=${id === this.selected ? 0 : -1}
        @click=${() => (this.selected = id)}>${title}</button>`)}
    </div>`;
  }

  updated() {
    for (const { id } of TABS) {
      const panel = document.getElementById(`${id}-panel`);
      if (panel) panel.hidden = id !== this.selected;
    }
  }

  /** @param {KeyboardEvent} event */
  async keydown(event) {
    const at = TABS.findIndex(({ id }) => id === this.selected);
    const last = TABS.length - 1;
    const [next, before] = [at === last ? 0 : at + 1, at === 0 ? last : at - 1];
    /** @type {{[key: string]: number}} */
    const targets = { ArrowRight: next, ArrowDown: next, ArrowLeft: before, ArrowUp: before, Home: 0, End: last };
    const tab = TABS[targets[event.key] ?? -1];
    if (!tab) return;
    event.preventDefault();
    this.selected = tab.id;
    await this.updateComplete;
    document.getElementById(`${tab.id}-tab`)?.focus();
  }
}

customElements.define("sim-tabs", TabsPanel);
