"""Makes the documentation site from docs/, the lessons, the docstrings and the table of the firmware's API.

What it is made of is gathered in a folder first; zensical.toml says how it is shown. Blocks of firmware marked `live`
become devices of the same site.
"""

from __future__ import annotations

import ast
import html
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sim.catalog import Catalog, Member, make_catalog
from sim.lesson import Lesson, parse
from tools.fences import Fence, replace_fences
from tools.site import CACHE, DIST, ROOT

__all__ = ["API", "MAINS", "SOURCES", "build_docs", "gather", "pages"]

SOURCES: Final = (
    "docs",
    "lessons",
    "sim",
    "tools",
    "zensical.toml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "pyproject.toml",
)
"""What the documentation is made of."""

NOT_SHOWN: Final = ("plan.md",)
"""Pages of docs/ that are for those who work on the project."""

API: Final = ("sim", "sim.testing", "sim.scenario", "sim.export", "sim.lesson", "sim.broker")
"""The modules whose docstrings make a page each."""

MAINS: Final = {"js": "init.js", "py": "init.py"}
"""The file that a block of firmware is, by its language."""

SHOWN: Final = ("view", "height", "autostart", "label", "seed")
"""Attributes of `<sim-device>` that a live block may have."""


def build_docs(python: Path, out: Path = DIST / "docs") -> None:
    """Make the documentation, with the tools in the environment of `python`."""
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name) / "docs"  # its depth is part of zensical.toml
        gather(folder)
        make_pages(python, folder / "zensical.toml")
        made = folder / "site"
        (made / "lessons").mkdir()
        for path in (ROOT / "lessons").glob("*.md"):
            shutil.copyfile(path, made / "lessons" / path.name)
        shutil.rmtree(out, ignore_errors=True)
        shutil.move(made, out)


def make_pages(python: Path, config: Path) -> None:
    """Make the pages beside their configuration.

    Raises:
        SystemExit: there is something wrong with them, such as a link that leads nowhere; it says what and where.
    """
    command = [python, "-m", "zensical", "build", "--strict", "--config-file", config]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        told = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
        raise SystemExit(f"{told.partition('Traceback (most recent')[0]}\nthe documentation could not be built")


def gather(folder: Path) -> None:
    """Gather all that the documentation is made of, in the form in which zensical takes it."""
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns(*NOT_SHOWN))
    shutil.copyfile(ROOT / "zensical.toml", folder / "zensical.toml")
    for name, text in pages():
        path = folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for path in (folder / "docs").rglob("*.md"):
        path.write_text(replace_fences(path.read_text("utf-8"), live_device), "utf-8")


def pages() -> Iterator[tuple[str, str]]:
    """Yield the pages that are made of something else: their names and their Markdown."""
    for name in ("CHANGELOG", "CONTRIBUTING"):
        text = (ROOT / f"{name}.md").read_text("utf-8")
        yield f"{name.lower()}.md", text.replace("](docs/", "](")
    lessons = {path.stem: parse(path.read_text("utf-8")) for path in (ROOT / "lessons").glob("*.md")}
    order = sorted(lessons, key=lambda name: (lessons[name].order, name))
    yield "tutorials/index.md", tutorials_page({name: lessons[name] for name in order})
    for name in order:
        yield f"tutorials/{name}.md", tutorial_page(name, lessons[name])
    yield "reference/table.md", "\n".join(table_page(make_catalog()))
    for module in API:
        yield f"reference/api/{module}.md", api_page(module)


def live_device(fence: Fence) -> str | None:
    """Return what stands for a block marked `live`, its device, or `try`, the block and its device when it is wanted.

    None for any other.
    """
    if "live" in fence.words:
        return f'<div class="device">{element(fence, {"view": "full", "height": "560"})}</div>'
    if "try" in fence.words:
        device = element(fence, {"view": "full", "height": "640", "autostart": "visible"})
        shown = f"```{fence.language}\n{fence.source}```"
        return f'{shown}\n\n<details class="device"><summary>Run it here</summary>{device}</details>'
    return None


def element(fence: Fence, options: dict[str, str]) -> str:
    """Return the element that runs a block; its own options go before those given."""
    unknown = fence.options.keys() - set(SHOWN)
    if fence.language not in MAINS or unknown or "</script" in fence.source:
        raise SystemExit(f"this block cannot be live: {fence.language} {sorted(unknown)}\n{fence.source}")
    shown = " ".join(f'{name}="{html.escape(value)}"' for name, value in {**options, **fence.options}.items())
    kind = "mjs" if fence.language == "js" else "python"
    script = f'<script type="text/{kind}" name="{MAINS[fence.language]}">\n{fence.source}</script>'
    return f"<sim-device {shown}>\n{script}\n</sim-device>"


def tutorials_page(lessons: dict[str, Lesson]) -> str:
    """Return the list of lessons."""
    items = (
        f"{number}. [{one.title}]({name}.md): {one.about}" for number, (name, one) in enumerate(lessons.items(), 1)
    )
    return f"""# Tutorials

Each of these lessons has a device beside it: write its firmware, run it, talk to it. **Check** looks at what the
device did on the network and says what is still missing. Nothing is installed, and your work stays in your browser.

{chr(10).join(items)}

How to write one of your own: [lessons](../reference/lesson.md).
"""


def tutorial_page(name: str, lesson: Lesson) -> str:
    """Return the page of a lesson: what it is about, the lesson itself with its device, what is checked."""
    checks = "\n".join(f"- {check.text}" for check in lesson.checks)
    shown = f'view="tutorial" autostart="visible" height="860" label="{html.escape(f"Lesson: {lesson.title}")}"'
    return f"""---
hide: [navigation, toc]
---

# {lesson.title}

{lesson.about}

<div class="device"><sim-device data-lesson="{name}" {shown}></sim-device></div>

The lesson is done when

{checks}
"""


def table_page(catalog: Catalog) -> Iterator[str]:
    """Yield the lines of the table of the firmware's API."""
    yield "# All names of the firmware's API\n"
    yield "What a script and a Python program find, made from the API itself, as the editor's help is.\n"
    for module in catalog.modules.values():
        members = [member for member in module.members.values() if member.kind != "module"]
        if members:
            loaded = f" In scripts: `load('{module.file}')`." if module.file else ""
            yield from (f"## {module.name}\n", f"{module.about}{loaded}\n", *table(members), "")
    yield from (
        "## Global functions and constants\n",
        *table([*catalog.functions.values(), *catalog.constants.values()]),
    )


def table(members: list[Member]) -> Iterator[str]:
    """Yield the lines of a table of names."""
    yield from ("| mJS | Python | meaning |", "| --- | --- | --- |")
    for member in members:
        value = "" if member.value is None else f" = {json.dumps(member.value)}"
        written = (f"`{name}{value}`" if name else "" for name in (member.mjs, member.python))
        yield f"| {' | '.join(written)} | {member.about} |"


def api_page(module: str) -> str:
    """Return the page that mkdocstrings fills with the docstrings of a module's public names."""
    path = ROOT.joinpath(*module.split("."))
    tree = ast.parse((path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text("utf-8"))
    [names] = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    about = re.sub(r"\s+", " ", ast.get_docstring(tree) or "")
    return "\n\n".join([f"# {module}", about, *(f"::: {module}.{name}" for name in names)]) + "\n"
