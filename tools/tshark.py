"""Installs tshark, which judges the captures in the tests, when there is none and the system lets us."""

from __future__ import annotations

import os
import shutil
import subprocess

__all__ = ["MISSING", "install"]

MISSING = """\
tshark was not found, which judges the captures; install it, for instance: apt-get install tshark"""


def install() -> None:
    """Try to install it with the system's packages."""
    if shutil.which("tshark") or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}  # its package asks who may capture
    for way in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "--no-install-recommends", "tshark"]):
        print("no tshark found, trying:", *way, flush=True)
        subprocess.run(way, check=False, env=environment)


if __name__ == "__main__":
    install()
    if not shutil.which("tshark"):
        print(MISSING)  # the tests that want it fail, and all others can run
