"""Finds the modules that the image lacks: their archive is fetched when the first of them is wanted.

So is the image itself, after a start from a snapshot, which has nearly all of it in memory.
"""

import importlib.machinery
import os
import sys
import zlib

import sitecustomize

__all__ = ["install"]

ARCHIVES = ("/lib/later.zip", "/lib/stdlib-full.zip")
"""What is not needed to start: parts of sim and what firmware is likely to import; the whole standard library."""

IMAGE = os.path.dirname(__file__)
GZIP = b"\x1f\x8b"


def listed(archive):
    """Return the names of the modules in an archive, which the image lists."""
    name = os.path.basename(archive).replace(".zip", ".txt")
    return frozenset(__loader__.get_data(f"{IMAGE}/{name}").decode().splitlines())


NAMES = {archive: listed(archive) for archive in ARCHIVES}


class LateFinder:
    """Finds those modules of one archive that the image lacks; the archive is fetched for the first of them."""

    def __init__(self, archive, fetch):
        self._archive = archive
        self._fetch = fetch
        self._names = NAMES[archive]

    def find_spec(self, name, path=None, target=None):
        """Get the archive if it has the module, and find it there; its package may be in another archive."""
        if name not in self._names:
            return None
        if not os.path.exists(self._archive):
            get(self._archive, self._fetch, name)
        folder = "/".join([self._archive, *name.split(".")[:-1]])
        return importlib.machinery.PathFinder.find_spec(name, [folder])


def get(archive, fetch, name):
    """Have an archive put where it is looked for, as it is needed for what `name` says."""
    problem = fetch(archive)
    if problem:
        raise ImportError(f"{name} is in a part of the library that loads when wanted: {problem}")


def install(fetch):
    """Find missing modules with `fetch(path)`, which puts the archive at that path or returns what is wrong."""
    sys.meta_path += [LateFinder(archive, fetch) for archive in ARCHIVES]

    def get_image():
        get(IMAGE, fetch, "what is wanted")
        with open(IMAGE, "rb") as file:
            data = file.read()
        if data.startswith(GZIP):
            with open(IMAGE, "wb") as file:
                file.write(zlib.decompress(data, zlib.MAX_WBITS | 16))

    sitecustomize.finder.fetch = get_image
