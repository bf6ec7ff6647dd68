// Runs the devices in these pages: loads the script that defines them when there is one, and keeps them as light or dark.

const devices = [...document.querySelectorAll("sim-device")];
const isDark = () => document.body.dataset.mdColorScheme === "slate";
const theme = () => (isDark() ? "dark" : "light");
/** Devices that have been started: what runs is not thrown away for the sake of its colours. */
const started = new WeakSet();

for (const device of devices) {
  const { lesson } = device.dataset;
  if (lesson) device.setAttribute("src", new URL(`../lessons/${lesson}.md`, import.meta.url).href);
  device.setAttribute("theme", theme());
  device.addEventListener("state", () => started.add(device));
}
if (devices.length) import("../../embed.js");

new MutationObserver(() => {
  for (const device of devices) {
    if (started.has(device) || device.getAttribute("theme") === theme()) continue;
    device.setAttribute("theme", theme());
    device.replaceWith(device); // reads its attributes again
  }
}).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
