/** Shows, while files are dragged over the page, the two places where they may be dropped. */

import { html } from "lit";
import { entriesDropped } from "../archive.js";
import { Panel } from "./panel.js";

/** @typedef {import("../archive.js").Entry} Entry */

export class DropPanel extends Panel {
  static properties = { dragging: { state: true }, over: { state: true } };

  constructor() {
    super();
    this.dragging = false;
    /** Which place they are over. */
    this.over = "";
    /** @type {(entries: Promise<Entry[]>) => void} */
    this.onOpen = () => {};
    /** @type {(entries: Promise<Entry[]>) => void} */
    this.onAdd = () => {};
    // Anywhere else a dropped file would take the place of the page
    addEventListener("dragover", (event) => this.dragged(event));
    addEventListener("drop", (event) => isOfFiles(event) && event.preventDefault());
    addEventListener("drop", () => this.end(), true);
    addEventListener("dragleave", (event) => event.relatedTarget === null && this.end());
  }

  render() {
    if (!this.dragging) return html``;
    return html`<div class="drop">
      ${this.place("open", "Open as a project", "A folder, a .zip or files. What is here now is kept aside.")}
      ${this.place("add", "Add to this project", "Files of the same name are replaced.")}
    </div>`;
  }

  /** @param {"open" | "add"} kind @param {string} title @param {string} text */
  place(kind, title, text) {
    return html`<div class=${this.over === kind ? "over" : ""} data-kind=${kind}
      @drop=${(/** @type {DragEvent} */ event) => this.dropped(kind, event)}><b>${title}</b><span>${text}</span></div>`;
  }

  /** @param {DragEvent} event */
  dragged(event) {
    if (!isOfFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    this.dragging = true;
    const place = event.target instanceof Element ? event.target.closest("[data-kind]") : null;
    this.over = place?.getAttribute("data-kind") ?? "";
    event.dataTransfer.dropEffect = place ? "copy" : "none";
  }

  /** @param {"open" | "add"} kind @param {DragEvent} event */
  dropped(kind, event) {
    event.preventDefault();
    if (!event.dataTransfer) return;
    const entries = entriesDropped(event.dataTransfer);
    if (kind === "open") this.onOpen(entries);
    else this.onAdd(entries);
  }

  end() {
    Object.assign(this, { dragging: false, over: "" });
  }
}

/** @param {DragEvent} event */
const isOfFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;

customElements.define("sim-drop", DropPanel);
