"""Is the firmware's `File`: the device's file system, with whole files and as in C."""

from __future__ import annotations

import re
from typing import Final

from sim.api.context import Context
from sim.api.net import as_bytes, as_text
from sim.api.services import FS_SIZE

__all__ = ["File", "Stream"]

MODE: Final = re.compile(r"[rwa](?:b?\+?|\+b)")


class Stream:
    """A file that is open; it is opaque to firmware."""

    __slots__ = ("_files", "appends", "is_open", "name", "position", "reads", "writes")

    def __init__(self, files: dict[str, bytes], name: str, mode: str) -> None:
        self._files = files
        self.name = name
        self.reads = mode[0] == "r" or "+" in mode
        self.writes = mode[0] != "r" or "+" in mode
        self.appends = mode[0] == "a"
        self.position = 0
        self.is_open = True

    def __repr__(self) -> str:
        return f"<file {self.name}>"

    def take(self, length: int) -> bytes:
        """Return the next bytes, at most so many."""
        if not self.is_open or not self.reads:
            return b""
        data = self._files.get(self.name, b"")[self.position : self.position + max(0, length)]
        self.position += len(data)
        return data

    def put(self, data: bytes) -> bool:
        """Write bytes; False if there is no room for all."""
        if not self.is_open or not self.writes:
            return False
        old = self._files.get(self.name, b"")
        at = len(old) if self.appends else self.position
        new = old[:at].ljust(at, b"\0") + data + old[at + len(data) :]
        others = sum(len(content) for name, content in self._files.items() if name != self.name)
        if others + len(new) > FS_SIZE:
            return False
        self._files[self.name] = new
        self.position = at + len(data)
        return True


class File:
    """Files of the device. Names are flat; a slash at the beginning of one is left out."""

    def __init__(self, context: Context) -> None:
        self._files = context.files

    def read(self, name: str) -> str | None:
        """Return what is in a file, None (in mJS null) if there is no such.

        Bytes that are no UTF-8 become surrogates: `text.encode("utf-8", "surrogateescape")` gives all bytes back.

        Raises:
            TypeError: the name is no text.
        """
        content = self._files.get(_name(name, "File.read"))
        return None if content is None else content.decode("utf-8", "surrogateescape")

    def write(self, data: str | bytes, name: str, mode: str = "w") -> int:
        """Write a file.

        Args:
            data: bytes, or text that is written as UTF-8.
            name: the file.
            mode: as for `fopen`; `"a"` adds to what is there.

        Returns:
            How many bytes were written: all, or 0 if there is no room or the file cannot be opened.

        Raises:
            TypeError: the data is neither text nor bytes, or the name or mode no text.
        """
        content = as_bytes(data, "File.write")
        stream = self.fopen(name, mode)
        return 0 if stream is None else self.fwrite(content, 1, len(content), stream)

    def rename(self, old: str, new: str) -> int:
        """Give a file another name, in place of the one that may have it. 0, or -1 if there is no such file."""
        source, target = _name(old, "File.rename"), _name(new, "File.rename")
        if source not in self._files or not target:
            return -1
        self._files[target] = self._files.pop(source)
        return 0

    def remove(self, name: str) -> int:
        """Remove a file. 0, or -1 if there is no such."""
        return -1 if self._files.pop(_name(name, "File.remove"), None) is None else 0

    def fopen(self, name: str, mode: str) -> Stream | None:
        """Open a file with a mode of C: `r`, `w` or `a`, with `+` for both ways; `b` changes nothing.

        Returns:
            The open file; None (in mJS null) if there is none to read, the name is empty or the mode is none of C's.
        """
        name, mode = _name(name, "File.fopen"), as_text(mode, "mode", "File.fopen")
        if not name or not MODE.fullmatch(mode) or (mode[0] == "r" and name not in self._files):
            return None
        if mode[0] == "w" or name not in self._files:
            self._files[name] = b""
        return Stream(self._files, name, mode)

    def fclose(self, stream: Stream | None) -> None:
        """Close a file. One that is closed, or none at all, changes nothing."""
        if isinstance(stream, Stream):
            stream.is_open = False

    def fread(self, buffer: bytearray, size: int, count: int, stream: Stream | None) -> int:
        """Read up to `count` items of `size` bytes each into a buffer; how many items it were.

        Raises:
            TypeError: the buffer is no `bytearray`, such as `Sys.malloc` gives.
        """
        if not isinstance(buffer, bytearray):
            raise TypeError(f"File.fread: the buffer must be memory of Sys.malloc, got {type(buffer).__name__}")
        if not isinstance(stream, Stream) or size <= 0:
            return 0
        data = stream.take(min(size * count, len(buffer)))
        buffer[: len(data)] = data
        return len(data) // size

    def fwrite(self, data: str | bytes, size: int, count: int, stream: Stream | None) -> int:
        """Write `count` items of `size` bytes each; how many items were written: 0 if there is no room for all."""
        raw = as_bytes(data, "File.fwrite")[: max(0, size * count)]
        if not isinstance(stream, Stream) or size <= 0 or not stream.put(raw):
            return 0
        return len(raw) // size


def _name(name: object, caller: str) -> str:
    return as_text(name, "name", caller).lstrip("/")
