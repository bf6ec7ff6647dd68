/** The page's API, `window.simdevice` (docs/reference/page-api.md). */

export interface RunOptions {
  /** The file to boot; by default init.js, app.js, init.py, or the only program. */
  main?: string;
  /** Seed of everything random, a whole number. */
  seed?: number;
  /** Which generation of the library the device imitates. */
  profile?: "documented" | "mongoose-6.18" | "mongoose-6.7";
}

/** Firmware: one text, which is init.js (or as `main` says), or files by name. */
export type Files = string | Record<string, string | Uint8Array>;

export interface RequestOptions {
  headers?: Record<string, string> | [name: string, value: string][];
  body?: string | Uint8Array;
  port?: number;
  /** The device that is asked; by default the one that `run` boots. */
  to?: string;
}

/** The answer to a request. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly [name: string, value: string][];
  readonly body: Uint8Array;
  /** Virtual time from the request to the whole answer, in microseconds. */
  readonly took_us: number;
  /** The body as text. */
  readonly text: string;
  /** The value of the first header field of this name, in whatever case; null: there is none. */
  header(name: string): string | null;
  json(): unknown;
}

export interface DeviceState {
  name: string;
  address: string;
  state: "running" | "stopped" | "crashed";
  main: string;
  boots: number;
  failure: null | { error: string; message: string; file: string; line: number };
}

export interface State {
  state: "loading" | "running" | "stopped" | "crashed" | "failed";
  device: DeviceState | null;
  /** Why there is no Python, or why the firmware was not started. */
  problem: string;
}

/** A record of the trace; its further fields depend on its type (docs/reference/trace.md). */
export interface TraceRecord {
  seq: number;
  at_us: number;
  type: string;
  by?: string;
  [field: string]: unknown;
}

export interface ConsoleLine {
  kind: "print" | "log" | "error";
  at_us: number;
  text: string;
}

export interface RecordFilter {
  /** A type, or the beginning of some: "http" stands for http.requested and http.responded. */
  type?: string | string[];
  /** Only those from this number on. */
  since?: number;
  /** Only those of this host. */
  host?: string;
}

export interface Closed {
  code: number;
  reason: string;
}

export interface DeviceSocket {
  /** The subprotocol that the device has chosen. */
  readonly protocol: string;
  send(data: string | Uint8Array): Promise<void>;
  close(code?: number | null, reason?: string): Promise<void>;
  /** The next message that nobody has asked for yet; rejected when the WebSocket closes before one comes. */
  next(): Promise<string | Uint8Array>;
  readonly closed: Promise<Closed>;
}

export interface Clock {
  /** What time it is on the device, as far as the page knows, in microseconds. */
  readonly now_us: number;
  readonly speed: number;
  readonly isPaused: boolean;
  pause(): Promise<void>;
  /** Let time run again. */
  resume(): Promise<void>;
  /** Do the next thing that is due and stop there; tells whether there was one. */
  step(): Promise<boolean>;
  /** Let time run this many times as fast as the wall's, 0.1 to 100. */
  setSpeed(speed: number): Promise<void>;
}

export type RuleValues = Record<string, string | number>;

/** A rule: its kind, and what of it is not the default (docs/reference/network.md). */
export type RuleForm = { kind: string; enabled?: boolean } & Record<string, string | number | boolean>;

/** A rule that is set. */
export interface Rule {
  readonly rule: number;
  readonly kind: string;
  /** What is not the default. */
  readonly values: RuleValues;
  readonly enabled: boolean;
  /** How often it has had an effect. */
  readonly hits: number;
}

export interface RuleParameter {
  readonly name: string;
  readonly type: "number" | "whole" | "text" | "choice";
  readonly about: string;
  readonly default: string | number;
  readonly unit?: string;
  readonly low?: number;
  readonly high?: number;
  readonly choices?: string[];
}

export interface RuleKind {
  readonly name: string;
  readonly group: "link" | "connection" | "http" | "websocket" | "wifi";
  readonly about: string;
  readonly parameters: RuleParameter[];
}

export interface Preset {
  readonly name: string;
  /** What a real device does then. */
  readonly about: string;
  readonly rules: RuleForm[];
}

/** What breaks the network. An error has the wrong part of a rule in its `field`. */
export interface Rules {
  kinds(): Promise<{ kinds: RuleKind[]; presets: Preset[] }>;
  /** The rules that are set, with their hits, in their order. */
  list(): Promise<Rule[]>;
  /** Set a rule: its number. */
  add(rule: RuleForm): Promise<number>;
  /** Set the rules of a preset, with `values` for each of them: their numbers. */
  preset(name: string, values?: RuleValues): Promise<number[]>;
  remove(rule: number): Promise<void>;
  /** Let a rule act again, or with false no more. */
  enable(rule: number, enabled?: boolean): Promise<void>;
}

/** The devices of the network. */
export interface Devices {
  /** All of them, also the one that `run` boots. */
  list(): DeviceState[];
  /** Boot another one while the others go on; one of this name boots anew. Its files go into the project. */
  add(name: string, files: Files, options?: { main?: string; address?: string }): Promise<DeviceState>;
  /** Take one away, and its files. */
  remove(name: string): Promise<void>;
  restart(name: string): Promise<void>;
  stop(name: string): Promise<void>;
  /** Have the page show this one. */
  show(name: string): Promise<void>;
}

