/** Turns bytes into text of one character each, as messages carry them, and back. */

/** @param {Uint8Array} bytes */
export function latin1Of(bytes) {
  let out = "";
  for (let at = 0; at < bytes.length; at += 8192) out += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return out;
}

/**
 * @param {string} latin1
 * @returns {Uint8Array<ArrayBuffer>}
 */
export const bytesOf = (latin1) => Uint8Array.from(latin1, (c) => c.charCodeAt(0));

/** @param {BufferSource} data */
export const viewOf = (data) =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);

/**
 * Read text as a browser does: by the charset of the type, a byte order mark, or UTF-8.
 *
 * @param {string} latin1
 * @param {string} type a Content-Type
 */
export function textOf(latin1, type = "") {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytesOf(latin1));
  } catch {
    return new TextDecoder().decode(bytesOf(latin1)); // a charset that nobody knows
  }
}

/**
 * @param {[string, string][]} headers
 * @param {string} name in lower case
 */
export const headerOf = (headers, name) => headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
