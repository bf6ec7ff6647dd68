"""Reads the files of tests/vectors: cases with their strings of bytes unfolded (tests/vectors/mongoose/README.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

__all__ = ["VECTORS", "load_cases", "unfold"]

VECTORS: Final = Path(__file__).parent / "vectors" / "mongoose"
"""The folder of the cases that belong to this repository."""

SCHEMA: Final = "mongoose-vectors/1"

Case = dict[str, Any]


def load_cases(folder: Path) -> list[tuple[str, Case]]:
    """Return all cases of a folder, each with the name of its area.

    Raises:
        ValueError: there is no case, or a file has another schema.
    """
    cases: list[tuple[str, Case]] = []
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        if content.get("schema") != SCHEMA:
            raise ValueError(f"{path}: expected the schema {SCHEMA!r}, got {content.get('schema')!r}")
        cases += [(content["area"], unfold(case)) for case in content["cases"]]
    if not cases:
        raise ValueError(f"there is no case in {folder}")
    return cases


def unfold(value: Any) -> Any:
    """Return a value of a case with every `{"parts": [...]}` in it as the string that it stands for."""
    match value:
        case {"parts": [*parts]}:
            return "".join(part if isinstance(part, str) else part[0] * part[1] for part in parts)
        case dict():
            return {key: unfold(item) for key, item in value.items()}
        case list():
            return [unfold(item) for item in value]
        case _:
            return value