export interface Events {
  state: State;
  record: TraceRecord;
  /** Records that are messages: HTTP, WebSocket, MQTT, RPC, UDP and names. */
  traffic: TraceRecord;
  console: ConsoleLine;
}

/** The run of the network that there is (docs/reference/run.md). */
/** A capture for Wireshark, an archive of HTTP, the records themselves, or a page to read. */
export type ExportForm = "pcapng" | "har" | "jsonl" | "html";

export interface SavedRun {
  /** The text of its file. */
  readonly run: string;
  /** A link to it, null if it is too long for one. */
  readonly link: string | null;
  /** How many records it has. */
  readonly records: number;
}

/** What came of a run that was played. */
export interface Replayed {
  readonly name: string;
  /** How many records were compared. */
  readonly records: number;
  /** Whether they are the same as recorded. */
  readonly isSame: boolean;
  /** The first that differs: its number in the run, its line as it was (null: not kept) and as it is (null: none). */
  readonly difference: null | { record: number; expected: string | null; got: string | null; is_beyond: boolean };
  /** The hash of the records. */
  readonly sha256: string;
}

/** What can be set from outside. */
export type Setting =
  | { pin: number; level: 0 | 1 | null; host?: string }
  | { sensor: string; at: number; values: Record<string, number | boolean>; host?: string };

export interface PinState {
  readonly pin: number;
  readonly level: number;
  /** Who has set the level last: firmware, rpc, outside or reset. */
  readonly source: string;
  readonly mode: string;
  readonly pull: string;
  readonly interrupt: string;
}

/** A RegExp is one. */
export interface TextPattern {
  readonly source: string;
  readonly flags?: string;
}

/** What a request must have that is waited for; a string is the whole text. */
export interface WantedRequest {
  method?: string;
  target?: string | TextPattern;
  body?: string | TextPattern;
  /** What the body means as JSON. */
  json?: unknown;
  /** The status of its answer, which is waited for too. */
  status?: number;
  /** The device that has received or sent it. */
  host?: string;
  role?: "inbound" | "outbound";
  /** Only those from this `seq` on. */
  since?: number;
}

export interface SeenRequest {
  readonly seq: number;
  readonly at_us: number;
  readonly host: string;
  readonly role: "inbound" | "outbound";
  readonly method: string;
  readonly target: string;
  readonly body: string;
  /** Of its answer; null: there is none yet. */
  status: number | null;
}

export type Condition = { request: WantedRequest } | { pin: number; level: 0 | 1 } | { console: string | TextPattern };

export interface WaitOptions {
  /** How long, in milliseconds of the wall's time; 5000. */
  timeout?: number;
  /** Wait until it does not hold; the promise then holds null. */
  isNot?: boolean;
}

export interface SimDevice {
  readonly version: string;
  /** When Python is there, and the page has booted what it opens with; rejected with the reason if it cannot be. */
  readonly ready: Promise<SimDevice>;
  readonly state: State;
  readonly clock: Clock;
  readonly rules: Rules;
  readonly devices: Devices;
  /** Boot firmware. Rejected when it is not even tried. */
  run(files: Files, options?: RunOptions): Promise<DeviceState>;
  stop(): Promise<void>;
  restart(): Promise<DeviceState>;
  request(method: string, target: string, options?: RequestOptions): Promise<Answer>;
  ws(target: string, options?: { protocols?: string[]; port?: number; to?: string }): Promise<DeviceSocket>;
  /** Call an RPC method over HTTP: its result, or an error with `code`. */
  rpc(method: string, args?: unknown, options?: { to?: string }): Promise<unknown>;
  set(setting: Setting): Promise<void>;
  /** What the trace holds, or some connections of it, as the bytes of a file. */
  export(form: ExportForm, options?: { connections?: number[] }): Promise<Uint8Array<ArrayBuffer>>;
  /** What was done to the device since its network began, to be played again. */
  saveRun(options?: { name?: string }): Promise<SavedRun>;
  /** Play a run in the place of what there is; time stands at its end. */
  replay(run: string): Promise<Replayed>;
  /** Go back to just behind a record; time stands there. */
  rewind(seq: number): Promise<Replayed>;
  /** The pins that the firmware has set up. */
  readonly pins: readonly PinState[];
  /** Wait until something was requested, a pin has a level, or something was printed: it, or an error when the time is over. */
  waitFor(condition: { request: WantedRequest }, options?: WaitOptions): Promise<SeenRequest>;
  waitFor(condition: { pin: number; level: 0 | 1 }, options?: WaitOptions): Promise<PinState>;
  waitFor(condition: { console: string | TextPattern }, options?: WaitOptions): Promise<string>;
  /** The records that the page has got and still holds, oldest first. */
  records(filter?: RecordFilter | ((record: TraceRecord) => boolean)): TraceRecord[];
  /** Call `fn` with every event of a type; what is returned ends that. */
  on<T extends keyof Events>(type: T, fn: (event: Events[T]) => void): () => void;
}

declare global {
  interface Window {
    simdevice: SimDevice;
  }
}
