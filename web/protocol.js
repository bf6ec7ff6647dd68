/**
 * Lists every message that crosses between page and worker.
 *
 * The page asks with `{id, type, ...}` and each id is answered exactly once; what the worker says unasked has no id.
 * Bytes are latin-1 text: the character U+00NN is the byte 0xNN.
 */

export const VERSION = 1;

/** What the page may say. */
export const PAGE_TO_WORKER = Object.freeze([
  "start",
  "boot",
  "stop",
  "reboot",
  "http.fetch",
  "ws.open",
  "ws.send",
  "ws.close",
  "connection.close",
  "connection.reset",
  "pin.set",
  "sensor.set",
  "uart.send",
  "config.get",
  "config.set",
  "time.pause",
  "time.step",
  "time.speed",
  "device.add",
  "device.remove",
  "device.show",
  "lesson.read",
  "lesson.check",
  "rules.list",
  "rules.add",
  "rules.remove",
  "rules.enable",
  "run.save",
  "run.replay",
  "run.rewind",
  "code.write",
  "openapi.write",
  "trace.write",
  "requirements",
  "check",
  "tick",
]);

/** What the worker says unasked. */
export const WORKER_TO_PAGE = Object.freeze(["status", "records", "hardware", "devices", "ws.event"]);

/**
 * `files` holds text, `binary` bytes.
 *
 * @typedef {{files: {[name: string]: string}, binary?: {[name: string]: string}}} Files
 * @typedef {{file: string, line: number, column: number, level: "error" | "warning",
 *   rule: string, message: string}} Finding
 * @typedef {[name: string, value: string]} Header
 * @typedef {{host?: string}} Which a device by its name; by default the one that the page boots
 * @typedef {{host: string, name: string, address: string}} Booted
 * @typedef {{method: string, target: string, headers: Header[], body: string}} HttpRequest
 * @typedef {{status: number, reason: string, headers: Header[], body: string, took_us: number}} HttpResponse
 */

/**
 * What each type of the page is sent with.
 *
 * @typedef {{
 *   "start": import("./python.js").Wish,
 *   "boot": Files & {main?: string, seed?: number, profile?: string},
 *   "stop": Which,
 *   "reboot": Which,
 *   "http.fetch": HttpRequest & {to?: string, port?: number, from?: string},
 *   "ws.open": {target: string, protocols: string[], to?: string, port?: number, from?: string},
 *   "ws.send": {socket: number, opcode: number, data: string},
 *   "ws.close": {socket: number, code: number | null, reason: string},
 *   "connection.close": {connection: number},
 *   "connection.reset": {connection: number},
 *   "pin.set": Which & {pin: number, level: 0 | 1 | null},
 *   "sensor.set": Which & {kind: string, at: number, values: {[name: string]: number | boolean}},
 *   "uart.send": Which & {uart: number, data: string},
 *   "config.get": Which,
 *   "config.set": Which & {values: ConfigTree, save?: boolean},
 *   "time.pause": {},
 *   "time.step": {},
 *   "time.speed": {speed: number},
 *   "device.add": Files & {name: string, main?: string, address?: string},
 *   "device.remove": {host: string},
 *   "device.show": {host: string},
 *   "lesson.read": {lesson: string},
 *   "lesson.check": {lesson: string, tries?: boolean},
 *   "rules.list": {},
 *   "rules.add": {rule: RuleForm} | {preset: string, values?: RuleValues},
 *   "rules.remove": {rule: number},
 *   "rules.enable": {rule: number, enabled: boolean},
 *   "run.save": {name?: string, made_by?: string},
 *   "run.replay": {run: string, until_seq?: number},
 *   "run.rewind": {seq: number},
 *   "code.write": {form: string, records: number[], firmware: string},
 *   "openapi.write": {},
 *   "trace.write": {form: string, version?: string, connections?: number[]},
 *   "requirements": {files: {[name: string]: string}},
 *   "check": Files,
 *   "tick": {},
 * }} Requests
 */

