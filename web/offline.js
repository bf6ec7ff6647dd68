/**
 * Keeps the files of the site for when there is no network: the service worker.
 *
 * Nothing depends on it. What is asked for is asked of the network first, as long as that answers soon, so nobody ever sees
 * an older page than there is. Only what cannot be had is taken from what is kept. Pyodide's files are kept under the
 * build's name, so that the page's worker may take them from there at once (`web/downloads.js`).
 */

/** What a service worker has besides a page's worker. @type {any} */
const scope = self;
const PREFIX = "mos-sim-files ";
const HERE = new URL("./", location.href).href;
const CACHE = `${PREFIX}${HERE} ${SITE}`;

/** How long the network may take to answer before what is kept is taken. */
const PATIENCE_MS = 4_000;

scope.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(keepAll().then(() => scope.skipWaiting()));
});

scope.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(dropOthers().then(() => scope.clients.claim()));
});

scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(HERE)) return;
  event.respondWith(answer(request));
});

/** Keep all files, or none: half a site is no site. */
async function keepAll() {
  const cache = await caches.open(CACHE);
  const keys = FILES.map((name) => (name.startsWith("pyodide/") ? `${name}?${BUILD}` : name));
  await cache.addAll(keys.map((key) => new Request(new URL(key, HERE), { cache: "no-cache" })));
}

/** Forget the files of older builds of this site. */
async function dropOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(`${PREFIX}${HERE} `) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** @param {Request} request */
async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = () => cache.match(request, { ignoreSearch: true, ignoreVary: true });
  let timer = 0;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  const asked = fetch(request);
  asked.catch(() => {}); // also when it is not waited for any more
  try {
    const first = await Promise.race([asked, late]);
    return first ?? (await kept()) ?? (await asked);
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
