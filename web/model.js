/**
 * Keeps what the worker has told: the newest snapshot, the messages and the console lines.
 *
 * Lists are replaced, never changed, so that a panel sees at once whether there is something to draw.
 */

/** How many of each are kept; older ones are dropped. */
const KEPT = 5000;

/**
 * @typedef {{record: import("./protocol.js").HttpRecord, boot: number, toDevice: boolean}} Message
 * @typedef {{key: string, kind: "print" | "error" | "note", at_us: number, text: string, file: string, line: number,
 *   trace: string}} ConsoleLine
 */

/** @type {import("./protocol.js").Snapshot} */
const NOTHING = { seq: -1, at_us: 0, dropped: 0, device: null, listeners: [], endpoints: [], methods: [], connections: [] };

/**
 * @template T
 * @param {readonly T[]} list
 * @param {T[]} more
 * @returns {readonly T[]}
 */
const append = (list, more) => (more.length ? [...list, ...more].slice(-KEPT) : list);

export class Model {
  constructor() {
    /** Which worker is being listened to, as each counts its records from zero. */
    this.world = 0;
    this.snapshot = NOTHING;
    this.boot = 0;
    /** @type {readonly Message[]} */
    this.messages = [];
    /** How many messages there have been, also those that are not kept. */
    this.messageCount = 0;
    /** @type {Set<number>} Exchanges that the device began and that have no response yet. */
    this.asked = new Set();
    this.notes = 0;
    /** @type {readonly ConsoleLine[]} */
    this.console = [];
    /** @type {readonly import("./protocol.js").Trace[]} */
    this.records = [];
  }

  /**
   * Take in one batch of the worker.
   *
   * @param {import("./protocol.js").Records} batch
   */
  take({ records, snapshot }) {
    this.snapshot = snapshot;
    /** @type {Message[]} */
    const messages = [];
    /** @type {ConsoleLine[]} */
    const lines = [];
    for (const record of records) {
      if (record.type === "device.booted") this.boot = record.boot;
      if (record.type === "http.requested" || record.type === "http.responded" || record.type === "http.rejected") {
        messages.push({ record, boot: this.boot, toDevice: this.isToDevice(record) });
      }
      const line = consoleLine(record);
      if (line) lines.push({ ...line, key: `${this.world}-${record.seq}` });
    }
    this.records = append(this.records, records);
    this.messages = append(this.messages, messages);
    this.messageCount += messages.length;
    this.log(lines);
  }

  /** @param {import("./protocol.js").HttpRecord} record */
  isToDevice(record) {
    if (record.type === "http.rejected") return true;
    if (record.type === "http.responded") return this.asked.delete(record.exchange);
    if (record.role === "outbound") this.asked.add(record.exchange);
    return record.role === "inbound";
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
      if (last?.kind === "print" && line.kind === "print" && !last.text.endsWith("\n")) {
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
    this.log([{ key: `note-${++this.notes}`, kind, at_us: this.snapshot.at_us, text, file: "", line: 0, trace: "" }]);
  }

  /** Forget the messages so far. */
  clearMessages() {
    this.messages = [];
    this.messageCount = 0;
  }

  clearConsole() {
    this.console = [];
  }

  /** Begin anew with a new worker; the console stays. */
  reset() {
    this.world++;
    this.snapshot = NOTHING;
    this.boot = 0;
    this.records = [];
    this.asked.clear();
    this.clearMessages();
  }
}

/**
 * @param {import("./protocol.js").Trace} record
 * @returns {Omit<ConsoleLine, "key"> | null}
 */
function consoleLine(record) {
  const line = { at_us: record.at_us, file: "", line: 0, trace: "" };
  switch (record.type) {
    case "device.printed":
      return { ...line, kind: "print", text: record.text };
    case "device.failed": {
      const { error, message, file, line: at, trace } = record;
      return { ...line, kind: "error", text: message ? `${error}: ${message}` : error, file, line: at, trace };
    }
    case "device.booted":
      return { ...line, kind: "note", text: `${record.main} started (boot ${record.boot})` };
    case "device.stopped":
      return { ...line, kind: "note", text: `device stopped${record.reason === "stopped" ? "" : `: ${record.reason}`}` };
    default:
      return null;
  }
}
