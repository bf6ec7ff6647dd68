/** Calls `window.simdevice` in the page, and hands bytes over in both directions. */

/** What a program in the page has beside its arguments. */
const TOOLS = `
  const unpack = (value) => {
    if (Array.isArray(value)) return value.map(unpack);
    if (!value || typeof value !== "object" || value instanceof RegExp) return value;
    if (typeof value.base64 === "string") return Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpack(one)]));
  };
  const pack = (data) => typeof data === "string" ? data :
    { base64: btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join("")) };
  const inTime = (promise, timeout) => Promise.race([promise, new Promise((_, reject) =>
    setTimeout(() => reject(new Error("waited " + timeout + " ms in vain")), timeout))]);
`;

/**
 * Evaluate an expression in the page, which has the array `given`, `pack(data)` for bytes that it returns, and
 * `inTime(promise, milliseconds)`.
 *
 * @param {import("@playwright/test").Page} page
 * @param {string} program
 * @param {unknown[]} given
 * @returns {Promise<any>} what it promises
 * @throws {Error} with the words of the page, and its `code` if it has one
 */
export async function ask(page, program, ...given) {
  const source = `async (packed) => {${TOOLS}
    try {
      return { value: await (async (...given) => ${program})(...unpack(packed)) };
    } catch (error) {
      return { problem: String(error?.message ?? error), code: error?.code };
    }
  }`;
  const called = `(${source})(${JSON.stringify(given.map(packed))})`;
  const { value, problem, code } = /** @type {any} */ (await page.evaluate(called));
  if (problem === undefined) return value;
  throw code === undefined ? new Error(problem) : Object.assign(new Error(problem), { code });
}

/** A value with bytes and patterns as JSON has them. @param {any} value @returns {unknown} */
function packed(value) {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString("base64") };
  if (value instanceof RegExp) return { source: value.source, flags: value.flags };
  if (Array.isArray(value)) return value.map(packed);
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, packed(one)]));
}

/** @param {string | {base64: string}} value @returns {string | Buffer} */
export const unpacked = (value) => (typeof value === "string" ? value : Buffer.from(value.base64, "base64"));
