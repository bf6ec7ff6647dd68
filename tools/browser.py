"""Finds the Chromium that tests and benchmarks drive, and installs one when there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Playwright, sync_playwright

from sim.testing import SimError
from sim.testing.browser import LAUNCH_ARGUMENTS, chromium_path

__all__ = ["LAUNCH_ARGUMENTS", "find_chromium"]

MISSING = """\
no Chromium was found and none could be installed; do one of these:
  - install the browser of your system, for instance: apt-get install chromium
  - run: {python} -m playwright install chromium
  - name the program of a Chromium or Chrome in the environment variable CHROMIUM"""


def find_chromium(playwright: Playwright) -> str | None:
    """Return the path of the Chromium to use: the one asked for, Playwright's own, or the system's."""
    try:
        return chromium_path(playwright.chromium.executable_path)
    except SimError as error:
        raise SystemExit(str(error)) from error


def install() -> None:
    """Try the ways to install a Chromium until one succeeds."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        ways += [["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]]
    for way in ways:
        print("no Chromium found, trying:", *way, flush=True)
        subprocess.run(way, check=False)
        if found():
            return


def found() -> str | None:
    """Return what `find_chromium` finds now."""
    with sync_playwright() as playwright:
        return find_chromium(playwright)


if __name__ == "__main__":
    if not found():
        install()
    if not found():
        raise SystemExit(MISSING.format(python=sys.executable))
