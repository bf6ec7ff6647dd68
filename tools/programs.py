"""Installs the programs that the tests run on what we make, when one is missing and the system lets us."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Final

__all__ = ["PROGRAMS", "hint", "install"]

PROGRAMS: Final = {
    "curl": "which asks a device on its real port",
    "tshark": "which judges the captures",
    "wget": "which asks a device on its real port",
}
"""What the tests want each for; a package of Debian of the same name has it."""


def missing() -> list[str]:
    """Return the programs that are not there."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def hint(name: str) -> str:
    """Return what to do about a program that is missing."""
    return f"{name} was not found, {PROGRAMS[name]}; install it, for instance: apt-get install {name}"


def install() -> None:
    """Try to install them with the system's packages."""
    wanted = missing()
    if not wanted or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}  # tshark's package asks who may capture
    for way in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted]):
        print(f"no {', '.join(wanted)} found, trying:", *way, flush=True)
        subprocess.run(way, check=False, env=environment)


if __name__ == "__main__":
    install()
    for name in missing():
        print(hint(name))  # the tests that want it fail, and all others can run
