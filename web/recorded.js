/**
 * Is what the page shows until its own device is there: a run of the example, recorded when the site was built
 * (tools/recording.py). Nothing but what is drawn knows of it: it is in no trace, and no program sees it.
 */

import { EXAMPLE } from "./examples.js";
import { BUNDLE, RUN } from "./mode.js";
import { Model } from "./model.js";
import { isUntouched } from "./source.js";

/** What panels draw from, as `Control` has it. @typedef {Pick<import("./control.js").Control, "model" | "exchange" | "running">} Source */

/**
 * The recorded run, if what the page opens with is what was recorded.
 *
 * @param {import("./mode.js").Mode} mode
 * @returns {Source | null}
 */
export function recordedRun({ isEmbedded, isHeadless, lesson, seed }) {
  const { hash } = location;
  if (isEmbedded || isHeadless || lesson || seed || hash.startsWith(BUNDLE) || hash.startsWith(RUN) || !isUntouched()) return null;
  const model = new Model();
  model.world = -1; // no history of the device's
  const { records, snapshot, answer } = RECORDED;
  model.take({ type: "records", records, snapshot, time: { now_us: snapshot.at_us, speed: 1, paused: false } });
  return { model, exchange: { answer }, running: { files: EXAMPLE.files, profile: model.profile, seed, main: "" } };
}

/**
 * Tell whether the device shall be shown in its place: once the request has been answered with which it begins, or that
 * cannot be any more.
 *
 * @param {import("./control.js").Control} control
 */
export const isOver = ({ opened, state }) => opened || (state !== "loading" && state !== "running");
