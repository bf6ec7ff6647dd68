"""Says which project a run is about: what its device boots."""

from __future__ import annotations

from typing import Any, Final

from sim.project import HOSTS
from sim.run.file import Run

__all__ = ["project_of"]

DEVICE: Final = "device"


def project_of(run: Run) -> dict[str, Any]:
    """Return the project as the message `boot` has it (docs/design.md): the last one that was booted.

    With the devices that were added since, and without those that were removed.
    """
    messages = [message for _, _, message in run.inputs if _has_files(message)]
    booted = next((at for at in reversed(range(len(messages))) if messages[at]["type"] == "boot"), None)
    if booted is not None:
        project = {name: value for name, value in messages[booted].items() if name != "type"}
        for message in messages[booted + 1 :]:
            _change(project, message)
        return project
    files: dict[str, Any] = {}
    main, profile = None, "documented"
    for _, _, name, args, _ in run.calls:
        if name == "add_device" and (given := _given(args)) is not None:
            made, options = given
            own = options.get("name", DEVICE)
            if own == DEVICE:
                main, profile = options.get("main"), options.get("profile", profile)
            below = "" if own == DEVICE else f"{HOSTS}{own}/"
            files |= {file if file.startswith(HOSTS) else below + file: data for file, data in made.items()}
    texts, binary = {}, {}
    for file, data in files.items():
        text = data if isinstance(data, str) else _text(data[1])
        if text is None:
            binary[file] = data[1]
        else:
            texts[file] = text
    project = {"files": texts, "binary": binary, "seed": run.seed, "profile": profile}
    return project if main is None else {**project, "main": main}


def _change(project: dict[str, Any], message: dict[str, Any]) -> None:
    """Let a project have a device more or less, if that is what a message is about."""
    kind, name = message["type"], message.get("name" if message["type"] == "device.add" else "host")
    if kind not in ("device.add", "device.remove"):
        return
    for part in ("files", "binary"):
        files = project.get(part)
        kept = {file: data for file, data in (files or {}).items() if not _is_of(file, name)}
        more = message.get(part) if kind == "device.add" else None
        added = {file: data for file, data in (more or {}).items() if _is_of(file, name)}
        if files is not None or added:
            project[part] = {**kept, **added}


def _has_files(message: dict[str, Any]) -> bool:
    """Tell whether the files of a message, if it has some, are any: others are refused, then as now."""
    return all(isinstance(message.get(part, {}), dict) for part in ("files", "binary"))


def _is_of(file: str, host: object) -> bool:
    """Tell whether a file is of a host beside the device."""
    return file.startswith((f"{HOSTS}{host}/", f"{HOSTS}{host}."))


def _given(args: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the files and the options that a call adds a device with, as `sim.engine.pack` writes their values."""
    match args:
        case ["l", [["d", files], ["d", options], *_]]:
            pairs = [*files, *options]
            if all(isinstance(name, str) for name, _ in pairs) and all(_is_data(data) for _, data in files):
                return dict(files), dict(options)
    return None


def _is_data(packed: Any) -> bool:
    """Tell whether this is a file's text, or its bytes."""
    match packed:
        case str() | ["b", str()]:
            return True
    return False


def _text(data: str) -> str | None:
    """Return what bytes, as latin-1, are as text; None if they are none."""
    try:
        return data.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return None
