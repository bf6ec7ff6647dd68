"""Makes the packages, from the built site: a wheel for Python and an archive for npm."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from tools.site import CACHE, DIST, EPOCH, run

__all__ = ["make_packages"]


def make_packages(python: Path, out: Path) -> list[Path]:
    """Make both in a folder, and return their paths: the wheel, then the archive for npm."""
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        made = Path(name)
        run(
            python,
            "-m",
            "hatchling",
            "build",
            "-t",
            "wheel",
            "-d",
            made,
            env={**os.environ, **EPOCH, "MOS_SIM_SITE": str(DIST)},
        )
        run("npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", made)
        found = [*made.glob("*.whl"), *made.glob("*.tgz")]
        assert len(found) == 2
        out.mkdir(parents=True, exist_ok=True)
        return [Path(shutil.move(path, out / path.name)) for path in found]
