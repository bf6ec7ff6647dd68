/** The kit for Playwright Test (docs/reference/playwright.md). */

import type {
  BrowserContext,
  ExpectMatcherState,
  MatcherReturnType,
  Page,
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  TestType,
  Expect,
} from "@playwright/test";
import type { Closed, Condition, RecordFilter, RunOptions, State, TraceRecord, WaitOptions, WantedRequest } from "../web/types/api.js";

export interface Firmware extends RunOptions {
  /** A file, or a folder with the device's files, beside the file of the test. */
  path?: string;
  /** The text of the firmware instead; init.js, or as `main` says. */
  source?: string;
  /** Files of the device by name, alone or besides the others. */
  files?: Record<string, string | Uint8Array>;
}

export interface RequestOptions {
  headers?: Record<string, string> | [name: string, value: string][];
  body?: string | Uint8Array;
  /** A value to send as JSON instead of a body. */
  json?: unknown;
  port?: number;
}

export interface Answer {
  readonly status: number;
  readonly reason: string;
  /** Whether the status is below 400. */
  readonly ok: boolean;
  readonly headers: [name: string, value: string][];
  readonly body: Buffer;
  /** The body as text. */
  readonly text: string;
  /** Virtual time from the request to the whole answer, in microseconds. */
  readonly took_us: number;
  /** The value of the first header field of this name; null: there is none. */
  header(name: string): string | null;
  json(): any;
}

export interface Socket {
  /** The subprotocol that the device has chosen. */
  readonly protocol: string;
  send(data: string | Uint8Array): Promise<void>;
  /** The next message; rejected when the WebSocket closes, or none comes in time (5000 ms). */
  next(options?: { timeout?: number }): Promise<string | Buffer>;
  close(code?: number, reason?: string): Promise<Closed>;
  closed(options?: { timeout?: number }): Promise<Closed>;
}

export interface Pin {
  readonly number: number;
  /** 0 or 1; null if the firmware has not set it up. */
  level(): Promise<number | null>;
  set(level: 0 | 1): Promise<void>;
  release(): Promise<void>;
}

export interface Clock {
  now_us(): Promise<number>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  step(): Promise<boolean>;
  setSpeed(speed: number): Promise<void>;
}

export class Device {
  /** Make a page of its own that of a device. */
  static open(page: Page, url: string): Promise<Device>;
  readonly page: Page;
  readonly clock: Clock;
  state(): Promise<State>;
  /** Boot firmware; a path begins in `folder`. Rejected when it fails to start. */
  run(firmware: string | Firmware, folder?: string): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
  request(method: string, target: string, options?: RequestOptions): Promise<Answer>;
  get(target: string, options?: RequestOptions): Promise<Answer>;
  post(target: string, options?: RequestOptions): Promise<Answer>;
  put(target: string, options?: RequestOptions): Promise<Answer>;
  patch(target: string, options?: RequestOptions): Promise<Answer>;
  delete(target: string, options?: RequestOptions): Promise<Answer>;
  /** Call an RPC method over HTTP: its result, or an error with `code`. */
  rpc(method: string, params?: unknown): Promise<any>;
  ws(target: string, options?: { protocols?: string[]; port?: number }): Promise<Socket>;
  pin(number: number): Pin;
  setSensor(kind: string, at: number, values: Record<string, number | boolean>): Promise<void>;
  /** All that was printed. */
  console(): Promise<string>;
  records(filter?: RecordFilter): Promise<TraceRecord[]>;
  waitFor(condition: Condition, options?: WaitOptions): Promise<unknown>;
  /** Let the device answer the requests and WebSockets of another page to addresses that begin with `url`. */
  answer(page: Page | BrowserContext, url: string, options?: { port?: number }): Promise<void>;
}

/** Serve the built site on a free port. */
export function serveSite(folder?: string): Promise<{ url: string; close(): Promise<void> }>;

export interface SimOptions {
  /** What the fixture `device` runs: a path beside the file of the test, or more about it; "": nothing. */
  firmware: string | Firmware;
}

export interface SimFixtures {
  device: Device;
}

export interface SimWorkerFixtures {
  /** The address of the site. */
  simSite: string;
  /** The context in which the pages of the devices are. */
  simContext: BrowserContext;
}

export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & SimOptions & SimFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & SimWorkerFixtures
>;

type Timeout = { timeout?: number };
type RequestWishes = Omit<WantedRequest, "method" | "target" | "since"> & Timeout;
type Result = Promise<MatcherReturnType>;

export const expect: Expect<{
  toHaveRequested(this: ExpectMatcherState, device: Device, method?: string, target?: string | RegExp, options?: RequestWishes): Result;
  toHavePin(this: ExpectMatcherState, device: Device, pin: number, level: 0 | 1, options?: Timeout): Result;
  toHavePrinted(this: ExpectMatcherState, device: Device, text: string | RegExp, options?: Timeout): Result;
}>;
