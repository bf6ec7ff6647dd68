/** Shows when a message was sent and arrived, in virtual time, and the segments that carried it. */

import { html, nothing } from "lit";
import { duration, moment, plural, size } from "../format.js";
import { flagNames } from "../traffic/row.js";

/** Segments listed, at most. */
const MOST = 100;

/**
 * @typedef {import("../traffic/row.js").Row} Row
 * @typedef {import("../protocol.js").SegmentSent} SegmentSent
 */

/**
 * @param {Row} row
 * @param {SegmentSent[]} segments that carried it
 * @param {(seq: number) => void} show a segment, by the number of its record
 */
export function timingView(row, segments, show) {
  return html`
    <table class="facts">
      <caption class="unseen">Times</caption>
      <tbody>${timesOf(row, segments).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody>
    </table>
    <p class="hint said">All times are those of the device's virtual clock, in seconds since it began; it may run faster or slower than yours.</p>
    ${segments.length ? segmentTable(segments, show) : nothing}
  `;
}

/**
 * @param {Row} row
 * @param {SegmentSent[]} segments
 * @returns {[name: string, value: string][]}
 */
function timesOf({ record, pair, end, chunk }, segments) {
  /** @type {[string, string][]} */
  const times = [];
  const at = (/** @type {number} */ us) => `${moment(us)} s`;
  const sent = segments[0]?.at_us ?? ("arrives_us" in record ? record.at_us : null);
  const arrived = segments.length ? Math.max(...segments.map(({ arrives_us }) => arrives_us)) : "arrives_us" in record ? record.arrives_us : null;
  if (sent !== null) times.push(["Sent", at(sent)]);
  if (arrived !== null) times.push(["Arrived", at(arrived)]);
  if (sent !== null && arrived !== null) times.push(["On its way", duration(arrived - sent)]);
  times.push(["Recorded", at(record.at_us)]);
  if (pair && !chunk) {
    const took = record.at_us - pair.record.at_us;
    times.push(took >= 0 ? ["Took, from the request", duration(took)] : ["Answered after", duration(-took)]);
  }
  if (end) times.push(["Connection opened", at(end.openedUs)]);
  if (end?.closedUs !== null && end?.closedUs !== undefined) times.push(["Connection closed", `${at(end.closedUs)} (${end.reason})`]);
  return times;
}

/**
 * @param {SegmentSent[]} segments
 * @param {(seq: number) => void} show
 */
function segmentTable(segments, show) {
  return html`<h3>${plural(segments.length, "TCP segment")} carried it</h3>
    <table class="segments">
      <caption class="unseen">TCP segments</caption>
      <thead><tr><th scope="col">Sent</th><th scope="col">Arrived</th><th scope="col">Control bits</th><th scope="col">Data</th></tr></thead>
      <tbody>${segments.slice(0, MOST).map(({ seq, at_us, arrives_us, flags, data }) => html`<tr>
        <td><button type="button" class="link" title="Show this segment" @click=${() => show(seq)}>${moment(at_us)}</button></td>
        <td>${moment(arrives_us)}</td><td>${flagNames(flags)}</td><td>${size(data.length)}</td></tr>`)}</tbody>
    </table>
    ${segments.length > MOST ? html`<p class="hint said">and ${segments.length - MOST} more</p>` : nothing}`;
}
