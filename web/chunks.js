/** Takes a chunked body apart (RFC 9112, 7.1). */

/**
 * Where a chunk is: its line, with the size in hex at its beginning, and its data.
 *
 * @typedef {{from: number, sizeTo: number, dataFrom: number, dataTo: number, to: number}} Chunk
 */

/** @param {string} head latin-1 */
export const isChunked = (head) => /^transfer-encoding:[^\r\n]*\bchunked/im.test(head);

/**
 * List the chunks, the last of size 0 too; it ends where the bytes are no whole chunk any more.
 *
 * @param {string} data latin-1, as on the wire
 * @param {number} from where the body begins
 * @returns {Chunk[]}
 */
export function chunksOf(data, from) {
  const chunks = [];
  const line = /([0-9a-f]{1,8})[^\r\n]*\r?\n/iy;
  for (let at = from; at < data.length; ) {
    line.lastIndex = at;
    const found = line.exec(data);
    if (!found) break;
    const size = parseInt(found[1] ?? "", 16);
    const dataFrom = line.lastIndex;
    const dataTo = dataFrom + size;
    if (dataTo > data.length) break;
    const end = size ? lineEnd(data, dataTo) : 0;
    chunks.push({ from: at, sizeTo: at + (found[1] ?? "").length, dataFrom, dataTo, to: dataTo + end });
    if (!size) break;
    at = dataTo + end;
  }
  return chunks;
}

/**
 * How long the end of a line is that stands here, 0 if none does.
 *
 * @param {string} data
 * @param {number} at
 */
const lineEnd = (data, at) => (data.startsWith("\r\n", at) ? 2 : data[at] === "\n" ? 1 : 0);

/**
 * Where a chunked message ends: behind its trailer and an empty line.
 *
 * @param {string} data latin-1, as on the wire
 * @param {number} from where the body begins
 */
export function endOfChunked(data, from) {
  const end = chunksOf(data, from).at(-1)?.to ?? from;
  const trailer = /(?:[^\r\n]+\r?\n)*\r?\n/y;
  trailer.lastIndex = end;
  return trailer.test(data) ? trailer.lastIndex : end;
}
