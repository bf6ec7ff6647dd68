/** The tabs of a bar: shows one of its panels at a time. */

import { html } from "lit";
import { Panel } from "./panel.js";

export class TabsPanel extends Panel {
  static properties = { tabs: {}, label: {}, selected: {} };

  constructor() {
    super();
    /** @type {readonly {id: string, title: string}[]} The panel of a tab has its id with `-panel` behind it. */
    this.tabs = [];
    this.label = "";
    this.selected = "";
    this.onSelect = () => {};
  }

  /** @param {string} id */
  select(id) {
    this.selected = id;
    this.onSelect();
  }

  render() {
    return html`<div role="tablist" aria-label=${this.label} @keydown=${this.keydown}>
      ${this.tabs.map(({ id, title }) => html`<button type="button" role="tab" id=${`${id}-tab`} aria-controls=${`${id}-panel`}
        aria-selected=${id === this.selected} tabindex=${id === this.selected ? 0 : -1}
        @click=${() => this.select(id)}>${title}</button>`)}
    </div>`;
  }

  updated() {
    for (const { id } of this.tabs) {
      const panel = document.getElementById(`${id}-panel`);
      if (panel) panel.hidden = id !== this.selected;
    }
  }

  /** @param {KeyboardEvent} event */
  async keydown(event) {
    const at = this.tabs.findIndex(({ id }) => id === this.selected);
    const last = this.tabs.length - 1;
    const [next, before] = [at === last ? 0 : at + 1, at === 0 ? last : at - 1];
    /** @type {{[key: string]: number}} */
    const targets = { ArrowRight: next, ArrowDown: next, ArrowLeft: before, ArrowUp: before, Home: 0, End: last };
    const tab = this.tabs[targets[event.key] ?? -1];
    if (!tab) return;
    event.preventDefault();
    this.select(tab.id);
    await this.updateComplete;
    document.getElementById(`${tab.id}-tab`)?.focus();
  }
}

customElements.define("sim-tabs", TabsPanel);
