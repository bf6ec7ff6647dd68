/** Finds the bytes of a row as they went over the wire, with their fields and the segments that carried them. */

import { chunkFields, frameFields, httpFields, packetBytes, packetFields } from "./fields.js";
import { segmentsOf, streamOf } from "../traffic/stream.js";
import { carriers, spansOf } from "./stream.js";

/**
 * @typedef {{data: string, fields: import("./fields.js").Field[], note: string,
 *   segments: import("../protocol.js").SegmentSent[]}} Raw
 */

/** @type {Raw} */
const NOTHING = { data: "", fields: [], note: "", segments: [] };

/**
 * @param {import("../traffic/row.js").Row} row
 * @param {readonly import("../traffic/row.js").Row[]} rows all that are kept
 * @returns {Raw}
 */
export function rawOf(row, rows) {
  const { record, chunk } = row;
  if (record.type === "segment.sent" || record.type === "datagram.sent") {
    const note = "The virtual network passes packets on as numbers. This is the header as it would be on a wire.";
    return { ...NOTHING, ...packetBytes(record), note };
  }
  const stream = streamOf(segmentsOf(row));
  const spans = spansOf(row, stream, rows);
  const found = spans.map(({ from, to }) => stream.data.slice(from, to)).join("");
  const segments = carriers(stream, spans);
  if (record.type === "ws.framed" || record.type === "mqtt.packet") {
    if (!found) return { ...NOTHING, data: record.data, note: "Only the payload is known: what carried it is not kept any more." };
    return { ...NOTHING, data: found, fields: record.type === "ws.framed" ? frameFields(found) : packetFields(found), segments };
  }
  if (chunk) return { ...NOTHING, data: chunk.bytes, fields: chunkFields(chunk.bytes, 0), segments };
  if (!("data" in record)) return NOTHING;
  const headSize = "head_size" in record ? record.head_size : 0;
  const data = found || record.data;
  return { ...NOTHING, data, fields: httpFields(data, headSize), segments };
}
