/** Wires what is around the device: links to share, the page's API, lessons, and the page within another. */

import { SimDevice } from "./api.js";
import { download, zip } from "./archive.js";
import { SharePanel } from "./panels/share.js";
import { LONGEST, ShareError, bundleOf, holdsBundle, makeFragment, openBundle, readFragment } from "./share.js";

/** @typedef {import("./control.js").Control} Control */
/** @typedef {import("./mode.js").Mode} Mode */

const FILE = "project.mos.zip";

export class Extras {
  /**
   * @param {Control} control
   * @param {Mode} mode
   */
  constructor(control, mode) {
    this.control = control;
    this.mode = mode;
    this.api = new SimDevice(control);
    window.simdevice = this.api;
    this.share = new SharePanel();
    this.share.onShare = () => this.makeLink();
    this.frame();
    addEventListener("hashchange", () => this.openLink());
  }

  /** Make the page look as its address says. */
  frame() {
    const { mode } = this;
    const { body, documentElement } = document;
    if (mode.theme) documentElement.style.colorScheme = mode.theme;
    body.dataset.view = mode.isHeadless ? "headless" : mode.view;
    document.querySelector(".top sim-status")?.before(this.share);
  }

  /** Begin with what the address says. */
  async open() {
    const { control, mode } = this;
    if (mode.isHeadless) {
      await control.startPython();
      return this.api.begun();
    }
    // What is the user's own is put aside for what the link holds, so it has to be there first
    await (control.loading ??= control.load());
    control.seed = mode.seed;
    await this.openLink({ boots: false });
    await control.open();
    this.api.begun();
  }

  /** Take over the project of the address, if it holds one. */
  async openLink({ boots = true } = {}) {
    const { control } = this;
    if (!holdsBundle(location.hash)) return;
    try {
      openBundle(control, await readFragment(location.hash));
    } catch (error) {
      if (!(error instanceof ShareError)) throw error;
      this.share.say(error.message);
      control.model.note("error", error.message);
      return control.onChange();
    } finally {
      // What is written from now on shall not be undone by a reload
      history.replaceState(null, "", location.pathname + location.search);
    }
    if (boots) await control.run();
  }

  /** @returns {Promise<{link: string, said: string}>} */
  async makeLink() {
    const bundle = bundleOf(this.control);
    if (!bundle.files.length) return { link: "", said: "There is nothing to share: the project has no files." };
    const fragment = await makeFragment(bundle);
    if (fragment.length <= LONGEST) {
      const page = new URL(location.href);
      page.search = page.hash = "";
      return { link: page.href + fragment, said: "" };
    }
    download(FILE, await zip(bundle.files));
    return { link: "", said: `The project is too large for a link, so it was saved as ${FILE}; Open reads it.` };
  }

  /** Tell whoever listens what has changed. */
  look() {
    this.api.look();
  }
}
