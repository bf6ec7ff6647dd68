"""Checks the files of a device: finds its programs, parses them, and puts the findings in order."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sim.catalog import Catalog, make_catalog
from sim.check.fact import Facts, Script, collect
from sim.check.finding import Finding, Level
from sim.check.hint import explain
from sim.check.kind import Kinds
from sim.check.place import PlacedParser
from sim.check.python import check_python
from sim.check.script import check_script
from sim.mjs.engine import RECURSION_LIMIT
from sim.mjs.error import MjsError
from sim.mjs.lexer import byte_string, span
from sim.neighbours import ADDRESSES, split_hosts
from sim.project import HOSTS

__all__ = ["check"]

PAGES = (".html", ".htm")
SCRIPT_TAG = re.compile(rb"""<script[^>]*\bsrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


def check(files: Mapping[str, bytes], catalog: Catalog | None = None) -> list[Finding]:
    """Return what is wrong with the programs among a device's files, in the order of files and lines.

    Args:
        files: all files of the device by name; scripts and Python files are checked, but not what is meant for
            browsers: scripts that a page among the files names, and those whose names end in `.min.js`.
        catalog: the API to check against; by default that of this simulator.
    """
    catalog = catalog or make_catalog()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 2 * RECURSION_LIMIT))
    try:
        return sorted(finding for device in devices(files) for finding in check_device(*device, catalog))
    finally:
        sys.setrecursionlimit(limit)


def devices(files: Mapping[str, bytes]) -> Iterator[tuple[dict[str, bytes], str]]:
    """Yield the files of the device and of each further host, by their names there, and what stands before these."""
    own, hosts = split_hosts({name: data for name, data in files.items() if name != ADDRESSES})
    yield only_bytes(own), ""
    for host in hosts:
        yield only_bytes(host.files), "" if host.main else f"{HOSTS}{host.name}/"


def only_bytes(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if isinstance(data, bytes)}


def check_device(files: Mapping[str, bytes], prefix: str, catalog: Catalog) -> Iterator[Finding]:
    """Yield the findings of one host's files, with their names in the project."""
    found: list[Finding] = []
    scripts: list[Script] = []
    for file in programs(files):
        if file.endswith(".py"):
            found += check_python(file, files, catalog)
        else:
            script = parse(file, files[file])
            found += [script] if isinstance(script, Finding) else []
            scripts += [script] if isinstance(script, Script) else []
    found += check_scripts(scripts, files, catalog)
    for finding in found:
        yield replace(finding, file=prefix + finding.file)


def programs(files: Mapping[str, bytes]) -> Iterable[str]:
    """Return the names of the files that a device may run."""
    of_pages = {
        reference.decode("utf-8", "replace").partition("?")[0].rpartition("/")[2]
        for name, data in files.items()
        if name.lower().endswith(PAGES)
        for reference in SCRIPT_TAG.findall(data)
    }
    return [
        name
        for name in files
        if name.endswith((".js", ".py")) and not name.endswith(".min.js") and name.rpartition("/")[2] not in of_pages
    ]


def parse(file: str, data: bytes) -> Script | Finding:
    """Return a script, or what keeps it from being one."""
    source = byte_string(data)
    parser = PlacedParser(source, file)
    try:
        return Script(file, source, parser, parser.program())
    except (MjsError, RecursionError) as error:
        text = error.message if isinstance(error, MjsError) else "parser stack overflow"
        parser.back(parser.failed if isinstance(error, MjsError) else parser.position)
        place = span(file, source, parser.here())
        return Finding(file, place.line, place.column, Level.ERROR, "parse", explain(parser, text))


def check_scripts(scripts: list[Script], files: Mapping[str, bytes], catalog: Catalog) -> Iterable[Finding]:
    """Return the findings of scripts that parse; they share their globals."""
    facts = Facts(catalog, files)
    # What is not known of a script that does not parse may be all that the others miss
    parsed = {script.file for script in scripts}
    facts.loads_unknown = any(name not in parsed for name in programs(files) if name.endswith(".js"))
    collect(facts, scripts)
    kinds = Kinds(facts)
    return [finding for script in scripts for finding in check_script(facts, kinds, script).found]
