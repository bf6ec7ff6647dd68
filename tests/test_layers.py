"""Modules import from lower layers only, and reach for the outside world nowhere but at the edges (docs/design.md)."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Final

import pytest

SIM: Final = Path(__file__).parents[1] / "sim"

LAYERS: Final = (  # from the bottom; modules of one layer do not know each other, unless INSIDE says so
    ("values", "version"),  # for all of them
    ("clock", "event", "profile", "program", "project"),
    ("pace", "trace", "mhttp", "mqtt", "rpc", "mjs"),
    ("network", "script", "view_hardware", "view_rules"),
    ("view_host",),
    ("api", "peer_session", "peer_websocket", "broker_link"),
    ("natives", "broker"),
    ("device", "peer", "view", "export", "run"),
    ("neighbours", "engine"),
    ("catalog", "lesson"),
    ("check",),
    ("bridge", "gateway", "website"),
    ("replay", "cli_run"),
    ("cli",),  # starts the gateway when it is asked for
    ("cli_lesson", "cli_replay", "cli_web", "testing"),
    ("scenario",),
    ("cli_scenario",),
    ("cli_openapi",),
    ("__main__", "__init__"),
)

NOT_BELOW: Final = {  # what a layer further down is all the same not for
    "trace": {"clock", "event"},
    "pace": {"clock"},
    "mhttp": {"profile"},
    "mqtt": set[str](),
    "rpc": set[str](),
    "mjs": set[str](),
    "script": {"mjs"},
    "network": {"clock", "event", "trace", "mhttp"},
    "export": {"event", "trace", "mhttp", "network"},
    "view": {"event", "trace", "view_hardware", "view_host", "view_rules"},
    "view_host": {"view_hardware"},
    "view_hardware": {"event"},
    "view_rules": {"event"},
}

READS_MESSAGES: Final = "network/lab/"
"""The one part of the network that looks into what is carried; it is not loaded without rules."""

EDGE_MODULES: Final = {  # modules of the world outside, and who may import them
    "asyncio": {"gateway", "cli", "testing"},
    "resource": {"cli", "gateway"},  # limits of memory and of files
    "datetime": {"mhttp", "export"},  # dates in header fields, made from numbers
    "socket": {"gateway"},
    "time": {"gateway", "program"},
}

NOWHERE: Final = {
    *("pyodide", "js", "pytest"),
    *("select", "ssl", "threading", "multiprocessing", "subprocess", "signal", "os", "secrets", "uuid"),
}

THIRD_PARTY: Final = {"testing": {"pytest", "httpx", "playwright"}, "scenario": {"ruamel"}}
"""What the kits for tests are made for, and load only when somebody who has it asks for it."""

BESIDE: Final = {"testing": {"threading", "subprocess", "os"}}
"""A device on real ports beside a test, runtimes in other processes, and the browser that the environment names."""

FILES: Final = sorted(SIM.rglob("*.py"))


def layer_of(part: str) -> int:
    [rank] = [rank for rank, parts in enumerate(LAYERS) if part in parts] or pytest.fail(f"sim.{part} has no layer")
    return rank


def part_of(path: Path) -> str:
    return path.relative_to(SIM).with_suffix("").parts[0]


def imported(path: Path) -> set[str]:
    """Return the full names of all modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are written in full"
            names |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "sim" else {node.module}
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SIM)))
def test_module_imports_from_lower_layers_only(path: Path) -> None:
    part = part_of(path)
    for name in imported(path):
        if name.startswith("sim."):
            other = name.split(".")[1]
            assert other == part or layer_of(other) < layer_of(part), f"sim.{part} imports {name}"
            assert other == part or other in {"values"} | NOT_BELOW.get(part, {other}), f"sim.{part} imports {name}"
            if (part, other) == ("network", "mhttp"):
                assert READS_MESSAGES in path.as_posix(), f"{path} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SIM)))
def test_module_imports_the_standard_library_alone_and_the_outside_world_at_the_edges(path: Path) -> None:
    part = part_of(path)
    allowed = THIRD_PARTY.get(part, set()) | BESIDE.get(part, set())
    for name in {name.split(".")[0] for name in imported(path)} - {"sim"} - allowed:
        assert name in sys.stdlib_module_names, f"sim.{part} imports {name}"
        assert name not in NOWHERE, f"sim.{part} imports {name}"
        assert part in EDGE_MODULES.get(name, {part}), f"sim.{part} imports {name}"
