/** Saves what was done to the device as a run, plays runs, and goes back in them (docs/reference/run.md). */

import { plural, excerpt, moment } from "./format.js";
import { RUN } from "./mode.js";
import { projectOf } from "./project.js";
import { sentences } from "./sentences.js";
import { checkedBundle, ShareError, unpack } from "./share.js";

/** @typedef {import("./control.js").Control} Control */
/** @typedef {import("./protocol.js").Replayed} Replayed */
/** @typedef {Pick<Replayed, "difference"> & {text: string}} Said what came of a run, in words */

/** How much of a record is shown, and how much of that is before what differs. */
const SHOWN = 100;
const BEFORE = 16;

const FILE = "run.json";

/**
 * The run of the network that there is: the text of its file, and a link to it if it is short enough.
 *
 * @param {Control} control
 * @param {{name?: string}} [options]
 */
export async function saveRun({ session }, { name = "" } = {}) {
  const { run, fragment, records } = await session.request("run.save", { name, made_by: `mos-sim ${VERSION}` });
  const page = new URL(location.href);
  page.search = page.hash = "";
  return { run, link: fragment === null ? null : page.href + fragment, records };
}

/**
 * What the trace holds, or some connections of it, as a file of one of the formats of docs/reference/export.md.
 *
 * @param {Control} control
 * @param {string} form
 * @param {number[]} [connections]
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function writeTrace({ session }, form, connections) {
  return (await session.request("trace.write", { form, version: VERSION, ...(connections && { connections }) })).bytes;
}

/**
 * Save the run as a file.
 *
 * @param {Control} control
 */
export async function downloadRun(control) {
  const { run, records } = await saveRun(control);
  const { download } = await import("./archive.js");
  download(FILE, new TextEncoder().encode(run));
  say(control, `Saved as ${FILE}: ${plural(records, "record")}.`);
}

/**
 * Copy a link to the run.
 *
 * @param {Control} control
 * @returns {Promise<string>} the link, where the browser does not let it be copied
 */
export async function copyRun(control) {
  const { link } = await saveRun(control);
  if (link === null) {
    say(control, "This run is too long for a link: save it as a file.");
    return "";
  }
  try {
    await navigator.clipboard.writeText(link);
    say(control, "Link to this run copied.");
    return "";
  } catch {
    say(control, "The browser does not copy here: copy it yourself.");
    return link;
  }
}

/**
 * Play a run in the place of what there is, and stand at its end; its project is in the editor then.
 *
 * @param {Control} control
 * @param {string} run the text of its file
 */
export async function replay(control, run) {
  const told = await play(control, "Replaying the run ...", () => control.session.request("run.replay", { run }));
  const { project } = told;
  try {
    const { files, main, seed, profile } = checkedBundle(project, "The run");
    control.replace(projectOf(files, main));
    Object.assign(control, { main, seed });
    control.set({ profile });
    control.running = control.booted = { files, main, seed, profile };
  } catch (error) {
    if (!(error instanceof ShareError)) throw error; // it has been played all the same
  }
  const name = told.name ? ` of ${excerpt(told.name, 60)}` : "";
  const same = `The run${name} has been played again: all ${plural(told.records, "record")} are the same as recorded.`;
  say(control, told.is_same ? `${same} Time stands at its end.` : `The run${name} goes otherwise here, from record ${told.difference?.record} on.`, told);
  return told;
}

/**
 * Go back to just behind a record.
 *
 * @param {Control} control
 * @param {number} seq
 */
export async function rewind(control, seq) {
  const told = await play(control, "Going back ...", () => control.session.request("run.rewind", { seq }));
  const at = moment(control.model.snapshot.at_us);
  const back = `Gone back to ${at} s. Time stands; what you do from here on is a new branch.`;
  say(control, told.is_same ? back : "This run does not go the same way again, so there is no way back.", told);
  return told;
}

/**
 * What came of a run, as `window.simdevice` has it.
 *
 * @param {Replayed} told
 * @returns {import("./types/api.js").Replayed}
 */
export const publicOf = ({ name, records, is_same, difference, sha256 }) => ({ name, records, isSame: is_same, difference, sha256 });

/**
 * Play the run that the page's address holds.
 *
 * @param {Control} control
 * @returns {Promise<boolean>} whether it has been played
 */
export async function openLink(control) {
  const { hash } = location;
  // It shall not be played again by a reload
  history.replaceState(null, "", location.pathname + location.search);
  return attempt(control, async () => void (await replay(control, await unpack(hash.slice(RUN.length)))));
}

/**
 * Do something, or say why it could not be done.
 *
 * @param {Control} control
 * @param {() => Promise<unknown>} action
 * @returns {Promise<boolean>} whether it was done
 */
export async function attempt(control, action) {
  try {
    await action();
    return true;
  } catch (error) {
    const text = sentences(/** @type {Error} */ (error).message);
    say(control, text);
    control.model.note("error", text);
    control.onChange();
    return false;
  }
}

/**
 * Have the worker play something, while nothing else may be done but what ends that.
 *
 * @param {Control} control
 * @param {string} doing
 * @param {() => Promise<Replayed>} ask
 */
async function play(control, doing, ask) {
  const { session } = control;
  const turn = ++control.turn;
  control.set({ busy: true, refusal: "", doing, exchange: {} });
  try {
    const isThere = (await session.reacts()) || (turn === control.turn && (await control.startPython()));
    if (!isThere || turn !== control.turn) throw new Error(control.problem || "Something else was wanted meanwhile.");
    control.set({ busy: true, doing });
    return await ask();
  } finally {
    if (turn === control.turn) control.set({ busy: false, doing: "" });
  }
}

/**
 * @param {Control} control
 * @param {string} text
 * @param {Pick<Replayed, "difference">} [told]
 */
function say(control, text, told) {
  control.said = { text, difference: told?.difference ?? null };
  if (told) control.model.note(told.difference ? "error" : "note", text);
  control.onChange();
}

/**
 * The first record that differs, as it was and as it is: from a little before the first character that is another one.
 *
 * @param {NonNullable<Replayed["difference"]>} difference
 * @returns {[string, string][]}
 */
export function linesOf({ expected, got, is_beyond }) {
  let at = 0;
  if (expected && got) while (expected[at] === got[at] && at < expected.length) at++;
  const from = Math.max(0, at - BEFORE);
  const part = (/** @type {string} */ line) => (from ? "…" : "") + excerpt(line.slice(from), SHOWN);
  return [["Recorded", is_beyond ? "nothing" : expected ? part(expected) : "not kept in this run"], ["Now", got ? part(got) : "nothing"]];
}
