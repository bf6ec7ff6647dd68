"""A report of hostile traffic is read in a browser, where it does nothing."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from sim.export import to_report
from tests.export.runs import HOSTILE, hostile


def test_hostile_content_runs_nothing_and_is_seen_as_it_is(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(to_report(hostile(), HOSTILE), "utf-8")
    page = browser.new_page()
    wanted: list[str] = []
    page.on("request", lambda request: wanted.append(request.url))
    page.goto(file.as_uri())
    assert page.title().startswith("<script>")
    assert "<script>document.title='x'</script><img src=x" in page.locator("pre:visible").last.inner_text()
    assert wanted == [file.as_uri()]
    page.close()
