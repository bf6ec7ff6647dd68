/** Takes a curl command apart into the request that it sends, and writes requests as commands and as code. */

/**
 * @typedef {{method: string, url: string, headers: [name: string, value: string][], body: string}} Plain a request in
 *   texts
 */

/** Options that change the request, by all their names. @type {{[name: string]: string}} */
const NAMES = {
  "-X": "--request", "-H": "--header", "-d": "--data", "--data-ascii": "--data", "-u": "--user", "-A": "--user-agent",
  "-b": "--cookie", "-e": "--referer", "-I": "--head", "-G": "--get", "-F": "--form",
};

/** Options with a value that change nothing here. */
const IDLE_WITH_VALUE = [
  "-o", "--output", "-m", "--max-time", "--connect-timeout", "-w", "--write-out", "--retry", "-c", "--cookie-jar", "--resolve",
  "-x", "--proxy", "--cacert", "--limit-rate",
];

/** Options without one. */
const IDLE = [
  "-s", "--silent", "-S", "--show-error", "-v", "--verbose", "-i", "--include", "-L", "--location", "-k", "--insecure", "-f", "--fail",
  "--compressed", "-g", "--globoff", "-#", "--progress-bar", "-N", "--no-buffer", "-0", "--http1.0", "--http1.1", "-4", "--ipv4", "-n",
  "--path-as-is", "--http0.9", "-O", "--remote-name",
];

const WITH_VALUE = [
  "--request", "--header", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "--user", "--user-agent", "--cookie",
  "--referer", "--form", "--form-string", "--url",
];

/**
 * @param {string} text
 * @returns {Plain}
 * @throws {Error} a sentence that says what cannot be understood
 */
export function parseCurl(text) {
  const words = wordsOf(text.trim().replace(/^\$\s+/, ""));
  if (!/^curl(\.exe)?$/.test(words.shift() ?? "")) throw new Error("this is no curl command: it does not begin with curl");
  const state = { method: "", url: "", headers: /** @type {[string, string][]} */ ([]), data: /** @type {string[]} */ ([]),
    parts: /** @type {[string, string][]} */ ([]), isGet: false, isJson: false };
  const queue = words.flatMap(split);
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (!word.startsWith("-") || word === "-") {
      if (state.url) throw new Error(`there are two addresses: ${state.url} and ${word}`);
      state.url = word;
      continue;
    }
    const at = word.startsWith("--") ? word.indexOf("=") : -1;
    const written = at < 0 ? word : word.slice(0, at);
    const name = NAMES[written] ?? written;
    const hasValue = WITH_VALUE.includes(name) || IDLE_WITH_VALUE.includes(name);
    if (!hasValue && !IDLE.includes(name) && !["--head", "--get"].includes(name)) {
      throw new Error(`curl's option ${written} is not understood here`);
    }
    const value = !hasValue ? "" : at < 0 ? queue.shift() : word.slice(at + 1);
    if (value === undefined) throw new Error(`curl's option ${written} lacks its value`);
    apply(state, name, value);
  }
  if (!state.url) throw new Error("the curl command has no address");
  return finished(state);
}

/**
 * @param {{method: string, url: string, headers: [string, string][], data: string[], parts: [string, string][],
 *   isGet: boolean, isJson: boolean}} state
 * @param {string} name
 * @param {string} value
 */
function apply(state, name, value) {
  switch (name) {
    case "--request":
      state.method = value;
      break;
    case "--url":
      state.url = value;
      break;
    case "--header":
      state.headers.push(...headerOf(value));
      break;
    case "--user":
      state.headers.push(["Authorization", `Basic ${base64(value)}`]);
      break;
    case "--user-agent":
      state.headers.push(["User-Agent", value]);
      break;
    case "--referer":
      state.headers.push(["Referer", value]);
      break;
    case "--cookie":
      if (!value.includes("=")) throw new Error(`the cookies are in the file ${value}, which cannot be read from here`);
      state.headers.push(["Cookie", value]);
      break;
    case "--head":
      state.method ||= "HEAD";
      break;
    case "--get":
      state.isGet = true;
      break;
    case "--json":
      state.isJson = true;
      state.data.push(unread(value));
      break;
    case "--data":
      state.data.push(unread(value).replace(/[\r\n]/g, (end) => (value.startsWith("@") ? "" : end)));
      break;
    case "--data-raw":
      state.data.push(value);
      break;
    case "--data-binary":
      state.data.push(unread(value));
      break;
    case "--data-urlencode":
      state.data.push(urlencoded(value));
      break;
    case "--form":
    case "--form-string":
      state.parts.push(partOf(value, name === "--form"));
      break;
    default: // changes nothing here
  }
}

/** @param {Parameters<typeof apply>[0]} state @returns {Plain} */
function finished({ method, url, headers, data, parts, isGet, isJson }) {
  const has = (/** @type {string} */ name) => headers.some(([key]) => key.toLowerCase() === name);
  if (parts.length) {
    if (data.length) throw new Error("curl sends either a form (-F) or data (-d), not both");
    const boundary = "------------------------simulated";
    const body = parts.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join("");
    return { method: method || "POST", url, headers: [...headers, ["Content-Type", `multipart/form-data; boundary=${boundary}`]], body: `${body}--${boundary}--\r\n` };
  }
  const joined = data.join(isJson ? "" : "&");
  if (isGet && data.length) {
    return { method: method || "GET", url: `${url}${url.includes("?") ? "&" : "?"}${joined}`, headers, body: "" };
  }
  if (data.length && !has("content-type")) headers.push(["Content-Type", isJson ? "application/json" : "application/x-www-form-urlencoded"]);
  if (isJson && !has("accept")) headers.push(["Accept", "application/json"]);
  return { method: method || (data.length ? "POST" : "GET"), url, headers, body: joined };
}

