"""Finds the modules that the image lacks: their archive is fetched when the first of them is wanted."""

import importlib.machinery
import os
import sys

__all__ = ["install"]

ARCHIVES = ("/lib/later.zip", "/lib/stdlib-full.zip")
"""What is not needed to start: parts of sim and what firmware is likely to import; the whole standard library."""

IMAGE = os.path.dirname(__file__)


class LateFinder:
    """Finds those modules of one archive that the image lacks; the archive is fetched for the first of them."""

    def __init__(self, archive, fetch):
        self._archive = archive
        self._fetch = fetch
        listed = os.path.basename(archive).replace(".zip", ".txt")
        self._names = frozenset(__loader__.get_data(f"{IMAGE}/{listed}").decode().splitlines())

    def find_spec(self, name, path=None, target=None):
        """Get the archive if it has the module, and find it there; its package may be in another archive."""
        if name not in self._names:
            return None
        if not os.path.exists(self._archive):
            problem = self._fetch(self._archive)
            if problem:
                raise ImportError(f"{name} is in a part of the library that loads when wanted: {problem}")
        folder = "/".join([self._archive, *name.split(".")[:-1]])
        return importlib.machinery.PathFinder.find_spec(name, [folder])


def install(fetch):
    """Find missing modules with `fetch(path)`, which puts the archive at that path or returns what is wrong."""
    sys.meta_path += [LateFinder(archive, fetch) for archive in ARCHIVES]
