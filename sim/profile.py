"""Says in which points devices differ: every behaviour that depends on the library's version is one field here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["DOCUMENTED", "MONGOOSE_6_7", "MONGOOSE_6_18", "PROFILES", "Profile"]


@dataclass(frozen=True, slots=True)
class Profile:
    """How a device behaves where versions of the library differ or where it is known to misbehave."""

    name: str
    server: str
    """What the `Server` field of the library's own answers says."""
    strict: bool
    """Heads, lengths and codings are judged by RFC 9112, and what fails is answered before the close."""
    comma_separates: bool
    """A comma separates the alternatives of an endpoint's pattern, as `|` does."""
    run_needs_character: bool
    """`*` or `**` at the end of a pattern takes at least one character."""
    dollar_is_literal: bool
    """`$` stands for the end only as a pattern's last character."""
    options_name_server: bool
    """The library's own answer to OPTIONS has a `Server` field."""


DOCUMENTED: Final = Profile(
    name="documented",
    server="Mongoose/6.7",
    strict=True,
    comma_separates=False,
    run_needs_character=False,
    dollar_is_literal=False,
    options_name_server=True,
)
MONGOOSE_6_7: Final = Profile(
    name="mongoose-6.7",
    server="Mongoose/6.7",
    strict=False,
    comma_separates=False,
    run_needs_character=False,
    dollar_is_literal=False,
    options_name_server=False,
)
MONGOOSE_6_18: Final = Profile(
    name="mongoose-6.18",
    server="Mongoose/6.18",
    strict=False,
    comma_separates=True,
    run_needs_character=True,
    dollar_is_literal=True,
    options_name_server=True,
)
PROFILES: Final = {profile.name: profile for profile in (DOCUMENTED, MONGOOSE_6_7, MONGOOSE_6_18)}
