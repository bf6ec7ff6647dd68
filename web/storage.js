/**
 * Keeps texts in the browser that are too large for `localStorage`, each under a key of its own (IndexedDB).
 *
 * A text is never changed. What nobody names any more is swept out at a later visit, as another tab may still name it.
 */

const NAME = "mos-sim";
const STORE = "texts";

/** How long a text is kept that is not named. */
const SPARED_MS = 86_400_000;

/** @type {Promise<IDBDatabase> | undefined} */
let opening;

/** A key that says when it was made. */
export const newKey = () => `${Date.now()}-${Math.random().toString(36).slice(2)}`;

/** @param {string} key */
const madeAt = (key) => Number(key.split("-")[0]);

/**
 * Keep texts; those that are there already stay.
 *
 * @param {ReadonlyMap<string, string>} texts by key
 */
export async function putTexts(texts) {
  if (!texts.size) return;
  const store = await storeOf("readwrite");
  const there = new Set(await resultOf(store.getAllKeys()));
  for (const [key, text] of texts) if (!there.has(key)) store.put(text, key);
  await ended(store.transaction);
}

/**
 * @param {Iterable<string>} keys
 * @returns {Promise<Map<string, string>>} those that are there
 */
export async function getTexts(keys) {
  const wanted = [...keys];
  if (!wanted.length) return new Map();
  const store = await storeOf("readonly");
  const texts = await Promise.all(wanted.map((key) => resultOf(store.get(key))));
  return new Map(wanted.flatMap((key, i) => (typeof texts[i] === "string" ? [[key, texts[i]]] : [])));
}

/**
 * Forget the texts that are old and not named.
 *
 * @param {ReadonlySet<string>} named
 */
export async function sweepTexts(named) {
  const store = await storeOf("readwrite");
  for (const key of await resultOf(store.getAllKeys())) {
    if (!named.has(String(key)) && Date.now() - madeAt(String(key)) > SPARED_MS) store.delete(key);
  }
  await ended(store.transaction);
}

/** @param {IDBTransactionMode} mode */
async function storeOf(mode) {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("another tab keeps the browser's storage"));
  });
  const database = await opening.catch((error) => {
    opening = undefined;
    throw error;
  });
  return database.transaction(STORE, mode, { durability: "strict" }).objectStore(STORE);
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const resultOf = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {IDBTransaction} transaction */
const ended = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
