/** Is a dialog that saves what the trace holds, or a part of it, as a file that other tools open. */

import { html, render } from "lit";
import { download } from "../archive.js";
import { plural, size } from "../format.js";

/** What can be written (docs/reference/export.md), and what it is for. @type {readonly {form: string, title: string, file: string, about: string}[]} */
const FORMS = [
  { form: "pcapng", title: "Capture", file: "run.pcapng", about: "every packet, for Wireshark and tshark" },
  { form: "har", title: "HAR", file: "run.har", about: "HTTP and WebSocket, for the network panel of a browser" },
  { form: "html", title: "Report", file: "run.html", about: "a page that stands alone, to read or to send" },
  { form: "jsonl", title: "Trace", file: "run.jsonl", about: "the records themselves, a line of JSON each" },
];

/**
 * @param {(form: string, connections?: number[]) => Promise<Uint8Array<ArrayBuffer>>} write
 * @param {number[]} connections of the messages that are selected
 */
export function showExport(write, connections) {
  const dialog = document.createElement("dialog");
  dialog.className = "export-dialog";
  dialog.setAttribute("aria-label", "Export");
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  const state = { form: FORMS[0]?.form, isPart: false, isBusy: false, said: "", problem: "" };
  const set = (/** @type {Partial<typeof state>} */ fields) => {
    Object.assign(state, fields);
    draw();
  };
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const chosen = FORMS.find(({ form }) => form === state.form);
    if (!chosen || state.isBusy) return;
    set({ isBusy: true, said: "Writing ...", problem: "" });
    try {
      const bytes = await write(chosen.form, state.isPart ? connections : undefined);
      download(chosen.file, bytes);
      set({ said: `Saved as ${chosen.file}, ${size(bytes.length)}.` });
    } catch (error) {
      set({ said: "", problem: /** @type {Error} */ (error).message });
    } finally {
      set({ isBusy: false });
    }
  };
  const draw = () => render(html`
    <form @submit=${save}>
      <h2>Export</h2>
      <fieldset><legend>As</legend>
        ${FORMS.map(({ form, title, about }) => html`<label><input type="radio" name="form" .value=${form} .checked=${form === state.form}
          @change=${() => set({ form, said: "" })} /><span><strong>${title}</strong> <span class="hint">${about}</span></span></label>`)}
      </fieldset>
      <fieldset><legend>Of</legend>
        <label><input type="radio" name="part" .checked=${!state.isPart} @change=${() => set({ isPart: false, said: "" })} /><span>all that the trace holds</span></label>
        <label><input type="radio" name="part" .checked=${state.isPart} ?disabled=${!connections.length}
          @change=${() => set({ isPart: true, said: "" })} /><span>${connections.length
            ? `the ${connections.length > 1 ? plural(connections.length, "connection") : "connection"} of what is selected`
            : "the connections of what is selected: nothing is"}</span></label>
      </fieldset>
      ${state.problem ? html`<p class="problem" role="alert">${state.problem}</p>` : ""}
      <p class="actions">
        <output class="hint" aria-label="Export">${state.said}</output>
        <button ?disabled=${state.isBusy}>Save</button>
        <button type="button" class="quiet" @click=${() => dialog.close()}>Close</button>
      </p>
    </form>`, dialog);
  draw();
  dialog.showModal();
}
