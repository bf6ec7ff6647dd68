"""Finds the modules of the standard library that the image lacks: the first of them brings the whole library."""

import importlib.machinery
import os
import sys

__all__ = ["install"]

LIBRARY = "/lib/stdlib-full.zip"


class RestFinder:
    """Is the last of `sys.meta_path`, until the whole library is there."""

    def __init__(self, fetch):
        self._fetch = fetch

    def find_spec(self, name, path=None, target=None):
        """Get the library if it has the module, and find it there."""
        here = os.path.dirname(__file__)
        if name not in __loader__.get_data(f"{here}/stdlib_rest.txt").decode().splitlines():
            return None
        problem = self._fetch(LIBRARY)
        if problem:
            raise ImportError(f"{name} is in the part of the standard library that loads when wanted: {problem}")
        sys.meta_path.remove(self)
        # Packages that are here already look for the rest of their modules there
        for module in list(sys.modules.values()):
            for folder in list(getattr(module, "__path__", [])):
                if folder.startswith(f"{here}/"):
                    module.__path__.append(folder.replace(here, LIBRARY, 1))
        sys.path.insert(sys.path.index(here), LIBRARY)
        return importlib.machinery.PathFinder.find_spec(name, path)


def install(fetch):
    """Find missing modules with `fetch(path)`, which puts the library at that path or returns what is wrong."""
    sys.meta_path.append(RestFinder(fetch))
