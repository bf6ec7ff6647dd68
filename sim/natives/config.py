"""Holds the C functions behind `Cfg`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.modules import Modules
from sim.mjs.value import Value, of_bool
from sim.natives.text import as_data, as_text
from sim.rpc import parse_json

__all__ = ["Entry", "config_natives"]

TYPES: dict[type, int] = {int: 0, bool: 1, float: 2, str: 3, dict: 4}
"""Numbers of the kinds of values in C."""


class Entry:
    """An entry of the schema; it is opaque to programs, as schema and configuration are."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path


def config_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `Cfg`."""
    config, cfg = modules.config, modules.Cfg
    root = Entry("")

    def get(path: bytes | None) -> Value:
        value = cfg.get(as_text(path))
        if isinstance(value, bool):
            return of_bool(value)
        return as_data(value).decode("latin-1") if isinstance(value, str) else value

    def apply(text: bytes | None, save: bool) -> bool:
        try:
            tree = parse_json(as_text(text))
        except ValueError:
            return False
        return isinstance(tree, dict) and cfg.set(tree, save)

    def find(path: bytes | None, schema: object) -> Entry | None:
        entry = Entry(as_text(path))
        return entry if path and config.get(entry.path) is not None else None

    def value_of(entry: object) -> object:
        return config.get(entry.path) if isinstance(entry, Entry) else None

    def text_of(entry: object, tree: object) -> bytes:
        value = value_of(entry)
        return as_data(value) if isinstance(value, str) else b""

    def number_of(entry: object, tree: object) -> int | float:
        value = value_of(entry)
        return value if isinstance(value, int | float) else 0

    def reset(level: int) -> None:
        """Forget the files of this level and of those above; the values of this boot stay."""
        for number in range(max(1, level), 10):
            modules.context.files.pop(f"conf{number}.json", None)

    return {
        "mgos_config_reset": reset,
        "sim_config_get": get,
        "mgos_config_apply": apply,
        "mgos_mjs_get_config": lambda: root,
        "get_cfg": lambda: root,
        "mgos_config_schema": lambda: root,
        "sys_config_schema": lambda: root,
        "mgos_conf_find_schema_entry": find,
        "mgos_conf_value_type": lambda entry: TYPES.get(type(value_of(entry)), 4),
        "mgos_conf_value_string": lambda entry, tree: text_of(entry, tree) or None,
        "mgos_conf_value_string_nonnull": text_of,
        "mgos_conf_value_int": number_of,
        "mgos_conf_value_double": number_of,
    }
