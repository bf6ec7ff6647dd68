"""Runs firmware written in Python: compiles its files and executes the main one with the device's globals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["dependencies", "run_python"]

METADATA: Final = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def run_python(source: str, file: str, names: Mapping[str, object]) -> None:
    """Execute a firmware file. Whatever it raises is the firmware's error."""
    exec(compile(source, file, "exec", dont_inherit=True), {"__name__": "__main__", "__file__": file, **names})


def dependencies(source: str) -> list[str]:
    """Return the packages that a file names in its inline script metadata (PEP 723).

    Raises:
        ValueError: the metadata is no TOML, or its `dependencies` are no list of texts.
    """
    match = METADATA.search(source)
    if match is None:
        return []
    import tomllib  # here: few programs have such a block, and every start would pay for it

    text = "".join(line[2:] if line.startswith("# ") else line[1:] for line in match["content"].splitlines(True))
    found = tomllib.loads(text).get("dependencies", [])
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise ValueError("inline script metadata: dependencies must be a list of texts")
    return found
