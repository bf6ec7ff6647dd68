/** Lets the user take a text away: into the clipboard, or as a file. */

/**
 * @param {string} text
 * @param {string} [file] its name, if it is to be saved
 * @returns {Promise<string>} a word about it
 */
export async function takeAway(text, file) {
  if (file) {
    const { download } = await import("./archive.js");
    download(file, new TextEncoder().encode(text));
    return `Saved as ${file}.`;
  }
  try {
    await navigator.clipboard.writeText(text);
    return "Copied.";
  } catch {
    return "The browser does not let the page write to the clipboard.";
  }
}
