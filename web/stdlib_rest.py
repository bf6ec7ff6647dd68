"""Finds the modules of sim, which are in one pack, and those that the image lacks, whose archive is fetched then."""

import importlib.machinery
import json
import marshal
import os
import sys

__all__ = ["install", "install_pack"]

ARCHIVES = ("/lib/later.zip", "/lib/stdlib-full.zip")
"""What is not needed to start: parts of sim and what firmware is likely to import; the whole standard library."""

IMAGE = os.path.dirname(__file__)


class PackFinder:
    """Finds and loads the modules of a pack: their code, one after the other, behind a table of where each is.

    It is quicker than an archive of a file for each, which takes a third of a millisecond to find one.
    """

    def __init__(self, name):
        self._code = memoryview(__loader__.get_data(f"{IMAGE}/{name}.pack"))
        self._table = json.loads(__loader__.get_data(f"{IMAGE}/{name}.json"))
        self.get_data = __loader__.get_data

    def find_spec(self, name, path=None, target=None):
        """Find a module of the pack; `path` is not looked at."""
        entry = self._table.get(name)
        if entry is None:
            return None
        place = f"{IMAGE}/{name.replace('.', '/')}"
        spec = importlib.machinery.ModuleSpec(name, self, is_package=entry[0])
        spec.origin = f"{place}/__init__.pyc" if entry[0] else f"{place}.pyc"
        spec.has_location = True
        if entry[0]:
            spec.submodule_search_locations = [place]
        return spec

    def create_module(self, spec):
        """Leave it to Python."""

    def exec_module(self, module):
        """Run the code of a module."""
        _, start, end = self._table[module.__name__]
        exec(marshal.loads(self._code[start:end]), module.__dict__)


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


def install_pack():
    """Find the modules of sim."""
    sys.meta_path.insert(0, PackFinder("sim"))


def install(fetch):
    """Find missing modules with `fetch(path)`, which puts the archive at that path or returns what is wrong."""
    sys.meta_path += [LateFinder(archive, fetch) for archive in ARCHIVES]
