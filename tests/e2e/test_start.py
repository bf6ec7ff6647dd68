"""Python starts from what the browser has kept of it, and another one stands ready to take over."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import Screen

pytestmark = pytest.mark.first_visit

KEPT = "caches.open('mos-sim-snapshot').then((cache) => cache.keys()).then((keys) => keys.map(({ url }) => url))"
WAIT_KEPT = f"""
async () => {{
  for (;;) {{
    const keys = await {KEPT};
    if (keys.length) return keys;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }}
}}
"""
SPOIL = """
async () => {
  const cache = await caches.open("mos-sim-snapshot");
  for (const key of await cache.keys()) await cache.put(key, new Response(new Uint8Array(65536 * 400)));
}
"""
LONG = "print('checked')\n" + "x = [1, 2, 3]\n" * 300
RUN_AT_CHECK = """() => {
  const plain = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...options) {
    plain.call(this, message, ...options);
    if (message.type !== "check") return;
    Worker.prototype.postMessage = plain;
    [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Run").click();
  };
}"""
LOOP = "while True:\n    pass\n"
OTHER = "import difflib\nprint(difflib.get_close_matches('aple', ['apple']))\n"


@pytest.fixture
def kept(page: Page, site: str) -> Screen:
    """The page after a first visit that has kept a snapshot."""
    screen = Screen(page).open(site)
    page.evaluate(WAIT_KEPT)
    return screen


def test_the_second_visit_starts_from_what_the_first_has_kept(page: Page, kept: Screen, site: str):
    kept.open(site)
    kept.run(OTHER)
    expect(kept.console).to_contain_text("['apple']")
    assert kept.problems == []


def test_what_is_kept_and_cannot_be_used_is_replaced(page: Page, kept: Screen, site: str):
    page.evaluate(SPOIL)
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text) if message.type == "warning" else None)
    kept.open(site)
    assert any("starts from scratch" in text for text in warnings)
    page.evaluate(WAIT_KEPT)
    kept.open(site)
    expect(kept.body()).to_have_text("  hello! ")


def test_what_another_build_has_kept_is_dropped(page: Page, kept: Screen, site: str):
    old = f"{site}snapshot/old"
    page.evaluate(
        "async (url) => { const cache = await caches.open('mos-sim-snapshot');"
        " for (const key of await cache.keys()) await cache.delete(key);"
        " await cache.put(url, new Response('old')); }",
        old,
    )
    kept.open(site)
    page.evaluate(
        WAIT_KEPT.replace("if (keys.length)", "if (keys.length && !keys.some((key) => key.endsWith('/old')))")
    )
    assert len(page.evaluate(KEPT)) == 1


def test_a_browser_that_keeps_nothing_starts_all_the_same(page: Page, site: str):
    def without_storage(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=f"Object.defineProperty(self, 'caches', {{}});\n{answer.text()}")

    page.context.route("**/worker.js", without_storage)
    screen = Screen(page).open(site)
    screen.open(site)
    assert page.evaluate(KEPT) == []


def test_the_spare_python_takes_over_from_an_endless_loop(page: Page, kept: Screen):
    expect(page.locator("body")).to_have_attribute("data-spare", "ready")
    kept.run(LOOP)
    expect(kept.state).to_contain_text("starting the device")
    kept.press("Stop")
    kept.expect_state("stopped")
    expect(kept.console).to_contain_text("Python was started anew")
    kept.run("print('back')\n")
    expect(kept.console).to_contain_text("back")


def test_a_run_while_the_program_is_checked_is_no_reason_for_another_python(page: Page, kept: Screen):
    expect(page.locator("body")).to_have_attribute("data-spare", "ready")
    page.evaluate(RUN_AT_CHECK)
    kept.open_files({"init.py": LONG})
    expect(kept.console).to_contain_text("started (boot 2)")
    expect(kept.console).not_to_contain_text("let go")
