"""Reads the files of a project that the page sends, and tells what is in them."""

from __future__ import annotations

from sim.bridge.message import BridgeError, Message, field_of, files_of
from sim.program import dependencies

__all__ = ["check", "project_of", "requirements"]


def project_of(message: Message) -> dict[str, str | bytes]:
    """Return the files of a message: `files` holds those of text, `binary` all others as latin-1.

    Raises:
        BridgeError: a field has another form, or a name is in both.
    """
    texts, binary = files_of(message), field_of(message, "binary", {})
    if not isinstance(binary, dict) or not all(isinstance(data, str) for data in binary.values()):
        raise BridgeError("'binary' must be an object of texts")
    twice = texts.keys() & binary.keys()
    if twice:
        raise BridgeError(f"{min(twice)!r} is in 'files' and in 'binary'")
    try:
        return {**texts, **{name: data.encode("latin-1") for name, data in binary.items()}}
    except UnicodeEncodeError as error:
        raise BridgeError("'binary' holds a character that is no byte") from error


def check(message: Message) -> dict[str, object]:
    """Return what is wrong with the programs of a project, without running them."""
    from sim.check import check as find  # here: a start has no use for it

    files = {
        name: data.encode("utf-8", "replace") if isinstance(data, str) else data
        for name, data in project_of(message).items()
    }
    return {"findings": [finding.to_json() for finding in find(files)]}


def requirements(message: Message) -> dict[str, object]:
    """Return the packages that the firmware says it depends on (PEP 723)."""
    files = files_of(message)
    packages: dict[str, None] = {}
    for name, source in files.items():
        if name.endswith(".py"):
            packages.update(dict.fromkeys(dependencies(source)))
    return {"packages": list(packages)}
