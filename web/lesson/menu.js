/** Offers the lessons of the site. */

import { html, nothing } from "lit";
import { Panel } from "../panels/panel.js";

export class LessonMenu extends Panel {
  static properties = { name: {}, problem: {} };

  constructor() {
    super();
    /** The lesson that the page is in, empty if it is in none of the site's. */
    this.name = "";
    /** Why a lesson could not be opened. */
    this.problem = "";
    /** @type {(name: string) => void} */
    this.onOpen = () => {};
  }

  render() {
    return html`<select aria-label="Lessons" title=${LESSONS.find(({ name }) => name === this.name)?.title ?? nothing} @change=${this.chosen}>
        <option value="">Lessons</option>
        ${LESSONS.map(({ name, title }, i) => html`<option value=${name} .selected=${name === this.name}>${i + 1}. ${title}</option>`)}
      </select>
      <span class="said" role="alert">${this.problem}</span>`;
  }

  /** @param {Event} event */
  chosen(event) {
    const { value } = /** @type {HTMLSelectElement} */ (event.target);
    if (value) this.onOpen(value);
  }

  updated() {
    /** @type {HTMLSelectElement} */ (this.querySelector("select")).value = this.name;
  }
}

customElements.define("sim-lesson-menu", LessonMenu);
