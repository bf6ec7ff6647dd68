/**
 * Keeps what the worker has told: the newest snapshot, the history of the network and the console lines.
 *
 * The console's list is replaced, never changed, so that a panel sees at once whether there is something to draw.
 */

import { textOf } from "./bytes.js";
import { excerpt, sayFailure } from "./format.js";
import { DEVICE, History } from "./traffic/history.js";

/** How many lines of the console are kept; older ones are dropped. */
const KEPT = 5000;

/** How much of the parameters or the result of a call is said in the console. */
const SAID = 300;

/**
 * `host` is the device that it is of (empty: none).
 *
 * @typedef {{host: string, key: string, kind: "print" | "error" | "log" | "uart" | "note", at_us: number, text: string, file: string, line: number,
 *   trace: string}} ConsoleLine
 */

/** @type {import("./protocol.js").Snapshot} */
const NOTHING = { seq: -1, at_us: 0, dropped: 0, device: null, shown: null, listeners: [], endpoints: [], methods: [], connections: [], missing: [],
  pins: [], sensors: [], rules: [] };

export class Model {
  constructor() {
    /** Which history is being told, as each counts its records from zero. */
    this.world = 0;
    this.snapshot = NOTHING;
    this.boot = 0;
    /** Which generation of the library the device imitates. */
    this.profile = "";
    /** What went over the network. */
    this.history = new History();
    /** @type {Map<number, import("./protocol.js").RpcCalled>} RPC calls that have no reply yet. */
    this.calls = new Map();
    this.notes = 0;
    /** @type {readonly ConsoleLine[]} */
    this.console = [];
  }

  /**
   * Take in one batch of the worker.
   *
   * @param {import("./protocol.js").Records} batch
   */
  take({ records, snapshot }) {
    this.snapshot = snapshot ?? this.snapshot;
    /** @type {ConsoleLine[]} */
    const lines = [];
    for (const record of records) {
      if (record.type === "device.booted" && record.host === DEVICE) {
        Object.assign(this, { boot: record.boot, profile: record.profile });
        // A new network counts its exchanges and connections anew
        if (record.boot === 1) this.forget();
      }
      this.history.take(record);
      if (record.type === "rpc.called") this.calls.set(record.call, record);
      const line = record.type === "rpc.replied" ? this.callLine(record) : consoleLine(record);
      if (line) lines.push({ ...line, key: `${this.world}-${record.seq}` });
    }
    this.log(lines);
  }

  /**
   * Say a call and its reply in one line.
   *
   * @param {import("./protocol.js").RpcReplied} reply
   * @returns {Omit<ConsoleLine, "key"> | null}
   */
  callLine(reply) {
    const { call, at_us, code, message, result } = reply;
    const called = this.calls.get(call);
    if (!called) return null;
    this.calls.delete(call);
    const outcome = code ? `failed with ${code}: ${message}` : excerpt(result || "null", SAID);
    const text = `RPC ${called.method}(${excerpt(called.params, SAID)}) by ${called.channel}: ${outcome}`;
    return { host: reply.host, kind: "note", at_us, text, file: "", line: 0, trace: "" };
  }

  /**
   * Add to the console; a text that goes on the line before is joined to it.
   *
   * @param {ConsoleLine[]} lines
   */
  log(lines) {
    if (!lines.length) return;
    const out = [...this.console];
    for (const line of lines) {
      const last = out.at(-1);
      if (last?.kind === "print" && line.kind === "print" && last.host === line.host && !last.text.endsWith("\n")) {
        out[out.length - 1] = { ...last, text: last.text + line.text };
      } else out.push(line);
    }
    this.console = out.slice(-KEPT);
  }

  /**
   * Say something that no record says.
   *
   * @param {"error" | "note"} kind
   * @param {string} text
   */
  note(kind, text) {
    this.log([{ host: "", key: `note-${++this.notes}`, kind, at_us: this.snapshot.at_us, text, file: "", line: 0, trace: "" }]);
  }

  clearConsole() {
    this.console = [];
  }

  /** Begin a new history, of a new worker or with another library; the console stays. */
  reset() {
    this.world++;
    this.snapshot = NOTHING;
    this.boot = 0;
    this.forget();
  }

  /** Forget the messages, and what is still open between them. */
  forget() {
    this.calls.clear();
    this.history.forget();
  }
}

/** The levels of the log. */
const LEVELS = ["ERROR", "WARN", "INFO", "DEBUG", "VERBOSE"];

/** Why a device stopped, in a sentence. @type {{[reason: string]: string}} */
const ENDS = { stopped: "device stopped", replaced: "the firmware was replaced" };

/**
 * @param {import("./protocol.js").Trace} record
 * @returns {Omit<ConsoleLine, "key"> | null}
 */
function consoleLine(record) {
  const line = { host: "host" in record ? record.host : "", at_us: record.at_us, file: "", line: 0, trace: "" };
  switch (record.type) {
    case "device.printed":
      return { ...line, kind: "print", text: record.text };
    case "device.logged": {
      const { level, file, line: at, text } = record;
      return { ...line, kind: level === 0 ? "error" : "log", text: `${LEVELS[level] ?? level} ${text}`, file, line: at };
    }
    case "uart.sent":
      return { ...line, kind: "uart", text: `UART${record.uart} ${textOf(record.data)}` };
    case "device.failed": {
      const { file, line: at, trace } = record;
      return { ...line, kind: "error", text: sayFailure(record), file, line: at, trace };
    }
    case "device.booted":
      return { ...line, kind: "note", text: `${record.main} started (boot ${record.boot})` };
    case "device.stopped":
      return { ...line, kind: "note", text: ENDS[record.reason] ?? `device stopped: ${record.reason}` };
    default:
      return null;
  }
}
