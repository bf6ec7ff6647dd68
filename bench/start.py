"""Measures how long the page takes from its address to the first answer of the device, beside a plain Pyodide page.

The other page, bench/plain, starts Pyodide in a module worker from the files of the npm package and runs one line.
Both are served the same way to the same Chromium, in turns. A first visit has an empty cache; a repeat visit comes
when the page has kept what it can, for which the first is left open until its second Python stands ready.
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from sim import website
from tools.browser import LAUNCH_ARGUMENTS, find_chromium
from tools.site import DIST, PYODIDE, ROOT

ROUNDS = 5
REST_MS = 1_000
"""How long a page has been left when it is visited again: else the end of its workers would be measured too."""
GOALS = {"first visit": 0.5, "repeat visit": 0.25}
WAIT_FOR_MARK = """
(name) => new Promise((resolve, reject) => {
  new PerformanceObserver((list) => {
    for (const mark of list.getEntriesByName(name)) resolve(mark.startTime);
  }).observe({ type: "mark", buffered: true });
  setTimeout(reject, 60_000, new Error(`no mark ${name} within a minute`));
})
"""


def serve(folder: Path) -> str:
    """Serve a folder until the program ends, and return its address."""
    http = website.listen(folder, log=lambda line: None)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{http.server_port}/"


def make_plain(folder: Path) -> Path:
    """Put the plain page and Pyodide's files into a folder."""
    for source in (ROOT / "bench" / "plain", PYODIDE):
        shutil.copytree(source, folder, dirs_exist_ok=True)
    return folder


def visit(page: Page, address: str, mark: str) -> float:
    """Open an address and return the milliseconds from then to the mark."""
    page.goto(address)
    return page.evaluate(WAIT_FOR_MARK, mark)


def two_visits(browser: Browser, address: str, mark: str) -> tuple[float, float]:
    """Visit an address with an empty cache, then again."""
    with browser.new_context() as context:
        page = context.new_page()
        first = visit(page, address, mark)
        if mark == "sim:live":
            page.locator("body[data-spare=ready]").wait_for()
        page.goto("about:blank")
        page.wait_for_timeout(REST_MS)
        return first, visit(page, address, mark)


def main() -> None:
    """Visit both pages in turns and print the medians."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages = [(serve(DIST), "sim:live"), (serve(make_plain(Path(folder))), "plain:live")]
        options = {"executable_path": find_chromium(playwright), "args": LAUNCH_ARGUMENTS}
        with playwright.chromium.launch(**options) as browser:
            rounds = [[two_visits(browser, *page) for page in pages] for _ in range(ROUNDS)]
    for number, (name, goal) in enumerate(GOALS.items()):
        ours, plain = (statistics.median(r[page][number] for r in rounds) for page in range(2))
        figure = {"name": f"start, {name}", "value": ours, "unit": "ms", "peer": "plain Pyodide worker"}
        print(json.dumps({**figure, "peer_value": plain, "ratio": ours / plain, "goal": goal}))


if __name__ == "__main__":
    main()
