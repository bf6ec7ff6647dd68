"""Patterns of endpoints take prefixes of URIs as the C library's do; most of it is in the vectors."""

from __future__ import annotations

import pytest

from sim.mhttp import match_prefix
from sim.profile import DOCUMENTED, MONGOOSE_6_7, MONGOOSE_6_18, Profile

OLD, NEW = (DOCUMENTED, MONGOOSE_6_7), (MONGOOSE_6_18,)
ALL = OLD + NEW

CASES = [  # (pattern, text, taken; -1: no match, profiles)
    (b"/foo", b"/foobar", 4, ALL),
    (b"/foo", b"/FOO", 4, ALL),
    (b"/foo/", b"/foo", -1, ALL),
    (b"/\xc3\x89", b"/\xc3\xa9", -1, ALL),  # case is that of ASCII
    (b"/?x", b"/\xc3\xa9x", -1, ALL),  # ? is a byte, not a character
    (b"/??x", b"/\xc3\xa9x", 4, ALL),
    (b"|/foo", b"/foo", 4, ALL),  # an alternative that takes nothing is passed over
    (b"*|/foo", b"/foo", 4, ALL),
    (b"/a|/ab", b"/abc", 2, ALL),  # the first alternative counts, not the longest
    (b"/a,/b", b"/b", -1, OLD),
    (b"/a,/b", b"/b", 2, NEW),
    (b"/f$o", b"/f", 2, ALL),
    (b"/f$o", b"/f$o", -1, OLD),
    (b"/f$o", b"/f$o", 4, NEW),
    (b"/f*$", b"/foo/bar", -1, OLD),
    (b"/f*$", b"/foo/bar", 4, NEW),  # after a run the end is not checked
    (b"/foo*", b"/foo", 4, OLD),
    (b"/foo*", b"/foo", -1, NEW),
    (b"/a*/b", b"/ax/b", 5, ALL),
    (b"/a*/b", b"/ax/y/b", -1, ALL),
    (b"/a**/b", b"/ax/y/b/z", 7, ALL),
]


@pytest.mark.parametrize(
    ("pattern", "text", "taken", "profile"),
    [
        pytest.param(pattern, text, taken, profile, id=f"{pattern!r}-{text!r}-{profile.name}")
        for pattern, text, taken, profiles in CASES
        for profile in profiles
    ],
)
def test_pattern_takes_as_much_of_a_uri_as_the_table_says(
    pattern: bytes, text: bytes, taken: int, profile: Profile
) -> None:
    assert match_prefix(pattern, text, profile) == taken
