/** Is `window.simdevice.rules`: what breaks the network. */

/** @typedef {import("./types/api.js").Rules} Public */

/** @implements {Public} */
export class Rules {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
  }

  async kinds() {
    const { kinds, presets } = await this.session.request("rules.list", {});
    return { kinds, presets };
  }

  async list() {
    return (await this.session.request("rules.list", {})).rules;
  }

  /** @param {import("./types/api.js").RuleForm} rule */
  async add(rule) {
    const { rules } = await this.session.request("rules.add", { rule });
    return /** @type {number} */ (rules[0]);
  }

  /** @param {string} preset @param {import("./types/api.js").RuleValues} [values] */
  async preset(preset, values = {}) {
    return (await this.session.request("rules.add", { preset, values })).rules;
  }

  /** @param {number} rule */
  async remove(rule) {
    await this.session.request("rules.remove", { rule });
  }

  /** @param {number} rule */
  async enable(rule, enabled = true) {
    await this.session.request("rules.enable", { rule, enabled });
  }
}
