"""Matches the URI of a request against the pattern of an endpoint, as the C library does.

A pattern matches a prefix, without regard to case. `?` is any byte, `*` a run without `/`, `**` a run with `/`, `$`
the end, `|` separates alternatives (tests/vectors/mongoose/unit-match.json).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from sim.profile import DOCUMENTED, Profile

__all__ = ["match_prefix"]

NO_MATCH: Final = -1
SPECIAL: Final = re.compile(r"[?*$|,]")


def match_prefix(pattern: str, text: str, profile: Profile = DOCUMENTED) -> int:
    """Return how many characters of `text` the pattern takes, -1 if it does not match.

    Of several alternatives the first that matches counts, not the longest.
    """
    plain = _plain(pattern)
    if plain is not None:
        return len(plain) if text[: len(plain)].lower() == plain else NO_MATCH
    lowered = text.lower()
    for alternative in re.split("[|,]" if profile.comma_separates else "[|]", pattern.lower()):
        taken = _match(alternative, lowered, profile)
        if taken >= 0:
            return taken
    return NO_MATCH


@lru_cache(maxsize=1024)
def _plain(pattern: str) -> str | None:
    """Return the pattern in lower case if none of its characters is special."""
    return None if SPECIAL.search(pattern) else pattern.lower()


def _match(pattern: str, text: str, profile: Profile) -> int:
    at = 0
    for i, char in enumerate(pattern):
        if char == "*":
            return _match_run(pattern[i:], text, at, profile)
        if char == "$" and (i + 1 == len(pattern) or not profile.dollar_is_literal):
            return at if at == len(text) else NO_MATCH
        if at == len(text) or char not in ("?", text[at]):
            return NO_MATCH
        at += 1
    return at


def _match_run(pattern: str, text: str, at: int, profile: Profile) -> int:
    """Match a pattern that begins with `*` or `**`: the longest run that lets the rest match."""
    if pattern.startswith("**"):
        rest, end = pattern[2:], len(text)
    else:
        slash = text.find("/", at)
        rest, end = pattern[1:], len(text) if slash < 0 else slash
    if not rest:
        return NO_MATCH if profile.run_needs_character and at == len(text) else end
    for stop in range(end, at - 1, -1):
        taken = _match(rest, text[stop:], profile)
        if taken >= 0:
            return stop + taken
    return NO_MATCH
