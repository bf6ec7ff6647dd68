"""After the first visit the page works without a network, and it never shows an older build than there is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screen import Screen
from tools.site import DIST, ROOT

pytestmark = pytest.mark.first_visit

IS_KEPT = """async () => {
  const {active} = await navigator.serviceWorker.ready;
  while (active.state !== "activated") await new Promise(requestAnimationFrame);
  return (await caches.keys()).filter((name) => name.startsWith("mos-sim-files "));
}"""


def test_a_reload_without_network_runs_the_device_and_a_lesson(page: Page, site: str):
    screen = Screen(page).open(site)
    assert len(page.evaluate(IS_KEPT)) == 1
    page.context.set_offline(True)
    page.reload()
    expect(screen.answer).to_contain_text("200 OK")
    page.get_by_label("Lessons").select_option("websocket")
    expect(page.get_by_role("heading", name="WebSocket", exact=True).first).to_be_visible()
    page.goto(f"{site}?lesson=first-endpoint")
    expect(page.get_by_role("heading", name="First endpoint")).to_be_visible()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A site of its own that may be changed."""
    folder = tmp_path / "site"
    shutil.copytree(DIST, folder)
    return folder


def test_a_new_build_is_seen_at_the_next_visit(page: Page, serve, copy: Path):
    address = serve(copy)
    screen = Screen(page).open(address)
    [old] = page.evaluate(IS_KEPT)
    index = copy / "index.html"
    index.write_text(index.read_text().replace("<h1>mos-sim</h1>", "<h1>mos-sim two</h1>"))
    worker = copy / "offline.js"
    name = old.rpartition(" ")[2]
    assert name in worker.read_text()
    worker.write_text(worker.read_text().replace(name, "0" * 16))
    page.reload()
    expect(page.get_by_role("heading", name="mos-sim two")).to_be_visible()
    expect(screen.answer).to_contain_text("200 OK")
    page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    page.evaluate(
        """async (old) => {
      while ((await caches.keys()).includes(old)) await new Promise(requestAnimationFrame);
    }""",
        old,
    )
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="mos-sim two")).to_be_visible()
    expect(screen.answer).to_contain_text("200 OK")


def test_a_page_that_cannot_keep_anything_works_all_the_same(page: Page, site: str):
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    screen = Screen(page).open(site)
    assert page.evaluate("navigator.serviceWorker") is None
    assert screen.problems == []


def test_every_file_of_the_site_but_packages_and_documentation_is_kept():
    script = (DIST / "offline.js").read_text()
    files = [path.relative_to(DIST).as_posix() for path in DIST.rglob("*") if path.is_file()]
    for name in files:
        assert f'"{name}"' in script or name.startswith(("wheels/", "docs/")) or name == "offline.js", name


def test_the_script_is_bundled_without_what_it_does_not_need():
    assert subprocess.run(["node", "--check", DIST / "offline.js"], cwd=ROOT, check=False).returncode == 0
