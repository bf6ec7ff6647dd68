"""Takes a picture of each view of the page, in three sizes, light and dark, into docs/images."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, expect, sync_playwright

from sim import website
from tools.browser import LAUNCH_ARGUMENTS, find_chromium
from tools.site import DIST, ROOT
from tools.views import VIEWS, View

__all__ = ["IMAGES", "SCHEMES", "SIZES", "shoot"]

IMAGES = ROOT / "docs" / "images"
SIZES = [(1280, 800), (700, 520), (390, 844)]
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
WAIT_MS = 20_000


def shoot(browser: Browser, site: str, view: View, out: Path) -> None:
    """Bring the page into a view once, and take a picture of it in each size and both schemes.

    In the two smaller sizes, what the view is about is brought into sight first, as those are scrolled.
    """
    context = browser.new_context(reduced_motion="reduce", service_workers="block")
    page = context.new_page()
    view.open(page, site)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        if view.about:
            page.locator(view.about).first.scroll_into_view_if_needed()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=out / f"{view.name}-{width}-{scheme}.png", animations="disabled", caret="hide")
    context.close()


def main() -> int:
    """Take the pictures of the views that are named, or of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a view of tools/views.py")
    names = parser.parse_args().names
    if unknown := set(names) - {view.name for view in VIEWS}:
        parser.error(f"there is no view {', '.join(sorted(unknown))}; there are {', '.join(v.name for v in VIEWS)}")
    expect.set_options(timeout=WAIT_MS)
    IMAGES.mkdir(exist_ok=True)
    with website.listen(DIST, 0, log=lambda line: None) as http, sync_playwright() as playwright:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=LAUNCH_ARGUMENTS)
        for view in VIEWS:
            if not names or view.name in names:
                print(f"docs/images/{view.name}-*.png", flush=True)
                shoot(browser, f"http://127.0.0.1:{http.server_port}/", view, IMAGES)
        browser.close()
        http.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
