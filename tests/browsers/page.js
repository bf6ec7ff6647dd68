/** What tests need to know of a page, found as a person finds it: by the role and the name of what is shown. */
({
  ROLES: {
    button: "button, [role=button]",
    combobox: "select",
    editor: "[contenteditable=true]",
    grid: "[role=grid]",
    group: "[role=group]",
    log: "[role=log]",
    status: "output, [role=status]",
    tab: "[role=tab]",
    textbox: "input:not([type]), input[type=text], textarea, [contenteditable=true]",
  },
  PATIENCE_MS: 50_000,
  LOOK_AGAIN_MS: 20,

  /** Wait until something is there, and return it; tell what is missing when it does not come. */
  async until(look, missing) {
    for (const end = performance.now() + this.PATIENCE_MS; ; await new Promise((next) => setTimeout(next, this.LOOK_AGAIN_MS))) {
      const found = look();
      if (found) return found;
      if (performance.now() > end) throw new Error(`${missing()} in: ${document.body.innerText.slice(0, 300).replaceAll("\n", " | ")}`);
    }
  },

  nameOf(element) {
    const label = element.getAttribute("aria-labelledby");
    const texts = label ? label.split(" ").map((id) => document.getElementById(id)) : [...(element.labels ?? [])];
    const own = element.getAttribute("aria-label") ?? "";
    return (own || texts.map((each) => each?.textContent ?? "").join(" ") || element.textContent).trim();
  },

  /** All elements that fit, also those in the trees of their own that some elements have. */
  all(selector, root = document) {
    const inner = [...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? this.all(selector, shadowRoot) : []));
    return [...root.querySelectorAll(selector), ...inner];
  },

  find(role, name) {
    return this.all(this.ROLES[role]).find((each) => each.checkVisibility() && this.nameOf(each) === name);
  },

  element(role, name) {
    return this.until(() => this.find(role, name), () => `there is no ${role} with the name "${name}"`);
  },

  textOf: (element) => ("value" in element ? element.value : (element.innerText ?? "")),

  /** Wait until a text is in what has this role and name, so many times. */
  async reads(role, name, text, times) {
    const element = () => this.find(role, name);
    const missing = () => `"${text}" is not in the ${role} "${name}", but: ${element() && this.textOf(element())}`;
    await this.until(() => element() && this.textOf(element()).split(text).length > times, missing);
  },

  /** Wait until an attribute of the body has a value. */
  async bodyHas(name, value) {
    await this.until(() => document.body.getAttribute(name) === value, () => `the body's ${name} is not "${value}"`);
  },

  /** Wait until one can press it and it rests, and return where it is. */
  async place(role, name) {
    const element = await this.element(role, name);
    element.scrollIntoView({ block: "nearest" });
    let last = "";
    return this.until(() => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const [before, middle] = [last, [x + Math.min(width, 60) / 2, y + Math.min(height, 30) / 2]];
      last = `${middle}`;
      const top = element.getRootNode().elementFromPoint(...middle);
      return !element.disabled && last === before && element.contains(top) && middle;
    }, () => `the ${role} "${name}" cannot be pressed`);
  },

  /** Choose an option, which a browser shows in a window of its own that not every driver reaches. */
  async choose(name, option) {
    const element = await this.element("combobox", name);
    const chosen = () => [...element.options].find((each) => each.label.trim() === option);
    element.value = (await this.until(chosen, () => `"${name}" has no "${option}"`)).value;
    for (const type of ["input", "change"]) element.dispatchEvent(new Event(type, { bubbles: true }));
  },

  async focused(role, name) {
    const element = (root = document) => {
      const inner = root.activeElement;
      return inner?.shadowRoot ? element(inner.shadowRoot) : inner;
    };
    const isIt = () => element()?.matches(this.ROLES[role]) && this.nameOf(element()) === name;
    await this.until(isIt, () => `the ${role} "${name}" has not got the focus, but: ${element()?.outerHTML.slice(0, 200)}`);
  },
})
