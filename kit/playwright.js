/** Is the kit for Playwright Test: a device for each test, and what can be expected of it (docs/reference/playwright.md). */

import { expect as plain, test as base } from "@playwright/test";
import { dirname } from "node:path";
import { Device } from "./device.js";
import { serveSite } from "./site.js";

export { Device, serveSite };

const TIMEOUT_MS = 5_000;

/** @type {any} the types are in playwright.d.ts */
const fixtures = {
  firmware: ["", { option: true }],
  simSite: [
    async (/** @type {{}} */ {}, /** @type {(url: string) => Promise<void>} */ use) => {
      const { url, close } = await serveSite();
      await use(url);
      await close();
    },
    { scope: "worker" },
  ],
  simContext: [
    async (/** @type {any} */ { browser, simSite }, /** @type {any} */ use) => {
      const context = await browser.newContext();
      // A page that rests keeps a picture of Python's memory after some seconds, from which later ones start sooner
      await (await context.newPage()).goto(`${simSite}?headless=1`);
      await use(context);
      await context.close();
    },
    { scope: "worker" },
  ],
  device: async (/** @type {any} */ { simContext, simSite, firmware }, /** @type {any} */ use, /** @type {import("@playwright/test").TestInfo} */ info) => {
    const device = await Device.open(await simContext.newPage(), simSite);
    if (firmware) await device.run(firmware, dirname(info.file));
    await use(device);
    if (info.status !== info.expectedStatus) await attachTrace(device, info);
    await device.page.close();
  },
};

export const test = base.extend(fixtures);

/** @param {Device} device @param {import("@playwright/test").TestInfo} info */
async function attachTrace(device, info) {
  const records = await device.records().catch(() => []); // the page may be what has failed
  const body = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  await info.attach("trace.jsonl", { body, contentType: "application/jsonl" });
}

export const expect = plain.extend({
  /**
   * @param {Device} device
   * @param {string} [method]
   * @param {string | RegExp} [target]
   * @param {any} [options]
   */
  toHaveRequested(device, method, target, { timeout, ...wanted } = {}) {
    // What has been requested stays so: there is nothing to wait for
    return wait(this, device, { request: { method, target, ...wanted } }, this.isNot ? 0 : timeout);
  },

  /** @param {Device} device @param {number} pin @param {0 | 1} level @param {{timeout?: number}} [options] */
  toHavePin(device, pin, level, { timeout } = {}) {
    return wait(this, device, { pin, level }, timeout);
  },

  /** @param {Device} device @param {string | RegExp} text @param {{timeout?: number}} [options] */
  toHavePrinted(device, text, { timeout } = {}) {
    return wait(this, device, { console: text }, this.isNot ? 0 : timeout);
  },
});

/**
 * @param {any} state of the matcher
 * @param {Device} device
 * @param {import("../web/types/api.js").Condition} condition
 * @param {number | undefined} timeout
 */
async function wait({ isNot, timeout: usual = TIMEOUT_MS }, device, condition, timeout = usual) {
  if (!(device instanceof Device)) throw new TypeError("this can be expected of a device only");
  try {
    await device.waitFor(condition, { timeout, isNot });
    return { pass: !isNot, message: () => "" };
  } catch (error) {
    return { pass: isNot, message: () => /** @type {Error} */ (error).message };
  }
}
