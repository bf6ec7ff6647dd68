"""The reference tells of every field of a profile what it means and what each profile says."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Final

import pytest

from sim.profile import PROFILES, Profile

PAGE: Final = (Path(__file__).parents[1] / "docs" / "reference" / "fidelity.md").read_text("utf-8")
ROWS: Final = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if "|" in line]
TABLE: Final = {row[0].strip("`"): row[1:] for row in ROWS}


def shown(value: object) -> str:
    match value:
        case True:
            return "yes"
        case False:
            return "no"
        case _:
            return f"`{value}`"


def test_columns_are_the_profiles() -> None:
    assert [name.strip("`") for name in TABLE["field"][:-1]] == list(PROFILES)


@pytest.mark.parametrize("name", [field.name for field in fields(Profile)])
def test_row_of_a_field_has_its_values_and_a_sentence(name: str) -> None:
    *values, meaning = TABLE[name]
    assert values == [shown(getattr(profile, name)) for profile in PROFILES.values()]
    assert meaning.endswith(".")


def test_every_row_is_a_field() -> None:
    assert set(TABLE) - {field.name for field in fields(Profile)} == {"field", "---"}


def test_every_field_makes_a_difference() -> None:
    for field in fields(Profile):
        assert len({getattr(profile, field.name) for profile in PROFILES.values()}) > 1, field.name
