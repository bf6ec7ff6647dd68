"""Holds the C functions behind `File`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.file import Stream
from sim.api.modules import Modules
from sim.natives.memory import memory_of
from sim.natives.text import as_data, as_text

__all__ = ["file_natives"]


def file_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `File`."""
    file = modules.File

    def read(name: bytes | None) -> bytes | None:
        content = file.read(as_text(name))
        return None if content is None else as_data(content)

    def fread(buffer: object, size: int, count: int, stream: Stream | None) -> int:
        memory, at = memory_of(buffer, "fread")
        part = bytearray(len(memory) - at)
        items = file.fread(part, size, count, stream)
        memory[at : at + items * size] = part[: items * size]
        return items

    def fwrite(data: object, size: int, count: int, stream: Stream | None) -> int:
        if isinstance(data, bytes):
            return file.fwrite(data, size, count, stream)
        memory, at = memory_of(data, "fwrite")
        return file.fwrite(bytes(memory[at:]), size, count, stream)

    return {
        "sim_file_read": read,
        "sim_file_write": lambda data, name, mode: file.write(data or b"", as_text(name), as_text(mode)),
        "rename": lambda old, new: file.rename(as_text(old), as_text(new)),
        "remove": lambda name: file.remove(as_text(name)),
        "fopen": lambda name, mode: file.fopen(as_text(name), as_text(mode)),
        "fclose": file.fclose,
        "fread": fread,
        "fwrite": fwrite,
    }
