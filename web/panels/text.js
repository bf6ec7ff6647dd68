/** Is a dialog that shows a text, to be copied or saved: for what is written only when somebody wants it. */

import { html, nothing, render } from "lit";
import { takeAway } from "../take.js";

/**
 * Show a text that is on its way.
 *
 * @param {string} title
 * @param {string} file what it is saved as
 * @param {Promise<string>} text
 */
export async function showText(title, file, text) {
  const dialog = document.createElement("dialog");
  dialog.className = "text-dialog";
  dialog.setAttribute("aria-label", title);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  const state = { text: "", problem: "", said: "" };
  const take = async (/** @type {string} */ name) => {
    state.said = await takeAway(state.text, name || undefined);
    draw();
  };
  const draw = () => render(html`
    <div class="bar">
      <h2>${title}</h2>
      <form method="dialog" class="actions">
        <output class="hint" aria-label=${title}>${state.said}</output>
        <button type="button" ?disabled=${!state.text} @click=${() => take("")}>Copy</button>
        <button type="button" ?disabled=${!state.text} @click=${() => take(file)}>Save</button>
        <button autofocus>Close</button>
      </form>
    </div>
    ${state.problem ? html`<p class="said problem" role="alert">${state.problem}</p>` : nothing}
    <div class="scroll" tabindex="0" role="group" aria-label="Text"><pre class="retold">${state.text || (state.problem ? "" : "...")}</pre></div>`, dialog);
  draw();
  dialog.showModal();
  try {
    state.text = await text;
  } catch (error) {
    state.problem = /** @type {Error} */ (error).message;
  }
  draw();
}
