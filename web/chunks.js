/** Takes a chunked body apart (RFC 9112, 7.1). */

/**
 * Where a chunk is within a message: its line, with the size in hex at its beginning, and its data.
 *
 * @typedef {{from: number, sizeTo: number, dataFrom: number, dataTo: number, to: number}} Chunk
 */

/** @param {string} head latin-1 */
export const isChunked = (head) => /^transfer-encoding:[^\r\n]*\bchunked/im.test(head);

/**
 * List the chunks, the last of size 0 too; it ends where the bytes are no chunk any more.
 *
 * @param {string} data latin-1
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
    const dataTo = Math.min(dataFrom + size, data.length);
    const end = size && data.startsWith("\r\n", dataTo) ? 2 : size && data[dataTo] === "\n" ? 1 : 0;
    chunks.push({ from: at, sizeTo: at + (found[1] ?? "").length, dataFrom, dataTo, to: dataTo + end });
    if (!size) break;
    at = dataTo + end;
  }
  return chunks;
}

/**
 * The body without its chunking.
 *
 * @param {string} data latin-1
 * @param {number} headSize
 */
export function bodyOf(data, headSize) {
  if (!isChunked(data.slice(0, headSize))) return data.slice(headSize);
  return chunksOf(data, headSize).map(({ dataFrom, dataTo }) => data.slice(dataFrom, dataTo)).join("");
}
