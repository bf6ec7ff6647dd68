"""Holds the configuration of a device: a tree of values with the usual defaults, changed and saved by the firmware."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from sim.api.schema import DEFAULTS, Tree, Value, schema_entries
from sim.rpc import parse_json

__all__ = ["CONFIG_FILE", "DEFAULTS", "Complaint", "Config", "Value"]

CONFIG_FILE: Final = "conf9.json"
"""Where saved values stand in the device's file system, as on the real one."""

LEVELS: Final = tuple(f"conf{level}.json" for level in range(10))
"""The files that make up the configuration, each over the one before."""

SCHEMA_FILE: Final = "mos.yml"

LARGEST: Final = 2**63
"""Numbers of the configuration are smaller: what is not, infinity and NaN among it, does not fit."""

KINDS: Final = {bool: "true or false", int: "a number", float: "a number", str: "a string", dict: "an object"}


class Complaint(NamedTuple):
    """Why a value was not taken: its key is not there, or (`is_wrong`) it is of another kind."""

    text: str
    is_wrong: bool


class Config:
    """One device's configuration. Only keys of the schema can be set, and they keep their kind.

    Args:
        device_id: what `device.id` is by default.
        mac: what `device.mac` is by default.
        files: the device's file system: `conf0.json` and `mos.yml` add keys, `conf1.json` to `conf9.json` set values.
    """

    def __init__(self, device_id: str, mac: str, files: Mapping[str, bytes] | None = None) -> None:
        self.values: Tree = DEFAULTS
        """All values. What changes some makes new trees of those that hold them: all devices share the others."""
        self.merge({"device": {"id": device_id, "mac": mac}})
        self.complaints: list[tuple[str, str]] = []
        """What of the files could not be used: the file's name, and why not."""
        files = files or {}
        if SCHEMA_FILE in files:
            for path, value in schema_entries(files[SCHEMA_FILE].decode("utf-8", "replace")):
                self._extend(SCHEMA_FILE, _tree(path, value), self._own())
        for level in LEVELS[:-1]:
            self._load(level, files.get(level))
        self._base = self.values
        self._load(CONFIG_FILE, files.get(CONFIG_FILE))

    def _load(self, file: str, content: bytes | None) -> None:
        """Take what a file sets; one that is damaged counts as none, as on the device."""
        if not content:
            return
        try:
            tree = parse_json(content.decode("utf-8"))
        except ValueError as error:
            self.complaints.append((file, f"this is no JSON: {error}"))
            return
        if not isinstance(tree, dict):
            self.complaints.append((file, "the configuration must be a JSON object"))
        elif file == LEVELS[0]:
            self._extend(file, tree, self._own())
        else:
            self.complaints += [(file, complaint.text) for complaint in self.apply(tree)]

    def _own(self) -> Tree:
        """Return the outermost tree of the values as a new one, which may be changed."""
        self.values = self.values.copy()
        return self.values

    def _extend(self, file: str, tree: dict[str, object], into: Tree, prefix: str = "") -> None:
        """Set values, and add the keys that are not there yet."""
        for key, value in tree.items():
            path = prefix + key
            known = into.get(key)
            if isinstance(value, dict) and isinstance(known, dict | None):
                node = into[key] = {} if known is None else known.copy()
                self._extend(file, value, node, path + ".")
            elif known is None and isinstance(value, str | int | float):
                into[key] = value
            elif known is not None and _fits(value, known):
                into[key] = _as_kind_of(known, value)
            else:
                wanted = KINDS[dict if known is None else type(known)]
                self.complaints.append((file, f"{path} must be {wanted}, got {json.dumps(value)}"))

    @property
    def device_id(self) -> str:
        """What the device calls itself in RPC."""
        return str(self.get("device.id"))

    def get(self, path: str = "") -> Value | None:
        """Return the value at a path such as `wifi.sta.ssid`, a tree, or None; "" is everything."""
        node: Value = self.values
        for step in path.split(".") if path else ():
            if not isinstance(node, dict) or step not in node:
                return None
            node = node[step]
        return node

    def merge(self, tree: object) -> bool:
        """Set the values of a subset tree; False, and nothing set of it, if it does not fit the schema."""
        if not _fits(tree, self.values):
            return False
        _merge(tree, self._own())
        return True

    def apply(self, tree: dict[str, object]) -> list[Complaint]:
        """Set the values of a subset tree that fit; what does not is left as it was. Returns what is wrong with it."""
        return list(_apply(tree, self._own(), ""))

    def to_file(self) -> bytes:
        """Return what differs from the project's own configuration, as the file that keeps it over a reboot."""
        return json.dumps(_difference(self.values, self._base)).encode("utf-8")


def _tree(path: str, value: Value) -> dict[str, object]:
    """Return the tree that holds one value."""
    first, _, rest = path.partition(".")
    return {first: _tree(rest, value) if rest else value}


def _fits(tree: object, schema: Value) -> bool:
    if isinstance(schema, dict):
        return isinstance(tree, dict) and all(key in schema and _fits(tree[key], schema[key]) for key in tree)
    if isinstance(schema, bool) or isinstance(tree, bool):
        return isinstance(schema, bool) and isinstance(tree, bool)
    if isinstance(schema, str):
        return isinstance(tree, str)
    return isinstance(tree, int | float) and abs(tree) < LARGEST


def _merge(tree: object, into: Tree) -> None:
    assert isinstance(tree, dict)
    for key, value in tree.items():
        node = into[key]
        if isinstance(node, dict):
            own = into[key] = node.copy()
            _merge(value, own)
        else:
            into[key] = type(node)(value)


def _apply(tree: dict[str, object], into: Tree, prefix: str) -> Iterator[Complaint]:
    for key, value in tree.items():
        path, node = prefix + key, into.get(key)
        if node is None:
            yield Complaint(f"there is no key {path} in the schema of the configuration", False)
        elif isinstance(node, dict) and isinstance(value, dict):
            own = into[key] = node.copy()
            yield from _apply(value, own, path + ".")
        elif isinstance(node, dict) or not _fits(value, node):
            yield Complaint(f"{path} must be {KINDS[type(node)]}", True)
        else:
            into[key] = _as_kind_of(node, value)


def _as_kind_of(known: Value, value: object) -> Value:
    """Return a value that fits as the kind that its key keeps: of numbers with a fraction or without."""
    assert isinstance(value, str | int | float)
    if isinstance(known, str | bool):
        return value
    return int(value) if isinstance(known, int) else float(value)


def _difference(values: Tree, base: Tree) -> Tree:
    out: Tree = {}
    for key, value in values.items():
        default = base[key]
        if isinstance(value, dict) and isinstance(default, dict):
            if inner := _difference(value, default):
                out[key] = inner
        elif value != default:
            out[key] = value
    return out
