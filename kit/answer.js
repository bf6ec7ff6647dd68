/** Lets the device answer what a page under test asks for: its requests, and its WebSockets. */

import { ask, unpacked } from "./page.js";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("./device.js").Device} Device */

/** What the simulated connection has of its own. */
const DROPPED = ["content-length", "connection", "host"];

const PUMP = `simdevice.ws(given[0], { protocols: [], port: given[1] }).then((socket) => {
  const name = given[2];
  window[name + "Socket"] = socket;
  (async () => {
    try {
      for (;;) await window[name]("message", pack(await socket.next()));
    } catch {
      await window[name]("closed", await socket.closed);
    }
  })();
})`;

let count = 0;

/**
 * Route what a page asks for at an address to the device.
 *
 * @param {Device} device
 * @param {Page | import("@playwright/test").BrowserContext} page
 * @param {string} url the beginning of the addresses, without a slash at its end
 * @param {number} port of the device
 */
export async function answerPage(device, page, url, port) {
  const isBelow = (/** @type {string} */ base) => (/** @type {URL} */ asked) => `${asked.href}/`.startsWith(`${base}/`);
  await page.route(isBelow(url), (route) => answerRequest(device, route, port));
  await page.routeWebSocket(isBelow(url.replace("http", "ws")), (socket) => connect(device, socket, port));
}

/** @param {Device} device @param {import("@playwright/test").Route} route @param {number} port */
async function answerRequest(device, route, port) {
  const request = route.request();
  const sent = Object.entries(request.headers()).filter(([name]) => !DROPPED.includes(name.toLowerCase()));
  const url = new URL(request.url());
  const options = { headers: [...sent, /** @type {[string, string]} */ (["Host", url.host])], body: request.postDataBuffer() ?? "", port };
  let answer;
  try {
    answer = await device.request(request.method(), url.pathname + url.search, options);
  } catch (error) {
    const isRefused = /^(connection refused|no host)/.test(/** @type {Error} */ (error).message);
    return route.abort(isRefused ? "connectionrefused" : "connectionreset");
  }
  /** @type {{[name: string]: string}} */
  const headers = {};
  for (const [name, value] of answer.headers) {
    if (/^(content-length|transfer-encoding)$/i.test(name)) continue;
    headers[name] = name in headers ? `${headers[name]}\n${value}` : value;
  }
  return route.fulfill({ status: answer.status, headers, body: answer.body });
}

/** @param {Device} device @param {import("@playwright/test").WebSocketRoute} socket @param {number} port */
async function connect({ page }, socket, port) {
  const name = `simAnswer${count++}`;
  const url = new URL(socket.url());
  await page.exposeFunction(name, (/** @type {string} */ kind, /** @type {any} */ given) => {
    if (kind === "message") return socket.send(unpacked(given));
    const { code, reason } = given;
    return socket.close({ code: code === 1000 || (code >= 3000 && code < 5000) ? code : undefined, reason });
  });
  // What is sent before the device has taken the WebSocket waits for that
  const opened = ask(page, PUMP, url.pathname + url.search, port, name);
  socket.onMessage((data) => {
    opened.then(() => ask(page, `${name}Socket.send(given[0])`, data)).catch(() => {});
  });
  socket.onClose((code, reason) => {
    opened.then(() => ask(page, `${name}Socket.close(given[0], given[1])`, code ?? null, reason ?? "")).catch(() => {});
  });
  await opened.catch(() => socket.close({ code: 3000, reason: "the device has not taken the WebSocket" }));
}
