"""Measures how the page keeps up: its longest frame in a burst of requests or an export, how soon Stop ends a loop.

Two bursts of 5,000 requests: the firmware asks itself over the virtual network as fast as it can, and the page hands
all of them to the worker at once. A frame is the time between two callbacks of requestAnimationFrame. The stop is
measured from the click to the state "stopped", with a second Python ready. The export is that of the trace
after a burst, some 95,000 records, as a capture and as HAR.
"""

from __future__ import annotations

import json
import statistics
import threading

from playwright.sync_api import Browser, Page, sync_playwright

from sim import website
from tools.browser import LAUNCH_ARGUMENTS, find_chromium
from tools.site import DIST

ROUNDS = 3
REQUESTS = 5_000
GOAL_MS = 50
EXPORT_GOAL_MS = 100
PATIENCE_MS = 60_000

BURST = f"""\
server = HTTP.get_system_server()
count = [0]

def answer(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')

def ask(conn, ev, ev_data):
    if ev == Net.EV_CONNECT:
        Net.send(conn, 'GET /burst HTTP/1.1\\r\\nHost: device\\r\\n\\r\\n')
    elif ev == HTTP.EV_RESPONSE:
        count[0] += 1
        if count[0] < {REQUESTS}:
            Net.send(conn, 'GET /burst HTTP/1.1\\r\\nHost: device\\r\\n\\r\\n')
        else:
            print('burst is over')

def start(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.0 200 OK\\n\\nstarted')
        Net.disconnect(conn)
        HTTP.connect('127.0.0.1:80', ask)

HTTP.add_endpoint(server, '/burst', answer)
HTTP.add_endpoint(server, '/my/api', start)
"""

KEEP_WORKER = """
const Plain = Worker;
globalThis.Worker = class extends Plain {
  constructor(...options) {
    super(...options);
    globalThis.workerOfBench ??= this;
  }
};
"""

ASK = """
(count) => new Promise((resolve) => {
  const worker = globalThis.workerOfBench;
  const first = 1_000_000; // far from the numbers of the page's own messages
  let waiting = count;
  const isAnswer = /^{"id":1\\d{6},/;
  worker.addEventListener("message", ({ data }) => isAnswer.test(data) && --waiting === 0 && resolve());
  for (let id = first; id < first + count; id++) {
    worker.postMessage({ id, type: "http.fetch", method: "GET", target: "/burst", headers: [], body: "" });
  }
  requestAnimationFrame(() => (globalThis.framesOfBench.longest = 0)); // handing them over is this program's work
})
"""

LOOP = "while True:\n    pass\n"

WATCH_FRAMES = """
() => {
  const frames = { longest: 0, count: 0, isOver: false };
  globalThis.framesOfBench = frames;
  let last = performance.now();
  const tick = (now) => {
    frames.longest = Math.max(frames.longest, now - last);
    frames.count++;
    last = now;
    if (!frames.isOver) requestAnimationFrame(tick);
  };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(tick); });
}
"""

STOP = """
() => new Promise((resolve) => {
  const began = performance.now();
  new MutationObserver((_, observer) => {
    if (document.body.dataset.state !== "stopped") return;
    observer.disconnect();
    resolve(performance.now() - began);
  }).observe(document.body, { attributes: true, attributeFilter: ["data-state"] });
  [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === "Stop").click();
})
"""


def open_page(browser: Browser, address: str) -> Page:
    """Open the page and wait until its device has answered."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(KEEP_WORKER)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.get_by_role("status", name="Answer").get_by_text("200 OK").wait_for()
    return page


def run(page: Page, source: str) -> None:
    """Put a Python firmware in the place of the project and run it."""
    page.get_by_label("Open files").set_input_files(
        [{"name": "init.py", "mimeType": "text/plain", "buffer": source.encode()}]
    )
    page.get_by_role("tab", name="init.py").wait_for()
    page.get_by_role("button", name="Run", exact=True).click()


def longest_frame(browser: Browser, address: str, by_page: bool) -> float:
    """Return the longest frame during a burst, in milliseconds."""
    page = open_page(browser, address)
    page.locator("body[data-spare=ready]").wait_for()  # or its start takes part of the processor's time
    run(page, BURST)
    page.locator("body[data-state=running]").wait_for()
    page.evaluate(WATCH_FRAMES)
    if by_page:
        page.evaluate(ASK, REQUESTS)
    else:
        page.get_by_role("button", name="Send", exact=True).first.click()
        page.get_by_role("log", name="Console").get_by_text("burst is over").wait_for()
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 500))")  # what came last is drawn, too
    frames = page.evaluate("() => { framesOfBench.isOver = true; return framesOfBench; }")
    page.context.close()
    return frames["longest"]


def longest_frame_of_exports(browser: Browser, address: str) -> float:
    """Return the longest frame while the trace of a burst is written, in milliseconds."""
    page = open_page(browser, address)
    page.locator("body[data-spare=ready]").wait_for()
    run(page, BURST)
    page.locator("body[data-state=running]").wait_for()
    page.get_by_role("button", name="Send", exact=True).first.click()
    page.get_by_role("log", name="Console").get_by_text("burst is over").wait_for()
    page.evaluate(WATCH_FRAMES)
    for form in ("pcapng", "har"):
        size: int = page.evaluate(f"simdevice.export('{form}').then(({{ length }}) => length)")
        assert size > REQUESTS * 100
    frames = page.evaluate("() => { framesOfBench.isOver = true; return framesOfBench; }")
    page.context.close()
    return frames["longest"]


def time_to_stop(browser: Browser, address: str) -> float:
    """Return the milliseconds from Stop to the state "stopped" while the firmware loops."""
    page = open_page(browser, address)
    page.locator("body[data-spare=ready]").wait_for()
    run(page, LOOP)
    page.get_by_text("starting the device").wait_for()
    took = page.evaluate(STOP)
    page.context.close()
    return took


def main() -> None:
    """Measure each a few times and print the medians."""
    with website.listen(DIST, log=lambda line: None) as http, sync_playwright() as playwright:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{http.server_port}/"
        options = {"executable_path": find_chromium(playwright), "args": LAUNCH_ARGUMENTS}
        with playwright.chromium.launch(**options) as browser:
            own = statistics.median(longest_frame(browser, address, False) for _ in range(ROUNDS))
            asked = statistics.median(longest_frame(browser, address, True) for _ in range(ROUNDS))
            exports = statistics.median(longest_frame_of_exports(browser, address) for _ in range(ROUNDS))
            stops = statistics.median(time_to_stop(browser, address) for _ in range(ROUNDS))
        http.shutdown()
    report(f"longest frame, {REQUESTS} by firmware", own)
    report(f"longest frame, {REQUESTS} by page", asked)
    report("longest frame in exports", exports, EXPORT_GOAL_MS)
    report("Stop of an endless loop", stops)


def report(name: str, value: float, goal: float = GOAL_MS) -> None:
    """Print one figure."""
    print(json.dumps({"name": name, "value": value, "unit": "ms", "goal": goal, "ratio": value / goal}))


if __name__ == "__main__":
    main()