/** @param {string} text @returns {[string, string][]} none if curl would leave the field away */
function headerOf(text) {
  if (text.startsWith("@")) throw new Error(`the headers are in the file ${text.slice(1)}, which cannot be read from here`);
  const colon = text.indexOf(":");
  if (colon < 0) {
    if (text.endsWith(";")) return [[text.slice(0, -1), ""]];
    throw new Error(`the header ${JSON.stringify(text)} has no colon`);
  }
  const value = text.slice(colon + 1).trim();
  return value ? [[text.slice(0, colon).trim(), value]] : [];
}

/** @param {string} text */
function unread(text) {
  if (text.startsWith("@")) throw new Error(`the data is in the file ${text.slice(1)}, which cannot be read from here`);
  return text;
}

/** @param {string} text */
function urlencoded(text) {
  const [, name, value] = /^([^=@]*)=([\s\S]*)$/.exec(text) ?? [null, "", text];
  if (/^[^=]*@/.test(text)) unread(text.slice(text.indexOf("@")));
  return `${name ? `${name}=` : ""}${encodeURIComponent(value ?? "")}`;
}

/** @param {string} text @param {boolean} mayBeFile @returns {[string, string]} */
function partOf(text, mayBeFile) {
  const at = text.indexOf("=");
  if (at < 0) throw new Error(`the part ${JSON.stringify(text)} of the form has no "="`);
  const value = text.slice(at + 1);
  if (mayBeFile && /^[@<]/.test(value)) unread(`@${value.slice(1)}`);
  return [text.slice(0, at), value];
}

/** @param {string} text */
const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** Short options may stand together, and with their value: `-sXPOST`. @param {string} word @returns {string[]} */
function split(word) {
  if (!/^-[A-Za-z0-9#]{2,}/.test(word) && !/^-[A-Za-z]./.test(word)) return [word];
  if (word.startsWith("--")) return [word];
  const first = word.slice(0, 2);
  const known = NAMES[first] ?? first;
  if (WITH_VALUE.includes(known) || IDLE_WITH_VALUE.includes(known)) return [first, word.slice(2)];
  return [first, ...split(`-${word.slice(2)}`)];
}

/** What the letters after a backslash stand for within $'...'. @type {{[letter: string]: string}} */
const ESCAPES = { n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'", '"': '"' };

/**
 * Take a command line apart as a shell does.
 *
 * @param {string} text
 */
function wordsOf(text) {
  const token = /\\\r?\n|\^\r?\n|(\s+)|'([^']*)'|\$'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\$^]+|[$^])/gy;
  /** @type {string[]} */
  const words = [];
  let word = "";
  let isWord = false;
  while (token.lastIndex < text.length) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`a quotation mark is not closed: ${text.slice(from, from + 20)}`);
    const [whole, space, single, ansi, double, escaped, plain] = match;
    if (space !== undefined) {
      if (isWord) words.push(word);
      [word, isWord] = ["", false];
      continue;
    }
    if (/^[\\^]\r?\n$/.test(whole)) continue; // the line goes on
    const part = single ?? (ansi !== undefined ? ansiOf(ansi) : undefined) ?? double?.replace(/\\(["\\$`])/g, "$1").replace(/\\\r?\n/g, "") ?? escaped ?? plain ?? "";
    if (plain !== undefined && /^[|;&<>]/.test(plain)) throw new Error(`only one command can be taken, without ${plain}`);
    [word, isWord] = [word + part, true];
  }
  if (isWord) words.push(word);
  return words;
}

/** @param {string} text */
const ansiOf = (text) =>
  text.replace(/\\(?:u([0-9a-f]{1,4})|x([0-9a-f]{1,2})|([\s\S]))/gi, (_, u, x, letter) =>
    letter === undefined ? String.fromCharCode(parseInt(u ?? x, 16)) : (ESCAPES[letter] ?? `\\${letter}`),
  );

// Writing

/** @param {string} text */
const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** @param {Plain} request */
export function asCurl({ method, url, headers, body }) {
  const parts = ["curl"];
  if (method === "HEAD") parts.push("-I");
  else if (method !== (body ? "POST" : "GET")) parts.push("-X", quoted(method));
  for (const [name, value] of headers) parts.push("-H", quoted(value ? `${name}: ${value}` : `${name};`));
  if (body) parts.push("--data-raw", quoted(body));
  return [...parts, quoted(url)].join(" ");
}

/** @param {Plain} request */
export function asFetch({ method, url, headers, body }) {
  const fields = [
    method === "GET" ? "" : `  method: ${JSON.stringify(method)},\n`,
    headers.length ? `  headers: ${JSON.stringify(headers)},\n` : "",
    body ? `  body: ${JSON.stringify(body)},\n` : "",
  ].join("");
  return `const response = await fetch(${JSON.stringify(url)}${fields ? `, {\n${fields}}` : ""});\n`;
}

/** @param {Plain} request @param {string} target */
export function asPytest({ method, headers, body }, target) {
  const fields = [
    ...(headers.length ? [`headers=[${headers.map((pair) => `(${pair.map(pythonText).join(", ")})`).join(", ")}]`] : []),
    ...(body ? [`body=${pythonText(body)}`] : []),
  ];
  const call = [pythonText(method), pythonText(target), ...fields].join(", ");
  return `from pathlib import Path

from sim import Device, Network, Peer


def test_request():
    network = Network(seed=1)
    device = Device(network, {"FIRMWARE": Path("FIRMWARE").read_text()})
    device.boot()
    answer = Peer(network).request(${call})
    assert answer.status == 200
`;
}

/** A text as Python writes it: its escapes are those of JSON but for surrogate pairs, which are left as they are. @param {string} text */
const pythonText = (text) => JSON.stringify(text);
