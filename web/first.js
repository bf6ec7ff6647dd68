/**
 * Starts the worker before anything else of the page is there: what it loads takes longer than all of the page's own work.
 *
 * It is a script of its own, run while the page is read; by its name the worker knows that it is to begin by itself.
 * `web/session.js` takes the worker over, with what it has said by
 * then; a page that waits until it is wanted, or that wants Python in another way, starts its worker itself.
 */

/** The policy of the page lets scripts be loaded by name only here (Trusted Types), where the browser knows of it. */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("mos-sim", {
  createScriptURL: (/** @type {string} */ url) => url,
});

/** @type {(url: string) => string} */
const trusted = (url) => policy?.createScriptURL(url) ?? url;

const waits = /\/embed(\.html)?$/.test(location.pathname) || /[?&](embed|autostart|install)=/.test(location.search);

const worker = waits ? null : begin();

/** Start the worker; where there can be none, the session tries it again, and tells why. */
function begin() {
  try {
    return new Worker(trusted("worker.js"), { type: "module", name: "first" });
  } catch {
    return null;
  }
}

/** @type {Event[]} */
const events = [];

for (const type of ["message", "error"]) worker?.addEventListener(type, (event) => globalThis.first.events?.push(event));

globalThis.first = { trusted, worker, events };
