/** What the build puts into the scripts: the version of mos-sim, a name that no other build has, the sizes of Pyodide's
 * files in bytes, the list of the examples, the files of the first of them, and a run of it. */
declare const VERSION: string;
declare const BUILD: string;
declare const SIZES: Record<string, number>;
/** Pyodide's lock file, without its packages. */
declare const LOCK: import("pyodide").Lockfile;
declare const EXAMPLES: readonly { title: string; language: string; about: string; tip: string }[];
/** The names and titles of the lessons, in their order. */
declare const LESSONS: readonly { name: string; title: string }[];
/** A name that changes with every file of the site, and its files. */
declare const SITE: string;
declare const FILES: readonly string[];
declare const RECORDED: {
  records: import("./protocol.js").Trace[];
  snapshot: import("./protocol.js").Snapshot;
  answer: import("./protocol.js").HttpResponse;
};
declare const HELLO: readonly { name: string; text: string }[];
/** What web/first.js leaves for the page: how to load a script, a worker that starts, and what it has said until taken. */
declare var first: { trusted: (url: string) => string; worker: Worker | null; events: Event[] | null };
