/** Reads from the page's address how it shall look and what it shall begin with. */

/** What of the page is shown within another. @typedef {"full" | "tutorial" | "traffic" | "page" | "console"} ViewName */

/** @type {readonly ViewName[]} */
export const VIEWS = ["full", "tutorial", "traffic", "page", "console"];

/** When Python is loaded. @typedef {"now" | "visible" | "click"} Autostart */

/** @type {readonly Autostart[]} */
const AUTOSTARTS = ["now", "visible", "click"];

/** How the part of an address begins that holds a project, see `web/share.js`. */
export const BUNDLE = "#p=";

/** How it begins when it holds a run, see `web/run.js`. */
export const RUN = "#r=";

const THEMES = ["light", "dark"];

/**
 * @param {URL | Location} address
 */
export function readMode(address) {
  const options = new URLSearchParams(address.search);
  // Some hosts leave the suffix out
  const isEmbedded = options.get("embed") === "1" || /\/embed(\.html)?$/.test(address.pathname);
  const isHeadless = options.get("headless") === "1";
  const seed = Number(options.get("seed") ?? "0");
  return {
    isEmbedded,
    isHeadless,
    view: VIEWS.find((view) => view === options.get("view")) ?? "full",
    autostart: AUTOSTARTS.find((when) => when === options.get("autostart")) ?? (isEmbedded ? "click" : "now"),
    theme: THEMES.find((theme) => theme === options.get("theme")) ?? "",
    lesson: options.get("lesson") ?? "",
    seed: Number.isSafeInteger(seed) ? seed : 0,
    /** Whether the files come from the page around this one. */
    waits: isEmbedded && options.get("wait") === "1",
  };
}

/** @typedef {ReturnType<typeof readMode>} Mode */
