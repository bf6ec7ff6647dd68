"""Finds the browsers that `tests/browsers` is to run in, and installs what is missing where the system lets us."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from glob import glob

__all__ = ["OPTION", "Paths", "find", "not_run"]

Paths = Mapping[str, str]
"""Where each program of a browser is, by its name."""

BROWSERS: Mapping[str, Mapping[str, str]] = {
    "chromium": {},  # tools/browser.py looks after it
    "firefox": {"firefox-esr": "firefox-esr"},
    "webkit": {"WebKitWebDriver": "webkit2gtk-driver", "MiniBrowser": "webkit2gtk-driver", "Xvfb": "xvfb"},
}
"""What each browser needs: the names of programs, and of Debian's packages that have them."""

FOLDERS = "/usr/lib/*/webkit2gtk-4*"  # MiniBrowser is not on the path


def names(text: str) -> list[str]:
    """Return the browsers that a list names."""
    if unknown := set(text.split(",")) - set(BROWSERS):
        raise argparse.ArgumentTypeError(f"expected some of {','.join(BROWSERS)}, got {sorted(unknown)[0]!r}")
    return list(dict.fromkeys(text.split(",")))


OPTION = {
    "type": names,
    "default": ["chromium"],
    "metavar": "NAME,...",
    "help": f"run tests/browsers in these of {','.join(BROWSERS)} (by default in chromium)",
}


def find(browser: str) -> Paths | None:
    """Return where the programs of a browser are, None if one is missing."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *sorted(glob(FOLDERS))])
    found = {name: shutil.which(name, path=path) for name in BROWSERS[browser]}
    return {name: at for name, at in found.items() if at} if all(found.values()) else None


def not_run(asked: Iterable[str]) -> list[str]:
    """Return a sentence for each browser in which the tests were not run."""
    asked = list(asked)
    sentences = []
    for browser in BROWSERS:
        packages = " ".join(dict.fromkeys(BROWSERS[browser].values()))
        if find(browser) is None:
            hint = f"it is not installed here. On Debian: apt-get install --no-install-recommends {packages}"
        elif browser not in asked:
            hint = f"--browsers {','.join([*asked, browser])} does."
        else:
            continue
        sentences.append(f"tests/browsers was not run in {browser}: {hint}")
    return sentences


def install(asked: Iterable[str]) -> None:
    """Try to install Debian's packages of the browsers that are missing."""
    wanted = {package: None for name in asked if find(name) is None for package in BROWSERS[name].values()}
    if not wanted or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for way in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *wanted]):
        print("a browser is missing, trying: apt-get", *way, flush=True)
        subprocess.run(["apt-get", *way], check=False, env=environment, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browsers", **OPTION)
    install(parser.parse_known_args()[0].browsers)
