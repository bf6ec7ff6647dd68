/** Lists the keys of the page for those who press them; `web/panels/keys.js` tells of them. */

export const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** How the key is called that goes with others. */
export const MOD = isMac ? "⌘" : "Ctrl";

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
