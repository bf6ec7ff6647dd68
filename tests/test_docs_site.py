"""The documentation site holds every page once, and no link in it leads nowhere."""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import pytest

from tools.docs import NOT_SHOWN, build_docs, live_device, pages
from tools.fences import find_fences
from tools.site import DIST, ROOT

SITE: Final = DIST / "docs"
LINKS: Final = {"href", "src", "srcset", "poster", "data"}


def named(entries: object) -> Iterator[str]:
    """Yield the pages that a part of the navigation names."""
    if isinstance(entries, str):
        yield entries
    elif isinstance(entries, dict):
        for entry in entries.values():
            yield from named(entry)
    elif isinstance(entries, list):
        for entry in entries:
            yield from named(entry)


def test_every_page_has_its_place_in_the_navigation_of_zensical_toml() -> None:
    navigation = sorted(named(tomllib.loads((ROOT / "zensical.toml").read_text())["project"]["nav"]))
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")} - set(NOT_SHOWN)
    assert navigation == sorted(written | {name for name, _ in pages()})


class Reader(HTMLParser):
    """Gathers what a page links to, what it loads, and the places in it that can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.places: set[str] = {""}
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id" and value:
                self.places.add(value)
            if name in LINKS and value:
                (self.links if tag in ("a", "area") else self.loads).add(value)


@pytest.fixture(scope="module")
def readers() -> dict[Path, Reader]:
    """What stands in each page."""
    assert SITE.exists(), "there is no documentation: python3 build.py docs builds it, or says why not"
    return {path: Reader(path) for path in sorted(SITE.rglob("*.html"))}


def test_no_link_leads_nowhere(readers: dict[Path, Reader]) -> None:
    broken = []
    for path, reader in readers.items():
        if path.name == "404.html":  # shown at any address, so a host has to serve the site at its root for its links
            continue
        for link in reader.links | reader.loads:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            there = readers.get(target)
            if not target.is_file() or (there is not None and unquote(parts.fragment) not in there.places):
                broken.append((path.relative_to(SITE).as_posix(), link))
    assert broken == []


def test_no_page_loads_anything_of_another_origin(readers: dict[Path, Reader]) -> None:
    loads = {load for reader in readers.values() for load in reader.loads}
    assert {load for load in loads if urlsplit(load).netloc} == set()
    assert len(readers) > 40


def test_no_sheet_loads_anything_of_another_origin() -> None:
    sheets = list(SITE.rglob("*.css"))
    assert [path for path in sheets if re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", path.read_text())] == []
    assert sheets


def test_the_documentation_is_the_same_however_often_it_is_built(tmp_path: Path) -> None:
    build_docs(Path(sys.executable), tmp_path / "docs")
    was, now = (digests(folder) for folder in (SITE, tmp_path / "docs"))
    assert {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)} == set()


def digests(folder: Path) -> dict[str, str]:
    """Return the hashes of all files in a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_block_marked_live_becomes_a_device() -> None:
    [fence] = find_fences('```js live view=console label="A & B"\nprint(1 < 2);\n```\n')
    assert live_device(fence) == (
        '<div class="device"><sim-device view="console" height="560" label="A &amp; B">\n'
        '<script type="text/mjs" name="init.js">\nprint(1 < 2);\n</script>\n</sim-device></div>'
    )


def test_a_block_marked_try_is_shown_with_a_device_behind_it() -> None:
    [fence] = find_fences("```py try\nprint(1)\n```\n")
    shown = live_device(fence)
    assert shown is not None
    assert shown.startswith('```py\nprint(1)\n```\n\n<details class="device">')
    assert '<script type="text/python" name="init.py">\nprint(1)\n</script>' in shown


@pytest.mark.parametrize("block", ["```sh live\n```", "```js live size=3\n```", "```js live\n'</script>'\n```"])
def test_a_block_that_cannot_be_live_stops_the_build(block: str) -> None:
    [fence] = find_fences(block)
    with pytest.raises(SystemExit, match="cannot be live"):
        live_device(fence)


def test_blocks_are_found_with_their_lines_and_without_their_indentation() -> None:
    text = "a\n\n1. b\n\n   ```py name=x.py\n   if 1:\n       pass\n   ```\n\n````md\n```js\n````\n"
    assert [(fence.language, fence.options, fence.source, fence.line) for fence in find_fences(text)] == [
        ("py", {"name": "x.py"}, "if 1:\n    pass\n", 5),
        ("md", {}, "```js\n", 10),
    ]
    with pytest.raises(ValueError, match="line 2: the block of code has no end"):
        list(find_fences("a\n```js\n"))
