/** Carries messages to one worker, and what it says to the page. */

/**
 * @typedef {import("./protocol.js").Values} Values
 * @typedef {import("./protocol.js").Requests} Requests
 * @typedef {import("./protocol.js").Unasked} Unasked
 * @typedef {import("./protocol.js").Problem} Problem
 */

/** What the worker answers when it cannot do what it was asked. */
export class WorkerError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.message);
    this.name = problem.name;
    this.file = problem.file ?? "";
    this.line = problem.line ?? 0;
    /** Which field of what was asked for is wrong, if that is known. */
    this.field = problem.field ?? "";
  }
}

/** Speaks to one worker: pairs each answer with its question and hands on what comes unasked. */
export class Client {
  /** @param {Worker} worker */
  constructor(worker) {
    this.worker = worker;
    /** @type {string | null} */
    this.ended = null;
    this.lastId = 0;
    /** How often the worker has said something. */
    this.heard = 0;
    /** @type {Map<number, {resolve: (value: any) => void, reject: (reason: Error) => void}>} */
    this.pending = new Map();
    /** @type {Map<string, ((message: any) => void)[]>} */
    this.listeners = new Map();
    /** @type {(reason: string) => void} */
    this.onEnd = () => {};
    for (const type of ["message", "messageerror", "error"]) worker.addEventListener(type, (event) => this.hear(event));
  }

  /**
   * Hear what a worker has said that was asked to start before the page was there (web/first.js), and promise its answer.
   *
   * @param {readonly Event[]} events
   * @returns {Promise<Values["start"]>}
   */
  takeOver(events) {
    const id = ++this.lastId;
    // Not at once: nobody listens yet
    queueMicrotask(() => events.forEach((event) => this.hear(event)));
    return new Promise((resolve, reject) => this.pending.set(id, { resolve, reject }));
  }

  /** @param {Event} event of the worker */
  hear(event) {
    this.heard++;
    if (event instanceof ErrorEvent) {
      event.preventDefault();
      this.end(event.message ? `the worker failed: ${event.message}` : "the worker could not be loaded");
    } else if (event.type === "message") this.receive(messageOf(/** @type {MessageEvent} */ (event)));
    else if (event.type === "error") this.end("the worker could not be loaded");
    else this.end("a message of the worker could not be read");
  }

  /**
   * Ask the worker, and promise its answer.
   *
   * @template {keyof Requests & keyof Values} T
   * @param {T} type
   * @param {Requests[T]} fields
   * @returns {Promise<Values[T]>}
   */
  request(type, fields) {
    if (this.ended !== null) return Promise.reject(new WorkerError({ name: "WorkerEnded", message: this.ended }));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.worker.postMessage({ id, type, ...fields });
    });
  }

  /**
   * Call `fn` with every unasked message of this type.
   *
   * @template {keyof Unasked} T
   * @param {T} type
   * @param {(message: Unasked[T]) => void} fn
   */
  on(type, fn) {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), fn]);
  }

  /** @param {any} message */
  receive(message) {
    if (message.id === undefined) {
      for (const fn of this.listeners.get(message.type) ?? []) fn(message);
      return;
    }
    const asked = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.ok) asked?.resolve(message.value);
    else asked?.reject(new WorkerError(message.error));
  }

  /**
   * Give the worker up; whatever it still owes is refused with `reason`.
   *
   * @param {string} reason
   */
  end(reason) {
    if (this.ended !== null) return;
    this.ended = reason;
    this.worker.terminate();
    for (const { reject } of this.pending.values()) reject(new WorkerError({ name: "WorkerEnded", message: reason }));
    this.pending.clear();
    this.onEnd(reason);
  }
}

/** Read what Python says, which is JSON, or what the worker itself does. @param {MessageEvent} event */
const messageOf = ({ data }) => (typeof data === "string" ? JSON.parse(data) : data);
