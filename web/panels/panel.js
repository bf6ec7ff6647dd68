/** The base of all panels: a custom element that draws into the page itself, where the one style sheet applies. */

import { LitElement } from "lit";

export class Panel extends LitElement {
  createRenderRoot() {
    this.replaceChildren(); // what index.html shows until the script runs
    return this;
  }
}
