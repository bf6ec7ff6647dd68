/** What an embedded device and the page around it say to each other (docs/reference/embed.md). */

import type { ConsoleLine, DeviceState, TraceRecord } from "./api.js";

export type View = "full" | "tutorial" | "traffic" | "page" | "console";

export interface Project {
  files: Record<string, string>;
  binary?: Record<string, string>;
  main?: string;
  profile?: string;
  seed?: number;
}

export interface CheckResult {
  text: string;
  state: "pass" | "fail" | "open";
  detail: string;
  seq: number | null;
}

/** What the device says; each message has `simdevice: 1`, the version. */
export type FromDevice =
  | { simdevice: 1; type: "ready"; version: string }
  | { simdevice: 1; type: "state"; state: string; device: DeviceState | null; problem: string }
  | { simdevice: 1; type: "traffic"; records: TraceRecord[] }
  | { simdevice: 1; type: "console"; lines: ConsoleLine[] }
  | { simdevice: 1; type: "check"; checks: CheckResult[] }
  | { simdevice: 1; type: "resize"; height: number }
  | { simdevice: 1; type: "answer"; id: number | string; ok: true; value: unknown }
  | { simdevice: 1; type: "answer"; id: number | string; ok: false; error: string };

/** What the page around it says; one with an `id` is answered. */
export type ToDevice = { simdevice: 1; id?: number | string } & (
  | { type: "run" }
  | { type: "stop" }
  | { type: "load"; project: Project }
  | { type: "load"; lesson: string }
  | { type: "send"; method: string; target: string; headers?: [string, string][]; body?: string }
  | { type: "setView"; view: View }
);

/** The element `<sim-device>`. Its events are those of `FromDevice`, with the message as `detail`. */
export declare class SimDeviceElement extends HTMLElement {
  /** Ask the device; rejected with its reason. It is started if it was not. */
  ask(message: { type: string; [field: string]: unknown }): Promise<unknown>;
  run(): Promise<unknown>;
  stop(): Promise<unknown>;
  load(project: Project | string): Promise<unknown>;
  send(method: string, target: string, options?: { headers?: [string, string][]; body?: string }): Promise<unknown>;
  setView(view: View): Promise<unknown>;
}
