"""Reads the folder `examples` for the page: a program each, or a folder of the files of a device."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.project import device_files

__all__ = ["FIRST", "Example", "read_examples", "script_of", "texts_of"]

FIRST = "hello"
"""The title of what the page opens with, which is written in mJS."""

LANGUAGES = {".js": "JavaScript", ".py": "Python"}
MAIN_FILES = ("init.js", "app.js", "init.py")
COMMENT = re.compile(r"(?:(?://|#)(?!!)[^\n]*\n)+")


@dataclass(frozen=True, slots=True)
class Example:
    """One entry of the menu: its title, what it is about, what to try with it, and the files of the device."""

    title: str
    language: str
    about: str
    tip: str
    files: Mapping[str, bytes]


def read_examples(folder: Path) -> list[Example]:
    """Return the examples in the order of the menu: the first, those in mJS, those in Python.

    A title that another language has too gets the language added, as no two may have the same one.
    """
    paths = sorted(path for path in folder.iterdir() if path.is_dir() or path.suffix in LANGUAGES)
    found = [example_of(path) for path in paths if not path.name.startswith((".", "__"))]
    seen: set[str] = set()
    titled = []
    for example in sorted(found, key=lambda example: (example.language, example.title != FIRST, example.title)):
        title = example.title if example.title not in seen else f"{example.title} ({example.language})"
        seen.add(title)
        titled.append(Example(title, example.language, example.about, example.tip, example.files))
    assert titled[0].title == FIRST, f"there is no example {FIRST} in JavaScript"
    return titled


def example_of(path: Path) -> Example:
    """Return an example; a single program gets the name that a device boots."""
    if path.is_dir():
        there = sorted(file for file in path.rglob("*") if file.is_file())
        files = device_files({file.relative_to(path).as_posix(): file.read_bytes() for file in there})
    else:
        files = {f"init{path.suffix}": path.read_bytes()}
    main = next(name for name in MAIN_FILES if name in files)
    files = dict(sorted(files.items(), key=lambda item: (item[0] not in MAIN_FILES, item[0])))
    about, tip = said_in(files[main].decode())
    return Example(path.stem, LANGUAGES[Path(main).suffix], about, tip, files)


def said_in(source: str) -> tuple[str, str]:
    """Return what the comment that a program begins with says: what it is about, and what to try."""
    comment = COMMENT.match(source)
    lines = [line.lstrip("/# ").rstrip() for line in comment[0].splitlines()] if comment else []
    about, _, tip = " ".join(lines).partition("Try:")
    return about.strip(), tip.strip()


def script_of(examples: list[Example]) -> str:
    """Return a module for the bundler, with the list of the examples and the files of the first."""
    listed = [{"title": e.title, "language": e.language, "about": e.about, "tip": e.tip} for e in examples]
    return f"export const EXAMPLES = {json.dumps(listed)};\nexport const HELLO = {json.dumps(listing(examples[0]))};\n"


def texts_of(examples: list[Example]) -> str:
    """Return the files of all examples by title, as the page reads them."""
    return json.dumps({example.title: listing(example) for example in examples}, separators=(",", ":"))


def listing(example: Example) -> list[dict[str, str]]:
    """Return the files of an example as the page has them: text, or bytes written as latin-1."""
    return [file_of(name, data) for name, data in example.files.items()]


def file_of(name: str, data: bytes) -> dict[str, str]:
    """Return one file: text if it is UTF-8 without control characters."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
        return {"name": name, "data": data.decode("latin-1")}
    return {"name": name, "text": text}
