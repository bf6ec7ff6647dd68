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
SPECIAL: Final = re.compile(rb"[?*$|,]")
BAR: Final = re.compile(rb"[|]")
BAR_OR_COMMA: Final = re.compile(rb"[|,]")
ANY, RUN, END = b"?*$"


def match_prefix(pattern: bytes, text: bytes, profile: Profile = DOCUMENTED) -> int:
    """Return how many bytes of `text` the pattern takes, -1 if it does not match.

    Of several alternatives the first that takes anything counts, not the longest.
    """
    plain = _plain(pattern)
    if plain is not None:
        return len(plain) if text[: len(plain)].lower() == plain else NO_MATCH
    lowered = text.lower()
    taken = NO_MATCH
    for alternative in (BAR_OR_COMMA if profile.comma_separates else BAR).split(pattern.lower()):
        taken = _match(alternative, lowered, profile)
        if taken > 0:
            break
    return taken


@lru_cache(maxsize=1024)
def _plain(pattern: bytes) -> bytes | None:
    """Return the pattern in lower case if none of its characters is special."""
    return None if SPECIAL.search(pattern) else pattern.lower()


def _match(pattern: bytes, text: bytes, profile: Profile) -> int:
    at = 0
    for i, char in enumerate(pattern):
        is_at_end = at == len(text)
        if char == RUN and not (is_at_end and profile.run_needs_character):
            return _match_run(pattern[i:], text, at, profile)
        if char == END and (is_at_end or not profile.dollar_is_literal):
            return at if is_at_end else NO_MATCH
        if is_at_end or char not in (ANY, text[at]):
            return NO_MATCH
        at += 1
    return at


def _match_run(pattern: bytes, text: bytes, at: int, profile: Profile) -> int:
    """Match a pattern that begins with `*` or `**`: the longest run that lets the rest match."""
    if pattern.startswith(b"**"):
        rest, end = pattern[2:], len(text)
    else:
        slash = text.find(b"/", at)
        rest, end = pattern[1:], len(text) if slash < 0 else slash
    if not rest or (rest == b"$" and profile.dollar_is_literal):
        return end
    for stop in range(end, at - 1, -1):
        taken = _match(rest, text[stop:], profile)
        if taken > 0 or (taken == 0 and not profile.run_needs_character):
            return stop + taken
    return NO_MATCH
