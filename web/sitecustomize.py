"""Prepares Python for a quick start, before most of its library is imported: a finder for the pack, and no garbage.

Python imports a module of this name by itself, if there is one (`site`).
"""

import gc
import marshal
import os
import sys
from _frozen_importlib import ModuleSpec  # importlib itself is in the pack

import stdlib_ready

__all__ = ["release", "wipe"]

IMAGE = os.path.dirname(__file__)

PIECE = 1 << 16
"""Bytes that `wipe` takes at a time."""

LAZY = frozenset(("_colorize", "asyncio.sslproto"))
"""Modules that are imported at the start, and used only where there is a terminal or TLS."""


class LazyModule(type(sys)):
    """A module whose code runs when something of it is wanted first."""

    def __getattribute__(self, name):
        """Return what the import system asks for; for all else, run the code, and be a plain module from then on."""
        if not name.startswith("__"):
            self.__class__ = type(sys)
            finder.run(self)
        return type(sys).__getattribute__(self, name)


class PackFinder:
    """Finds and loads the modules of a pack: their code, one after the other, behind a table of where each is.

    It is quicker than an archive of a file for each, which takes a third of a millisecond to find one.
    """

    def __init__(self):
        self.table = marshal.loads(__loader__.get_data(f"{IMAGE}/pack.table"))
        self._code = None
        self.fetch = None
        """How to get the image, if Python has started without: from a snapshot."""

    def find_spec(self, name, path=None, target=None):
        """Find a module of the pack; `path` is not looked at."""
        entry = self.table.get(name)
        if entry is None:
            return None
        place = f"{IMAGE}/{name.replace('.', '/')}"
        spec = ModuleSpec(name, self, is_package=entry[0])
        spec.origin = f"{place}/__init__.pyc" if entry[0] else f"{place}.pyc"
        spec.has_location = True
        if entry[0]:
            spec.submodule_search_locations = [place]
        return spec

    def create_module(self, spec):
        """Make a module that is lazy; others Python makes."""
        return LazyModule(spec.name) if spec.name in LAZY else None

    def exec_module(self, module):
        """Run the code of a module, unless it is lazy."""
        if type(module) is not LazyModule:
            self.run(module)

    def run(self, module):
        """Run the code of a module, and let it use what was prepared when the image was made."""
        exec(self.get_code(module.__name__), module.__dict__)
        stdlib_ready.adapt(module)

    def get_data(self, path):
        """Return the bytes of a file of the image (`importlib.abc.ResourceLoader`)."""
        if self.fetch is not None and not os.path.getsize(IMAGE):
            self.fetch()
        return __loader__.get_data(path)

    def get_code(self, name):
        """Return the code of a module (`importlib.abc.InspectLoader`)."""
        if self._code is None:
            self._code = memoryview(self.get_data(f"{IMAGE}/pack.code"))
        _, start, end = self.table[name]
        return marshal.loads(self._code[start:end])

    def is_package(self, name):
        """Tell whether a module is a package (`importlib.abc.InspectLoader`)."""
        return self.table[name][0]

    def get_source(self, name):
        """Return None: there is no source (`importlib.abc.InspectLoader`)."""

    def release(self):
        """Forget the code until the next module is wanted."""
        self._code = None


def release():
    """Forget what was kept for the start, and collect garbage from now on; what has been made by now stays."""
    stdlib_ready.give_sources()
    stdlib_ready.release()
    finder.release()
    gc.freeze()
    gc.enable()


def wipe():
    """Overwrite where the code of the modules was, so that a snapshot has not to keep it.

    Large pieces would not fit in, for some of it is taken again; small ones would go elsewhere.
    """
    size = max(end for _, _, end in finder.table.values())
    pieces = [bytearray(PIECE) for _ in range(size // PIECE)]
    pieces.clear()


# Nothing that the start makes is garbage worth looking for
gc.disable()
finder = PackFinder()
# In front of the archive's own finder, behind those for what is built in
sys.meta_path.insert(2, finder)
stdlib_ready.load(finder.get_data, IMAGE)
