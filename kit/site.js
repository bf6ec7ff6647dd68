/** Serves the built site, which this package carries, on a free port of this machine. */

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

const SITE = fileURLToPath(new URL("../dist/", import.meta.url));

/** @type {{[ending: string]: string}} */
const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * @param {string} [folder] the built site
 * @returns {Promise<{url: string, close: () => Promise<void>}>} its address, with a slash at the end
 */
export async function serveSite(folder = SITE) {
  if (!(await isFile(join(folder, "index.html")))) throw new Error(`there is no site in ${folder}: python3 build.py build makes it`);
  const server = createServer((request, response) => answer(folder, request.url ?? "/", response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("the site has no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * @param {string} folder
 * @param {string} target
 * @param {import("node:http").ServerResponse} response
 */
async function answer(folder, target, response) {
  const path = fileOf(folder, target);
  if (!path || !(await isFile(path))) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream", "Cache-Control": "no-cache" });
  createReadStream(path).pipe(response);
}

/**
 * The file that a request means; null if it leads out of the folder.
 *
 * @param {string} folder
 * @param {string} target
 */
function fileOf(folder, target) {
  try {
    const name = decodeURIComponent(new URL(target, "http://site").pathname);
    const path = normalize(join(folder, name.endsWith("/") ? `${name}index.html` : name));
    return path.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? path : null;
  } catch {
    return null;
  }
}

/** @param {string} path */
const isFile = (path) => stat(path).then((found) => found.isFile(), () => false);
