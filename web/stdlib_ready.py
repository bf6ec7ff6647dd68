"""Gives modules of the library, and of sim, what they would compile at each start: it was compiled with the image.

These are regular expressions, the functions that `dataclasses` and `namedtuple` write as text, and the API's files in
mJS. The table is made by `tools/prepare.mjs`, which starts an image without one, and asks here what was missed.
"""

import _sre
import builtins
import marshal
import sys

__all__ = ["adapt", "give_sources", "load", "missed", "release"]

TABLE = "ready.table"

missed = []
"""What was wanted and was not in the table: ("compile", pattern, flags), ("exec", text) or ("eval", text)."""

_table = {}
_adapted = []
"""How to undo each adaption."""


def load(get_data, folder):
    """Read the table; the image that it is made from has none."""
    try:
        data = get_data(f"{folder}/{TABLE}")
    except OSError:
        return
    _table.update(marshal.loads(data))


def adapt(module):
    """Let a module that has just been loaded use the table, if it is one of those that compile."""
    adaption = ADAPTIONS.get(module.__name__)
    if adaption is not None:
        adaption(module)


def adapt_expressions(module):
    """Let `re._compiler.compile` take the code of an expression from the table."""
    plain = module.compile

    def compile(pattern, flags=0):
        key = ("compile", pattern, flags)
        made = _table.get(key)
        if made is not None:
            return _sre.compile(pattern, *made)
        missed.append(key)
        return plain(pattern, flags)

    module.compile = compile
    _adapted.append(lambda: setattr(module, "compile", plain))


def adapt_text(name):
    """Return how to let a module's calls of `exec` or `eval` take the code of a text from the table."""
    plain = getattr(builtins, name)

    def run(text, *scopes):
        key = (name, text)
        code = _table.get(key)
        if code is None:
            missed.append(key)
            code = text
        return plain(code, *scopes)

    def adaption(module):
        setattr(module, name, run)
        _adapted.append(lambda: delattr(module, name))

    return adaption


ADAPTIONS = {
    "re._compiler": adapt_expressions,
    "dataclasses": adapt_text("exec"),
    "collections": adapt_text("eval"),
}


def give_sources():
    """Give sim the API's files."""
    sys.modules["sim.mjs.source"].READY.update(_table.get("sources", {}))


def release():
    """Leave the modules as they were, for the start is over."""
    for undo in _adapted:
        undo()
    _adapted.clear()
    _table.clear()
    missed.clear()