/**
 * What each type of the page is answered with.
 *
 * @typedef {{
 *   "start": {version: string, python: string, ms: number},
 *   "boot": Booted,
 *   "stop": {},
 *   "reboot": Booted,
 *   "http.fetch": HttpResponse,
 *   "ws.open": {socket: number, subprotocol: string},
 *   "ws.send": {},
 *   "ws.close": {},
 *   "connection.close": {},
 *   "connection.reset": {},
 *   "pin.set": {level: number},
 *   "sensor.set": {[name: string]: number | boolean},
 *   "uart.send": {},
 *   "config.get": Configuration,
 *   "config.set": Configuration,
 *   "time.pause": Time,
 *   "time.step": Time & {ran: boolean},
 *   "time.speed": Time,
 *   "device.add": Booted,
 *   "device.remove": {},
 *   "device.show": {},
 *   "lesson.read": Lesson,
 *   "lesson.check": {checks: Verdict[]},
 *   "rules.list": {kinds: RuleKind[], presets: Preset[], rules: Rule[]},
 *   "rules.add": {rules: number[]},
 *   "rules.remove": {},
 *   "rules.enable": {},
 *   "run.save": {run: string, fragment: string | null, records: number},
 *   "run.replay": Replayed,
 *   "run.rewind": Replayed,
 *   "code.write": {text: string},
 *   "openapi.write": {text: string},
 *   "trace.write": {bytes: Uint8Array<ArrayBuffer>},
 *   "requirements": {packages: string[]},
 *   "check": {findings: Finding[]},
 *   "tick": {},
 * }} Values
 */

/**
 * @typedef {"python" | "library" | "start" | "device" | "packages" | "ready" | "failed"} Phase
 * @typedef {{type: "status", phase: Phase, step: number, steps: number, text: string, loaded?: number, total?: number}} Status
 * @typedef {{type: "records", records: Trace[], snapshot: Snapshot | null, time: Time}} Records
 * @typedef {{type: "hardware", pins: OutsidePin[], sensors: Sensor[], board: BoardPart[]}} Hardware
 * @typedef {{type: "devices", shown: string, devices: Device[]}} Devices
 * @typedef {{type: "ws.event", socket: number, at_us: number}} Socketed
 * @typedef {Socketed & {kind: "frame", direction: "sent" | "received", opcode: number, data: string}} SocketFrame
 * @typedef {Socketed & {kind: "closed", code: number, reason: string}} SocketClosed
 * @typedef {{"status": Status, "records": Records, "hardware": Hardware, "devices": Devices, "ws.event": SocketFrame | SocketClosed}} Unasked
 * @typedef {{name: string, message: string, file?: string, line?: number, field?: string}} Problem
 */

/**
 * @typedef {{error: string, message: string, file: string, line: number}} Failure
 * @typedef {{host: string, name: string, address: string, state: "running" | "stopped" | "crashed", main: string,
 *   boots: number, failure: Failure | null}} Device
 * @typedef {{listener: number, host: string, protocol: string, address: string, port: number}} Listener
 * @typedef {{endpoint: number, listener: number, port: number, uri: string, handler: string, file: string,
 *   line: number, hits: number, last_status: number | null}} Endpoint
 * @typedef {{method: string, host: string, file: string, line: number, calls: number, last_code: number}} Method
 * @typedef {{connection: number, host: string, protocol: string, role: "inbound" | "outbound", local: string,
 *   local_port: number, remote: string, remote_port: number, state: string, bytes_in: number, bytes_out: number,
 *   opened_us: number, closed_us: number | null, reason: string | null}} Connection
 * @typedef {{pin: number, level: number, source: string, mode: "input" | "output", pull: "none" | "up" | "down",
 *   interrupt: string}} Pin
 * @typedef {{kind: string, at: number}} SensorPlace
 * @typedef {{seq: number, at_us: number, dropped: number, device: Device | null, shown: Device | null, listeners: Listener[],
 *   endpoints: Endpoint[], methods: Method[], connections: Connection[], missing: string[], pins: Pin[],
 *   sensors: SensorPlace[], rules: Rule[]}} Snapshot
 */

