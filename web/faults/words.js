/** Says in a sentence what a rule does to the network: to what, where and when. */

/**
 * @typedef {import("../protocol.js").RuleForm} RuleForm
 * @typedef {(name: string) => string} Get the text of what a rule is told; what it cannot be told is empty
 */

/** @type {{[word: string]: string}} */
const PACKETS = { any: "packets", syn: "packets that open a connection", data: "packets that carry data" };

/** @type {{[word: string]: string}} */
const PROTOCOLS = { any: "packets", tcp: "TCP segments", udp: "UDP datagrams" };

/** @type {{[word: string]: string}} */
const FRAMES = { data: "WebSocket messages", text: "WebSocket text messages", binary: "WebSocket binary messages",
  control: "WebSocket control frames", any: "WebSocket frames" };

/** What each kind does; one that is not here is said in the words of the table. @type {{[kind: string]: (get: Get) => string}} */
const DOES = {
  latency: (get) => `Every packet takes ${time(get("ms"))} longer`,
  jitter: (get) => `Every packet takes up to ${time(get("ms"))} longer, at random`,
  bandwidth: (get) => `Links carry ${get("kbit")} kbit/s in each direction`,
  loss: (get) => `${share(get)} ${PACKETS[get("what")]} vanish`,
  "drop-first": (get) => `Of the ${PACKETS[get("what")]} the first ${get("count") === "1" ? "vanishes" : `${get("count")} vanish`}`,
  duplicate: (get) => `${share(get)} ${PROTOCOLS[get("protocol")]} arrive twice, ${time(get("ms"))} apart`,
  reorder: (get) => `${share(get)} ${PROTOCOLS[get("protocol")]} are held back for ${time(get("ms"))}`,
  partition: () => "Nothing arrives, and nobody is told",
  "half-open": (get) => `One end forgets the connection${after(get("bytes"))}${get("idle") === "0" ? "" : ` once it was silent for ${get("idle")} s`}`,
  refuse: (get) => `${share(get)} new connections are refused`,
  reset: (get) => `Connections are reset${after(get("bytes"))}`,
  "slow-close": (get) => `The end of a connection is sent ${time(get("ms"))} late`,
  "http-status": (get) => `${share(get)} ${responses(get)} are ${get("status")} instead`,
  "http-delay": (get) => `${share(get)} ${responses(get)} begin ${time(get("ms"))} late`,
  "http-truncate": (get) => `${share(get)} ${responses(get)} break off after ${get("bytes")} bytes of the body`,
  "http-stall": (get) => `${share(get)} ${responses(get)} stop after ${get("bytes")} bytes of the body${get("ms") === "0" ? "" : ` for ${time(get("ms"))}`}`,
  "ws-drop": (get) => `${share(get)} ${frames(get)} are left out`,
  "ws-delay": (get) => `${share(get)} ${frames(get)} come ${time(get("ms"))} late`,
  "wifi-off": (get) => `${get("host")} has no WiFi`,
};

/**
 * Say what a rule does.
 *
 * @param {RuleForm} form its kind, and what is not the default
 * @param {import("../protocol.js").RuleKind | undefined} kind what it can be told
 */
export function sayRule(form, kind) {
  const get = (/** @type {string} */ name) =>
    String(form[name] ?? kind?.parameters.find((one) => one.name === name)?.default ?? "");
  const does = (kind && DOES[form.kind]?.(get)) ?? kind?.about.replace(/\.$/, "") ?? form.kind;
  return `${[does, where(form, get), when(get)].filter(Boolean).join(", ")}.`;
}

/** @param {string} ms */
const time = (ms) => (Number(ms) >= 1000 ? `${Number(ms) / 1000} s` : `${ms} ms`);

/** @param {Get} get */
const share = (get) => (["100", ""].includes(get("percent")) ? "All" : `${get("percent")} % of the`);

/** @param {string} bytes */
const after = (bytes) => (bytes === "0" ? "" : ` after ${bytes} bytes`);

/** @param {Get} get */
const holding = (get) => (get("content") ? ` that hold “${get("content")}”` : "");

/** @param {Get} get */
function responses(get) {
  const [method, path] = [get("method"), get("path")];
  if (!method && !path && !get("content")) return "responses";
  return `responses to ${[method, path || (method ? "requests" : "")].filter(Boolean).join(" ") || "requests"}${holding(get)}`;
}

/** @param {Get} get */
const frames = (get) => `${FRAMES[get("frames")]}${holding(get)}`;

/** What the sentence of a kind says by itself. @type {{[kind: string]: string[]}} */
const SAID = { "wifi-off": ["host"], duplicate: ["protocol"], reorder: ["protocol"] };

/** @param {RuleForm} form @param {Get} get */
function where(form, get) {
  const [host, peer, port, protocol] = ["host", "peer", "port", "protocol"].map((name) => (SAID[form.kind]?.includes(name) ? "" : String(form[name] ?? "")));
  /** @type {{[direction: string]: string}} */
  const places = {
    both: peer ? `between ${host} and ${peer}` : `at ${host}`,
    in: `into ${host}${peer && ` from ${peer}`}`,
    out: `out of ${host}${peer && ` to ${peer}`}`,
  };
  return [host && places[get("direction")], port && `port ${port}`, protocol && `${protocol.toUpperCase()} only`].filter(Boolean).join(", ");
}

/** @param {Get} get */
function when(get) {
  const [start = "0", lasts = "0", every = "0"] = ["start", "lasts", "every"].map(get);
  if (Number(every)) return `for ${lasts} s of every ${every} s${Number(start) ? `, beginning after ${start} s` : ""}`;
  if (Number(lasts)) return Number(start) ? `from ${start} s on, for ${lasts} s` : `for ${lasts} s`;
  return Number(start) ? `from ${start} s on` : "";
}
