/** Knows where the page of the device is, as far as it can tell: at the address of the site, with its own path. */

export class Place {
  constructor() {
    /** The address of the page. */
    this.url = "";
    /** What relative addresses begin at. */
    this.base = "";
  }

  /** @param {string} url */
  set(url) {
    this.url = url;
    this.base = url;
  }

  /**
   * @param {unknown} address
   * @returns {string} the whole address, as it was if it is none
   */
  resolve(address) {
    try {
      return new URL(String(address).trim(), this.base).href;
    } catch {
      return String(address);
    }
  }

  /**
   * Tell whether it leads to another document, and not within this one.
   *
   * @param {string} url
   */
  isElsewhere(url) {
    return url.split("#")[0] !== this.url.split("#")[0] || !url.includes("#");
  }
}

/** What has to be asked of the device; `data:` and `blob:` are here already. @param {string} url */
export const isAsked = (url) => !/^(data|blob|about|javascript):/i.test(url);