/**
 * What is set from outside, which no record tells, and what it is the time.
 *
 * @typedef {{pin: number, outside: 0 | 1 | null, pwm: [hz: number, duty: number] | null,
 *   pixels: [red: number, green: number, blue: number][]}} OutsidePin
 * @typedef {{kind: string, at: number, values: {[name: string]: number | boolean}}} Sensor
 * @typedef {{name: string, pin: number, active_high?: boolean, pull_up?: boolean}} BoardPart
 * @typedef {{[key: string]: string | number | boolean | ConfigTree}} ConfigTree
 * @typedef {{values: ConfigTree, file: string, is_saved: boolean}} Configuration
 * @typedef {{now_us: number, speed: number, paused: boolean}} Time
 */

/**
 * What breaks the network: the kinds that there are, and rules, of which `values` holds what is not the default.
 *
 * @typedef {{[name: string]: string | number}} RuleValues
 * @typedef {{kind: string, enabled?: boolean} & {[name: string]: string | number | boolean}} RuleForm
 * @typedef {{rule: number, kind: string, values: RuleValues, enabled: boolean, hits: number}} Rule
 * @typedef {{name: string, type: "number" | "whole" | "text" | "choice", about: string, default: string | number,
 *   unit?: string, low?: number, high?: number, choices?: string[]}} RuleParameter
 * @typedef {{name: string, group: "link" | "connection" | "http" | "websocket" | "wifi", about: string,
 *   parameters: RuleParameter[]}} RuleKind
 * @typedef {{name: string, about: string, rules: RuleForm[]}} Preset
 */

/**
 * A lesson, and how it stands with its checks.
 *
 * @typedef {{text: string, method?: string, target?: string, headers?: Header[], body?: string}} LessonTry
 * @typedef {{title: string, about: string, order: number, text: string, start: {[name: string]: string},
 *   solution: {[name: string]: string}, main: string | null, profile: string, seed: number, hints: string[],
 *   tries: LessonTry[], checks: string[]}} Lesson
 * @typedef {{text: string, state: "pass" | "fail" | "open", detail: string, seq: number | null}} Verdict
 */

/**
 * What came of playing a run: whether the records are those that it had, or else the first that differs.
 *
 * @typedef {{record: number, expected: string | null, got: string | null, is_beyond: boolean}} Difference
 * @typedef {{name: string, records: number, is_same: boolean, difference: Difference | null, sha256: string,
 *   project: Files & {main?: string, seed?: number, profile?: string}}} Replayed
 */

