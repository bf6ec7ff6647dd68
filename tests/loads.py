"""Knows what a visit loads of the site, and how much that is on its way."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
from collections.abc import Iterable

from tools.site import CACHE, DIST

__all__ = ["before_live", "brotli_size", "chunk", "gzip_size", "shell", "with_imports"]

BROTLI = """
const { brotliCompressSync, constants } = require("node:zlib");
const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
console.log(brotliCompressSync(require("node:fs").readFileSync(process.argv[1]), { params }).length);
"""
IMPORTED = re.compile(r'(?:\bfrom|\bimport)\s*"\./([\w-]+\.js)"')


def with_imports(*names: str) -> list[str]:
    """Return scripts of the site, and all that they import statically."""
    found: list[str] = []
    rest = list(names)
    while rest:
        name = rest.pop()
        if name not in found:
            found.append(name)
            rest += IMPORTED.findall((DIST / name).read_text())
    return found


def chunk(name: str) -> str:
    """Return the file of the site that a module of web/ has become, which is imported when it is wanted."""
    (path,) = DIST.glob(f"{name}-????????.js")
    return path.name


def shell() -> list[str]:
    """Return what the page needs to be drawn, with the names that it asks for."""
    return ["index.html", "page.css", "first.js", *with_imports("main.js")]


def before_live() -> list[str]:
    """Return what is loaded until the device has answered for the first time, on a first visit."""
    later = [name for name in with_imports(chunk("later")) if name not in shell()]
    runtime = ("pyodide.asm.mjs", "pyodide.asm.wasm", "image.bin")
    return [*shell(), *later, "later.css", "icon.svg", "worker.js", *(f"pyodide/{name}" for name in runtime)]


def gzip_size(names: Iterable[str]) -> int:
    """Return how many bytes files of the site are, each compressed by gzip at its usual level."""
    return sum(len(gzip.compress((DIST / name).read_bytes())) for name in names)


def brotli_size(names: Iterable[str]) -> int:
    """Return how many bytes files of the site are as a good static host sends them.

    That is each by brotli at quality 11, and archives as they are. Node compresses, as Python has no brotli; what it
    has found is kept by the hash of the file, for that of Python's runtime takes it many seconds.
    """
    kept = CACHE / "brotli.json"
    sizes: dict[str, int] = json.loads(kept.read_text()) if kept.exists() else {}
    total = 0
    for path in (DIST / name for name in names):
        data = path.read_bytes()
        if path.suffix in (".zip", ".bin"):
            total += len(data)
            continue
        key = hashlib.sha256(data).hexdigest()
        if key not in sizes:
            done = subprocess.run(["node", "-e", BROTLI, path], capture_output=True, text=True, check=True)
            sizes[key] = int(done.stdout)
        total += sizes[key]
    kept.write_text(json.dumps(sizes))
    return total
