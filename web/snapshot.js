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

/** Bytes of a page of memory; what WebAssembly has is a multiple. */
const PAGE = 4096;
const WORD = Uint32Array.BYTES_PER_ELEMENT;

/** Says how many bytes the memory has that is kept. */
const LENGTH = "Memory-Length";

/**
 * What is kept: memory that is filled while Python gets ready for it, which has to know its length alone.
 *
 * @typedef {{memory: Uint8Array<ArrayBuffer>, filled: Promise<void>}} Snapshot
 */

/**
 * Find what is kept, and begin to read it.
 *
 * @returns {Promise<Snapshot | null>} `filled` fails if it cannot be read
 */
export async function readSnapshot() {
  const found = await find();
  if (!found) return null;
  const memory = new Uint8Array(Number(found.headers.get(LENGTH)));
  const filled = found.arrayBuffer().then((packed) => expand(packed, memory));
  filled.catch(() => {}); // seen by who waits for it
  return { memory, filled };
}

async function find() {
  try {
    return await (await caches.open(CACHE)).match(KEY);
  } catch {
    return undefined;
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
export async function keepSnapshot(bytes) {
  try {
    const cache = await caches.open(CACHE);
    await dropSnapshots(); // of older builds
    await cache.put(KEY, new Response(new Blob(pack(bytes)), { headers: { [LENGTH]: `${bytes.length}` } }));
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

/**
 * Leave out the pages without anything in them, a third of the memory, for reading takes its time at each start.
 *
 * @param {Uint8Array<ArrayBuffer>} memory whole pages
 * @returns {BlobPart[]} how many runs follow; where each of these begins and ends; their bytes
 */
function pack(memory) {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length / WORD);
  const pages = memory.length / PAGE;
  /** @type {number[]} */
  const edges = [];
  for (let page = 0; page < pages; page++) {
    const start = (page * PAGE) / WORD;
    const isEmpty = words.subarray(start, start + PAGE / WORD).every((word) => word === 0);
    if (edges.length % 2 === Number(isEmpty)) edges.push(page);
  }
  if (edges.length % 2) edges.push(pages);
  return [Uint32Array.of(edges.length / 2, ...edges), ...runs(edges).map(([from, to]) => memory.subarray(from, to))];
}

/**
 * Undo `pack`.
 *
 * @param {ArrayBuffer} packed
 * @param {Uint8Array} memory with nothing in it yet
 */
function expand(packed, memory) {
  const [count] = new Uint32Array(packed, 0, 1);
  let at = (1 + 2 * count) * WORD;
  for (const [from, to] of runs([...new Uint32Array(packed, WORD, 2 * count)])) {
    memory.set(new Uint8Array(packed, at, to - from), from);
    at += to - from;
  }
}

/** @param {number[]} edges of runs of pages @returns {[from: number, to: number][]} the bytes of each */
const runs = (edges) => Array.from({ length: edges.length / 2 }, (_, n) => [edges[2 * n] * PAGE, edges[2 * n + 1] * PAGE]);