/**
 * The records that the page looks into; all others it only keeps.
 *
 * `by` is the place in the firmware that caused it, as `init.js:4`.
 *
 * @typedef {{seq: number, at_us: number, by?: string}} Stamp
 * @typedef {Stamp & {type: "host.added", host: string, address: string, names: string[]}} HostAdded
 * @typedef {Stamp & {type: "host.removed", host: string, address: string}} HostRemoved
 * @typedef {Stamp & {type: "name.resolved", host: string, name: string, address: string}} NameResolved
 * @typedef {Stamp & {type: "segment.sent", packet: number, arrives_us: number, src: string, src_port: number,
 *   dst: string, dst_port: number, flags: number, sequence: number, acknowledgment: number, window: number,
 *   data: string}} SegmentSent
 * @typedef {Stamp & {type: "datagram.sent", packet: number, arrives_us: number, src: string, src_port: number,
 *   dst: string, dst_port: number, data: string}} DatagramSent
 * @typedef {Stamp & {type: "packet.dropped", packet: number, reason: string}} PacketDropped
 * @typedef {Stamp & {type: "connection.opened", connection: number, host: string, protocol: string,
 *   role: "inbound" | "outbound", local: string, local_port: number, remote: string, remote_port: number,
 *   state: string}} ConnectionOpened
 * @typedef {Stamp & {type: "connection.closed", connection: number, reason: string}} ConnectionClosed
 * @typedef {Stamp & {type: "http.requested", exchange: number, connection: number, host: string,
 *   role: "inbound" | "outbound", method: string, target: string, protocol: string, endpoint: number,
 *   head_size: number, data: string}} HttpRequested
 * @typedef {Stamp & {type: "http.responded", exchange: number, connection: number, host: string, status: number,
 *   reason: string, complete: boolean, head_size: number, data: string}} HttpResponded
 * @typedef {Stamp & {type: "http.rejected", connection: number, host: string, direction: "in" | "out",
 *   status: number, reason: string, data: string}} HttpRejected
 * @typedef {Stamp & {type: "ws.opened", connection: number, host: string, role: "inbound" | "outbound",
 *   target: string, endpoint: number, subprotocol: string}} WsOpened
 * @typedef {Stamp & {type: "ws.framed", connection: number, host: string, direction: "in" | "out", opcode: number,
 *   final: boolean, data: string}} WsFramed
 * @typedef {Stamp & {type: "ws.closed", connection: number, host: string, code: number, reason: string}} WsClosed
 * @typedef {Stamp & {type: "rpc.called", call: number, host: string, channel: string, source: string, method: string,
 *   params: string}} RpcCalled
 * @typedef {Stamp & {type: "rpc.replied", call: number, host: string, code: number, message: string,
 *   result: string}} RpcReplied
 * @typedef {Stamp & {type: "device.booted", host: string, name: string, address: string, main: string,
 *   profile: string, boot: number}} DeviceBooted
 * @typedef {Stamp & {type: "device.printed", host: string, text: string}} DevicePrinted
 * @typedef {Stamp & {type: "device.failed", host: string, phase: string, error: string, message: string,
 *   file: string, line: number, trace: string}} DeviceFailed
 * @typedef {Stamp & {type: "device.logged", host: string, level: number, file: string, line: number,
 *   text: string}} DeviceLogged
 * @typedef {Stamp & {type: "uart.sent", host: string, uart: number, data: string}} UartSent
 * @typedef {Stamp & {type: "uart.received", host: string, uart: number, lost: number, data: string}} UartReceived
 * @typedef {Stamp & {type: "device.stopped", host: string, reason: string}} DeviceStopped
 * @typedef {Stamp & {type: "mqtt.packet", connection: number, host: string, direction: "in" | "out", kind: string,
 *   packet_id: number, topic: string, qos: number, retain: boolean, code: number, data: string}} MqttPacket
 * @typedef {Stamp & {type: "mqtt.rejected", connection: number, host: string, direction: "in" | "out", reason: string,
 *   data: string}} MqttRejected
 * @typedef {HttpRequested | HttpResponded | HttpRejected} HttpRecord
 * @typedef {WsOpened | WsFramed | WsClosed} WsRecord
 * @typedef {Stamp & {type: "rule.applied", rule: number, effect: string, packet: number, connection: number,
 *   delay_us: number}} RuleApplied
 * @typedef {HttpRecord | WsRecord | SegmentSent | DatagramSent | NameResolved | MqttPacket | MqttRejected | RpcCalled |
 *   RpcReplied} TrafficRecord what has a row in the traffic
 * @typedef {HostAdded | HostRemoved | ConnectionOpened | ConnectionClosed | PacketDropped | RuleApplied} NetworkRecord
 * @typedef {TrafficRecord | NetworkRecord | DeviceBooted | DevicePrinted | DeviceLogged | UartSent |
 *   UartReceived | DeviceFailed | DeviceStopped} Trace
 */
