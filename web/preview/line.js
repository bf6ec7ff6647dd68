/** Carries questions from the page of the device to the outer page, and the answers back, over one port. */

/**
 * @typedef {{method: string, url: string, headers: [string, string][], body: string, redirect: string}} Ask
 * @typedef {{status: number, reason: string, headers: [string, string][], body: string, url: string,
 *   redirected: boolean}} Answer
 */

export class Line {
  /** @param {MessagePort} port */
  constructor(port) {
    this.port = port;
    this.lastId = 0;
    /** @type {Map<number, {resolve: (value: any) => void, reject: (reason: Error) => void}>} */
    this.pending = new Map();
    /** @type {Map<string, (message: any) => void>} */
    this.listeners = new Map();
    port.onmessage = ({ data }) => this.receive(data);
  }

  /** @param {any} message */
  receive(message) {
    if (message.id === undefined) {
      this.listeners.get(message.type)?.(message);
      return;
    }
    const asked = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.ok) asked?.resolve(message.value);
    else asked?.reject(new TypeError(message.problem));
  }

  /** @param {string} type @param {object} fields */
  tell(type, fields = {}) {
    this.port.postMessage({ type, ...fields });
  }

  /**
   * @param {string} type
   * @param {object} fields
   * @returns {Promise<any>}
   */
  ask(type, fields) {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.tell(type, { id, ...fields });
    });
  }

  /**
   * Ask the device.
   *
   * @param {Partial<Ask> & {url: string}} request
   * @returns {Promise<Answer>}
   */
  fetch(request) {
    return this.ask("fetch", { method: "GET", headers: [], body: "", redirect: "follow", ...request });
  }

  /** @param {string} type @param {(message: any) => void} fn */
  on(type, fn) {
    this.listeners.set(type, fn);
  }
}
