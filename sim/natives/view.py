"""Holds the C functions behind `DataView`: numbers in memory."""

from __future__ import annotations

from sim.api.modules import Modules
from sim.natives.hardware import Natives
from sim.natives.memory import memory_of
from sim.natives.text import as_memory

__all__ = ["view_natives"]


def view_natives(modules: Modules) -> Natives:
    """Return the C functions behind `DataView`."""
    return {
        "mjs_mem_get_uint": lambda pointer, size, is_big: _read(pointer, size, is_big, False),
        "mjs_mem_get_int": lambda pointer, size, is_big: _read(pointer, size, is_big, True),
        "mjs_mem_set_uint": _write,
    }


def _size(size: int) -> int:
    """Return how many bytes a number has, as many as C takes at most."""
    return min(max(0, size), 4)


def _read(pointer: object, size: int, is_big: int, is_signed: bool) -> int:
    """Return a number; bytes outside of the memory, which C would read somewhere, are 0."""
    size = _size(size)
    data = as_memory(pointer, size).ljust(size, b"\0")
    return int.from_bytes(data, "big" if is_big else "little", signed=is_signed)


def _write(pointer: object, value: int, size: int, is_big: int) -> None:
    """Write a number; bytes outside of the memory are lost."""
    memory, at = memory_of(pointer, "mjs_mem_set_uint")
    size = _size(size)
    data = (value % (1 << 8 * size)).to_bytes(size, "big" if is_big else "little")[: len(memory) - at]
    memory[at : at + len(data)] = data
