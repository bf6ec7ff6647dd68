/** Is `window.simdevice.devices`: the devices of the network beside the one that Run boots. */

const load = () => import("./devices/devices.js");

/** @typedef {import("./types/api.js").Devices} Public */

/** @implements {Public} */
export class Devices {
  /** @param {import("./control.js").Control} control */
  constructor(control) {
    this.control = control;
  }

  list() {
    return this.control.devices.map(({ name, address, state, main, boots, failure }) => ({ name, address, state, main, boots, failure }));
  }

  /** @param {string} name @param {import("./types/api.js").Files} files @param {{main?: string, address?: string}} [options] */
  async add(name, files, options = {}) {
    const { addDevice, filesFor } = await load();
    const isText = typeof files === "string";
    await addDevice(this.control, name, filesFor(name, files, options.main), isText ? { ...options, main: "" } : options);
    return /** @type {import("./types/api.js").DeviceState} */ (this.list().find((device) => device.name === name));
  }

  /** @param {string} name */
  async remove(name) {
    const { removeDevice } = await load();
    await removeDevice(this.control, name);
  }

  /** @param {string} name */
  async show(name) {
    await this.control.session.request("device.show", { host: name });
  }

  /** @param {string} name */
  async restart(name) {
    await this.control.session.request("reboot", { host: name });
  }

  /** @param {string} name */
  async stop(name) {
    await this.control.session.request("stop", { host: name });
  }
}
