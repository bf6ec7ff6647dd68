"""Reads the fields of a run that somebody else has written, and says which of them is wrong."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import Any, Final, TypeGuard

from sim.run.tally import MARK

__all__ = ["Fields", "RunError"]

ACTIONS: Final = ("get", "set", "call")

CALLED: Final = ("__str__", "__call__")
"""Names that begin with an underscore and may be called all the same."""

DIGEST: Final = re.compile("[0-9a-f]{64}")


class RunError(ValueError):
    """A text that is no run, or a run that cannot be played; it says why."""


class Fields:
    """The fields of a run as JSON has them; every method returns one, or raises a `RunError` that names it."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    def text(self, name: str, default: str | None = None) -> str:
        value: object = self._data.get(name, default)
        if not isinstance(value, str):
            raise self._wrong(name, "text")
        return value

    def seed(self, name: str) -> int:
        value: object = self._data.get(name)
        if not _is_whole(value):
            raise self._wrong(name, "a whole number")
        return value

    def whole(self, name: str) -> int:
        value: object = self._data.get(name)
        if not _is_count(value):
            raise self._wrong(name, "a whole number, 0 or more")
        return value

    def moment(self, name: str) -> tuple[int, int]:
        value = self._data.get(name)
        if not (isinstance(value, list) and len(value) == 2 and all(map(_is_count, value))):
            raise self._wrong(name, "a time and a number of callbacks")
        return value[0], value[1]

    def moment_or_none(self, name: str) -> tuple[int, int] | None:
        return None if self._data.get(name) is None else self.moment(name)

    def objects(self, name: str) -> list[dict[str, Any]]:
        value = self._data.get(name)
        if not (isinstance(value, list) and all(isinstance(one, dict) for one in value)):
            raise self._wrong(name, "a list of objects")
        return value

    def digest(self, name: str) -> str:
        value = self._data.get(name)
        if not (isinstance(value, str) and DIGEST.fullmatch(value)):
            raise self._wrong(name, "a SHA-256 in hex")
        return value

    def marks(self, name: str, count: int) -> str:
        value = self.base64(name)
        if value is None or len(b64decode(value)) != count * MARK:
            raise self._wrong(name, f"{MARK} bytes for each of {count} records, in base64")
        return value

    def base64(self, name: str) -> str | None:
        value = self._data.get(name)
        if value is not None and not (isinstance(value, str) and _is_base64(value)):
            raise self._wrong(name, "base64")
        return value

    def messages(self, name: str) -> list[list[Any]]:
        """Return the inputs of a page: `[at_us, ran, message]`, none before the one above it."""
        before = [0, 0]
        for at, one in enumerate(self._list(name)):
            if not (isinstance(one, list) and len(one) == 3 and all(map(_is_count, one[:2]))):
                raise self._wrong(f"{name}[{at}]", "a time, a number of callbacks and a message")
            if not (isinstance(one[2], dict) and isinstance(one[2].get("type"), str)):
                raise self._wrong(f"{name}[{at}][2]", "a message with its type")
            if one[0] < before[0] or one[1] < before[1]:
                raise RunError(f"{name}[{at}] is earlier than what stands before it")
            before = one[:2]
        return self._list(name)

    def calls(self, name: str) -> list[list[Any]]:
        """Return the calls of an engine: `[target, action, name, arguments, named arguments]`."""
        for at, one in enumerate(self._list(name)):
            if not (isinstance(one, list) and len(one) == 5 and _is_count(one[0]) and one[1] in ACTIONS):
                raise self._wrong(f"{name}[{at}]", "a handle, what is done, a name and two lists of arguments")
            if not isinstance(one[2], str) or (one[2].startswith("_") and one[2] not in CALLED):
                raise self._wrong(f"{name}[{at}][2]", "the name of something public")
        return self._list(name)

    def _list(self, name: str) -> list[Any]:
        value = self._data.get(name)
        if not isinstance(value, list):
            raise self._wrong(name, "a list")
        return value

    def _wrong(self, name: str, wanted: str) -> RunError:
        got = "" if "[" in name else f", got {json.dumps(self._data.get(name))[:40]}"
        return RunError(f"{name!r} must be {wanted}{got}")


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: object) -> TypeGuard[int]:
    return _is_whole(value) and value >= 0


def _is_base64(text: str) -> bool:
    try:
        b64decode(text, validate=True)
    except ValueError:  # also binascii.Error
        return False
    return True
