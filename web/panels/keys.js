/** What the help says: loaded when somebody asks for it. */

import { html } from "lit";
import { COMMANDS, isMac, MOD } from "../keys.js";

/** What the help says, part by part. */
const HELP = Object.freeze([
  {
    title: "Device",
    keys: [
      { keys: COMMANDS.run.keys, what: "Run: boot the project as it is now" },
      { keys: COMMANDS.stop.keys, what: "Stop: switch the device off" },
      { keys: COMMANDS.restart.keys, what: "Restart: boot again what runs" },
    ],
  },
  {
    title: "Files, with a tab in focus",
    keys: [
      { keys: ["←"], what: "the file before; → the next" },
      { keys: ["F2"], what: "rename" },
      { keys: ["Delete"], what: "delete; it can be undone" },
    ],
  },
  {
    title: "Editor",
    keys: [
      { keys: ["Esc", "Tab"], what: "leave the editor: one key after the other" },
      { keys: ["Ctrl", "Space"], what: "complete; Esc closes the list" },
      { keys: [MOD, "F"], what: "search and replace" },
      { keys: [MOD, "Z"], what: "undo" },
      { keys: [MOD, "Shift", "M"], what: "list of problems; F8 goes to the next" },
      { keys: [MOD, "I"], what: "help for the name at the cursor" },
      { keys: isMac ? ["Shift", "Alt", "M"] : ["Ctrl", "M"], what: "let Tab move the focus, or indent again" },
    ],
  },
  { title: "Anywhere else", keys: [{ keys: COMMANDS.help.keys, what: "this help" }] },
]);

/** The table of the keys. */
export const keys = () => html`<div class="keys">${HELP.map(({ title, keys }) => html`<section><h3>${title}</h3>
  <dl>${keys.map(({ keys, what }) => html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>
</section>`)}</div>`;
