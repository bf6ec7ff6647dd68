/** Lists the keys of the page, for who presses them and for the help that names them. */

const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** How the key is called that goes with others. */
const MOD = isMac ? "⌘" : "Ctrl";

/** @typedef {"run" | "stop" | "restart" | "help"} Command */

/** The commands, their keys as people read them, and as `aria-keyshortcuts` has them. */
export const COMMANDS = Object.freeze({
  run: { keys: [MOD, "Enter"], aria: "Control+Enter Meta+Enter" },
  stop: { keys: [MOD, "."], aria: "Control+. Meta+." },
  restart: { keys: [MOD, "Shift", "Enter"], aria: "Control+Shift+Enter Meta+Shift+Enter" },
  help: { keys: ["?"], aria: "?" },
});

/** @param {Command} command */
export const keysOf = (command) => COMMANDS[command].keys.join("+");

/** What the help says, part by part. */
export const HELP = Object.freeze([
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

/**
 * What somebody wants who has pressed this.
 *
 * @param {KeyboardEvent} event
 * @returns {Command | null}
 */
export function commandOf(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing || event.altKey) return null;
  const { key, shiftKey } = event;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  if (mod && key === "Enter") return shiftKey ? "restart" : "run";
  if (mod && key === ".") return "stop";
  return key === "?" && !event.ctrlKey && !event.metaKey && !isWriting(event) ? "help" : null;
}

/** Whether the key writes a character. @param {KeyboardEvent} event */
function isWriting(event) {
  const [element] = event.composedPath();
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input, textarea, select"));
}
