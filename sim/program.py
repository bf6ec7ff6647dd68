"""Runs firmware written in Python: with the device's globals, its own files as modules, its time and its chance."""

from __future__ import annotations

import builtins
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from types import ModuleType
from typing import Any, Final

__all__ = ["EPOCH_S", "PythonProgram", "dependencies", "format_time"]

EPOCH_S: Final = 1_488_326_400
"""Seconds since 1970 at virtual time 0: 1 March 2017, when the API was new."""

METADATA: Final = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


class PythonProgram:
    """The Python files of a device while it is on.

    What they import is, in this order: `random` and `time` as the device has them, another of its files, a module of
    the machine.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        names: Mapping[str, object],
        *,
        api_files: Collection[str],
        now_us: Callable[[], int],
        seed: str,
    ) -> None:
        self._files = files
        self._api_files = api_files
        self._modules = {"random": _random_module(seed), "time": _time_module(now_us)}
        self.names = {
            **names,
            "__builtins__": {**vars(builtins), "__import__": self._import},
            "load": self.load,
        }
        """The globals that each file begins with."""
        self._globals: dict[str, object] = {}

    def run(self, file: str) -> None:
        """Execute the main file. Whatever it raises is the firmware's error."""
        self._globals = {"__name__": "__main__", "__file__": file, **self.names}
        self._execute(file, self._globals)

    def load(self, file: str) -> None:
        """Execute another file of the device in the main file's globals; the API's own files are there already.

        Raises:
            FileNotFoundError: there is no such file.
        """
        if file in self._api_files:
            return
        if file not in self._files:
            raise FileNotFoundError(f'load: failed to read file "{file}"')
        self._execute(file, self._globals)

    def _execute(self, file: str, scope: dict[str, object]) -> None:
        exec(compile(self._files[file].decode("utf-8"), file, "exec", dont_inherit=True), scope)

    def _import(
        self,
        name: str,
        scope: Mapping[str, object] | None = None,
        local: Mapping[str, object] | None = None,
        wanted: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0 and name not in self._modules and f"{name}.py" in self._files:
            module = self._modules[name] = ModuleType(name)
            vars(module).update(self.names, __file__=f"{name}.py")
            try:
                self._execute(f"{name}.py", vars(module))
            except BaseException:
                del self._modules[name]
                raise
        if level == 0 and name in self._modules:
            return self._modules[name]
        return __import__(name, scope, local, wanted or (), level)


def _random_module(seed: str) -> ModuleType:
    """Return a module `random` whose functions draw from one seeded source, the same at every boot."""
    module, source = ModuleType("random"), Random(seed)
    for name in dir(source):
        if not name.startswith("_"):
            setattr(module, name, getattr(source, name))
    vars(module)["Random"] = Random
    return module


def _time_module(now_us: Callable[[], int]) -> ModuleType:
    """Return a module `time` that tells the device's time; its time zone is UTC."""

    def sleep(seconds: float) -> None:
        raise RuntimeError("time.sleep would stop the whole device: return, and go on in a later event")

    def gmtime(seconds: float | None = None) -> time.struct_time:
        return time.gmtime(EPOCH_S + now_us() // 1_000_000 if seconds is None else seconds)

    names: dict[str, Any] = {
        "time": lambda: EPOCH_S + now_us() / 1_000_000,
        "time_ns": lambda: (EPOCH_S * 1_000_000 + now_us()) * 1000,
        "sleep": sleep,
        "gmtime": gmtime,
        "localtime": gmtime,
        "strftime": lambda form, at=None: time.strftime(form, gmtime() if at is None else at),
        "strptime": time.strptime,
        "struct_time": time.struct_time,
    }
    for name in ("monotonic", "perf_counter", "process_time"):
        names[name] = lambda: now_us() / 1_000_000
        names[f"{name}_ns"] = lambda: now_us() * 1000
    module = ModuleType("time")
    vars(module).update(names)
    return module


DIRECTIVE: Final = re.compile(r"%[-_0]?[EO]?[aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%]")
"""Conversions of `strftime` that C99 knows: what machines add is not the same on all of them."""


def format_time(form: str, seconds: int) -> str:
    """Return a time in UTC, in seconds since 1970, as `strftime` of C writes it; other characters stay.

    Raises:
        ValueError: no calendar reaches that far.
    """
    try:
        at = time.struct_time((*time.gmtime(seconds)[:9], "UTC", 0))
    except (OverflowError, OSError) as error:
        raise ValueError(str(error)) from error
    return DIRECTIVE.sub(lambda found: time.strftime(found[0], at), form)


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
    try:
        found = tomllib.loads(text).get("dependencies", [])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = source.count("\n", 0, match.start()) + 1
        raise ValueError(f"the inline script metadata behind line {line} is no TOML: {error}") from error
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise ValueError("inline script metadata: dependencies must be a list of texts")
    return found
