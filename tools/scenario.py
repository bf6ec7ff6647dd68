"""Writes the schema of scenarios, and their tables in the reference, anew: `python -m tools.scenario`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from sim.scenario.schema import to_reference, to_schema

DOCS: Final = Path(__file__).parents[1] / "docs"

LAST_HEADING: Final = "## What may stand in it\n\n"
"""What the tables stand behind."""


def main() -> None:
    """Write both files."""
    (DOCS / "scenario.schema.json").write_text(json.dumps(to_schema(), indent=2) + "\n", "utf-8")
    page = DOCS / "reference" / "scenario.md"
    own, heading, _ = page.read_text("utf-8").partition(LAST_HEADING)
    page.write_text(own + heading + to_reference(), "utf-8")


if __name__ == "__main__":
    main()
