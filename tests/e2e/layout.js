/**
 * Lists what is wrong with the place of texts: cut off though no title tells the rest and nothing scrolls, one over another,
 * or words of a button or a row of tabs in several lines. What scrolls out of sight, or is hidden as a whole, is in order.
 */
() => {
  const told = new Set();
  const NOT_READ = ".unseen, noscript, option, textarea, script, style, .cm-editor, .editor";
  const pen = document.createElement("canvas").getContext("2d");
  const nameOf = (element) => {
    const part = element.closest("main > section, .wire > section, header, dialog");
    return `${part?.className || part?.localName || "page"}: ${element.localName}${element.className ? `.${element.className}` : ""}`;
  };
  const say = (what, element, text) => told.add(`${what}: ${nameOf(element)} ${JSON.stringify(text.trim().slice(0, 60))}`);
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const clips = (value) => value === "hidden" || value === "clip";
  const scrolls = (value) => value === "auto" || value === "scroll";

  /** What of a box is to be seen, and whether more of it is cut off for good. */
  function clipped(element, box) {
    let { left, right, top, bottom } = box;
    let [isCutAside, isCutBelow, isTold] = [false, false, false];
    let isAside = false;
    for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
      isTold ||= at.title !== "";
      const style = getComputedStyle(at);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const edge = at.getBoundingClientRect();
      const beyondX = left < edge.left - 1 || right > edge.right + 1;
      const beyondY = top < edge.top - 2 || bottom > edge.bottom + 2;
      isAside ||= (beyondX && scrolls(style.overflowX)) || (beyondY && scrolls(style.overflowY));
      const isGone = left >= edge.right || right <= edge.left || top >= edge.bottom - 2 || bottom <= edge.top + 2;
      if (!isGone && !isAside) {
        isCutAside ||= beyondX && clips(style.overflowX);
        isCutBelow ||= beyondY && clips(style.overflowY);
      }
      [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
      if (right - left < 1 || bottom - top < 1) return null;
    }
    return { left, right, top, bottom, isCut: isCutBelow || (isCutAside && !isTold) };
  }

  /** What lies in front of the rest by itself is compared with its like alone. */
  function layerOf(element) {
    let at = element;
    while (at && ["static", "relative"].includes(getComputedStyle(at).position)) at = at.parentElement;
    return at;
  }

  const layers = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest(NOT_READ) || !isSeen(element)) continue;
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const seen = clipped(element, box);
      if (!seen) continue;
      if (seen.isCut) say("cut off", element, node.data);
      const layer = layerOf(element);
      if (!layers.has(layer)) layers.set(layer, []);
      layers.get(layer).push({ ...seen, node, element });
    }
  }
  for (const boxes of layers.values()) {
    boxes.sort((one, other) => one.top - other.top);
    boxes.forEach((one, at) => {
      for (const other of boxes.slice(at + 1)) {
        if (other.top > one.bottom - 4) break;
        const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        if (width > 2 && one.node !== other.node) say("one over another", other.element, `${one.node.data.trim()} / ${other.node.data.trim()}`);
      }
    });
  }

  for (const element of document.querySelectorAll("button:not(.link), .button, [role=tab], h1, h2")) {
    if (!isSeen(element) || element.closest(NOT_READ)) continue;
    range.selectNodeContents(element);
    const tops = [...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => top);
    if (Math.max(...tops) - Math.min(...tops) > 10) say("in several lines", element, element.textContent);
  }
  for (const list of document.querySelectorAll("[role=tablist]")) {
    const tops = new Set([...list.querySelectorAll("[role=tab]")].filter(isSeen).map((tab) => tab.offsetTop));
    if (tops.size > 1) say("tabs in several lines", list, list.textContent.replace(/\s+/g, " "));
  }

  const ARROW = 18;
  for (const field of document.querySelectorAll("select, input")) {
    const text = field.localName === "select" ? field.selectedOptions[0]?.label : !field.value && field.placeholder;
    if (!text || !isSeen(field) || field.title || field.closest(NOT_READ)) continue;
    const style = getComputedStyle(field);
    pen.font = style.font;
    const room = field.clientWidth - parseFloat(style.paddingLeft) - (field.localName === "select" ? ARROW : parseFloat(style.paddingRight));
    if (pen.measureText(text).width > room + 2) say("cut off in its field", field, text);
  }

  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) told.add(`the page is ${scrollWidth} wide, and ${clientWidth} are seen`);
  return [...told];
}
