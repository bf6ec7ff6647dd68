/** Puts together what one side has sent on a connection. */

import { SYN } from "./row.js";

/**
 * @typedef {import("../protocol.js").SegmentSent} SegmentSent
 * @typedef {import("./row.js").Row} Row
 * @typedef {{from: number, to: number, segment: SegmentSent}} Piece
 * @typedef {{data: string, pieces: Piece[]}} Stream
 */

/** A sequence number further ahead than this is one from before the beginning. */
const HALF = 0x80000000;

/**
 * Put the segments in order, each byte once, up to the first gap.
 *
 * @param {SegmentSent[]} segments of one direction
 * @returns {Stream}
 */
export function streamOf(segments) {
  const first = segments.find(({ flags }) => flags & SYN) ?? segments[0];
  const base = first ? first.sequence + (first.flags & SYN ? 1 : 0) : 0;
  const placed = segments
    .filter(({ data }) => data)
    .map((segment) => ({ from: (segment.sequence - base) >>> 0, segment }))
    .filter(({ from }) => from < HALF)
    .sort((a, b) => a.from - b.from || a.segment.packet - b.segment.packet);
  const parts = [];
  const pieces = [];
  let end = 0;
  for (const { from, segment } of placed) {
    if (from > end) break;
    const to = from + segment.data.length;
    pieces.push({ from, to, segment });
    if (to <= end) continue;
    parts.push(segment.data.slice(end - from));
    end = to;
  }
  return { data: parts.join(""), pieces };
}

/**
 * Tell whether a row was sent by the end of the connection that it was recorded at.
 *
 * @param {Row} row
 */
export function isSentHere(row) {
  const { record, pair } = row.chunk && row.pair ? row.pair : row;
  if ("direction" in record) return record.direction === "out";
  if (record.type === "http.requested") return record.role === "outbound";
  const request = pair?.record;
  return request?.type !== "http.requested" || request.role === "inbound";
}

/**
 * The segments of the direction in which a row went.
 *
 * @param {Row} row
 */
export function segmentsOf(row) {
  const { end, wire } = row;
  if (!end || !wire) return [];
  const [address, port] = isSentHere(row) ? [end.local, end.localPort] : [end.remote, end.remotePort];
  return wire.segments.filter(({ src, src_port }) => src === address && src_port === port);
}
