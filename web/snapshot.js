/**
 * Keeps what Python's memory holds after its start, so that the next start begins there.
 *
 * It is kept in Cache Storage under the name of the build, which is the only one that can read it. A browser that keeps
 * nothing, as in a private window, starts Python the normal way each time.
 */

const CACHE = "mos-sim-snapshot";
const HERE = new URL("./", import.meta.url).href;
const FOLDER = `${HERE}snapshot/`;
/** Nothing is ever loaded from this address: it is the name of an entry. */
const KEY = FOLDER + BUILD;

/** @returns {Promise<Uint8Array | null>} */
export async function readSnapshot() {
  try {
    const found = await (await caches.open(CACHE)).match(KEY);
    return found ? new Uint8Array(await found.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
export async function keepSnapshot(bytes) {
  try {
    const cache = await caches.open(CACHE);
    await dropSnapshots(); // of older builds
    await cache.put(KEY, new Response(bytes));
  } catch {
    // The browser keeps nothing, or has no room
  }
}

/** Forget those of this site; another one on the same origin has its own. */
export async function dropSnapshots() {
  try {
    const cache = await caches.open(CACHE);
    const own = (await cache.keys()).filter(({ url }) => url.startsWith(FOLDER));
    await Promise.all(own.map((key) => cache.delete(key)));
  } catch {
    // There is none, then
  }
}
