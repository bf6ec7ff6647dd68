/** What the build puts into the scripts: the version of mos-sim, a name that no other build has, and the sizes of
 * Pyodide's files in bytes. */
declare const VERSION: string;
declare const BUILD: string;
declare const SIZES: Record<string, number>;
