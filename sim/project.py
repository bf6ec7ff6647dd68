"""Turns what a user has, a folder or a zip archive of files, into the files of a device.

Nothing is read from disk here: the command line and the page hand in names and bytes.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

__all__ = ["HOSTS", "MAX_BYTES", "MAX_FILES", "ProjectError", "device_files", "from_zip", "is_ignored", "is_zip"]

MAX_FILES: Final = 2000
"""So many files a project may have, ignored ones not counted."""

MAX_BYTES: Final = 64 << 20
"""So many bytes they may have together: more than the flash of any of the devices."""

IGNORED: Final = frozenset(["__pycache__", "__MACOSX", "node_modules", "build"])
"""Files and folders that tools leave behind, wherever they stand; so do hidden ones."""

FS: Final = "fs/"
"""The folder whose content the real build puts into the root of the device's file system."""

HOSTS: Final = "hosts/"
"""The folder with the programs of other hosts, see sim/neighbours.py; it stays a folder."""

SYMLINK: Final = 0o120000
KIND: Final = 0o170000


class ProjectError(ValueError):
    """A project that cannot be used; the text says why."""


def is_ignored(part: str) -> bool:
    """Return whether a project's file or folder of this name is left out."""
    return part.startswith(".") or part in IGNORED


def is_zip(name: str, data: bytes) -> bool:
    """Return whether a file is meant to be a zip archive, by its name or by how it begins."""
    return name.lower().endswith(".zip") or data.startswith(b"PK\x03\x04")


def device_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a device, by the names that they have there, for those of a project's folder.

    If there is a folder `fs`, its files go to the root, as the real build puts them, and of the rest only the files
    beside it stay, by their names: what stands in other folders (`src`, say) is not for the device. Of two with one
    name that of `fs` counts. Without `fs`, all files keep their names, with `/` between folders.

    Raises:
        ProjectError: there are too many, or they are too large.
    """
    kept = {name: data for name, data in files.items() if not any(map(is_ignored, name.split("/")))}
    check_size(len(kept), sum(map(len, kept.values())))
    below = {name.removeprefix(FS): data for name, data in kept.items() if name.startswith(FS)}
    beside = {name: data for name, data in kept.items() if "/" not in name or name.startswith(HOSTS)}
    return {**beside, **below} if below else kept


def check_size(count: int, size: int) -> None:
    """Refuse what is no project of a device by its size alone.

    Raises:
        ProjectError: there are too many files, or they are too large.
    """
    if count > MAX_FILES:
        raise ProjectError(f"the project has more than {MAX_FILES} files")
    if size > MAX_BYTES:
        raise ProjectError(f"the project has more than {MAX_BYTES >> 20} MiB")


def from_zip(data: bytes) -> dict[str, bytes]:
    """Return the files of a device for a zip archive of a project; a folder around everything is left out.

    Raises:
        ProjectError: it is no zip archive, is damaged, protected or too large, or holds a name that leads out of it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = list(wanted(archive.infolist()))
            check_size(len(entries), sum(entry.file_size for entry in entries))
            files = {entry.filename: read(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        if isinstance(error, ProjectError):
            raise
        raise ProjectError(f"it is no zip archive that can be read: {error}") from error
    return device_files(without_top(files))


def wanted(entries: Iterable[zipfile.ZipInfo]) -> Iterable[zipfile.ZipInfo]:
    """Yield the entries that are files of the project; links are left out.

    Raises:
        ProjectError: a name leads out of the archive, or two entries have one name.
    """
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        parts = name.removesuffix("/").split("/")
        if "\\" in name or ":" in parts[0] or not all(parts) or not {".", ".."}.isdisjoint(parts):
            raise ProjectError(f"the archive holds a file with the name {name!r}, which leads out of it")
        if entry.is_dir() or (entry.external_attr >> 16) & KIND == SYMLINK or any(map(is_ignored, parts)):
            continue
        if name in seen:
            raise ProjectError(f"the archive holds two files with the name {name!r}")
        seen.add(name)
        yield entry


def read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the content of an entry, which is not longer than the archive's list says."""
    if entry.flag_bits & 1:
        raise ProjectError(f"the archive's file {entry.filename!r} is protected by a password")
    try:
        return archive.read(entry)
    except zlib.error as error:
        raise ProjectError(f"the archive's file {entry.filename!r} is damaged: {error}") from error


def without_top(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files without the one folder that is around all of them, unless that is `fs`."""
    tops = {PurePosixPath(name).parts[0] if "/" in name else "" for name in files}
    top = f"{tops.pop()}/" if len(tops) == 1 else "/"
    return dict(files) if top in ("/", FS) else {name.removeprefix(top): data for name, data in files.items()}
