"""Gathers the licenses of everything that the site holds of others into one text."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["bundled", "licenses_text"]

ROOT: Final = Path(__file__).resolve().parent.parent
TEXTS: Final = ROOT / "tools" / "licenses"
IMPORTED: Final = re.compile(r'(?:from|import)\s*\(?\s*"((?:@[\w-]+/)?[\w-]+)"')
"""A package that a script of the page imports by its name."""

NODE_ONLY: Final = {"@lit-labs/ssr-dom-shim"}
"""Packages that others need where there is no browser."""

RULE: Final = f"\n{'=' * 100}\n"


def bundled(modules: Path = ROOT / "node_modules") -> list[str]:
    """Return the names of the npm packages of which the page's scripts are made, what they need included."""
    scripts = (path.read_text("utf-8") for path in sorted((ROOT / "web").rglob("*.js")))
    wanted = {name for script in scripts for name in IMPORTED.findall(script) if (modules / name).is_dir()}
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        found.add(name)
        needs = json.loads((modules / name / "package.json").read_text("utf-8")).get("dependencies", {})
        kept = {need for need in needs if not need.startswith("@types/")}  # types leave nothing in a script
        wanted |= kept - found - NODE_ONLY
    return sorted(found)


def licenses_text(wheels: Path) -> str:
    """Return the text: our own license, that of Pyodide with its parts, of each npm package and of each wheel."""
    parts = [
        ("mos-sim", (ROOT / "LICENSE").read_text("utf-8")),
        (f"{manifest('pyodide')}, unchanged; source: https://github.com/pyodide/pyodide", text("MPL-2.0.txt")),
        (
            "Python, as a part of Pyodide, with its standard library, compiled; source: https://python.org",
            text("Python-2.0.txt"),
        ),
        ("Parts of Pyodide", text("parts.txt")),
        *((manifest(name), license_of(name)) for name in bundled() if name != "pyodide"),
        *wheel_licenses(wheels),
    ]
    head = "The site of mos-sim holds works of others. These are their licenses.\n"
    return head + "".join(f"{RULE}{name}{RULE}\n{body.strip()}\n" for name, body in parts)


def text(name: str) -> str:
    return (TEXTS / name).read_text("utf-8")


def manifest(name: str) -> str:
    """Return name, version and license of an npm package as a line."""
    read = json.loads((ROOT / "node_modules" / name / "package.json").read_text("utf-8"))
    return f"{name} {read['version']} ({read['license']})"


def license_of(name: str) -> str:
    """Return the license that an npm package carries.

    Raises:
        SystemExit: it has none, so it cannot be passed on.
    """
    files = sorted((ROOT / "node_modules" / name).glob("LICENSE*"))
    if not files:
        raise SystemExit(f"the npm package {name} has no file LICENSE")
    return files[0].read_text("utf-8")


def wheel_licenses(wheels: Path) -> Iterator[tuple[str, str]]:
    """Yield the names of wheels and their licenses."""
    for path in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if re.search(r"\.dist-info/licenses/(?:.*/)?LICENSE", name)]
            yield path.name, "\n\n".join(archive.read(name).decode() for name in names)
