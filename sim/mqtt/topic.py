"""Says what topics and filters are, and which filter takes which topic (MQTT 3.1.1, 4.7)."""

from __future__ import annotations

from typing import Final

from sim.mqtt.packet import LARGEST_STRING

__all__ = ["is_filter", "is_text", "is_topic", "matches"]

ONE: Final = b"+"
REST: Final = b"#"


def is_text(data: bytes) -> bool:
    """Tell whether bytes are a string of MQTT: UTF-8 without U+0000 (1.5.3)."""
    if b"\0" in data or len(data) > LARGEST_STRING:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def is_topic(topic: bytes) -> bool:
    """Tell whether a message may be published under this name: some text without wildcards."""
    return bool(topic) and ONE not in topic and REST not in topic and is_text(topic)


def is_filter(pattern: bytes) -> bool:
    """Tell whether this is a filter: `+` and `#` stand for whole levels, and `#` only at the end."""
    if not pattern or not is_text(pattern):
        return False
    *levels, last = pattern.split(b"/")
    is_right = all(level == ONE or ONE not in level for level in (*levels, last))
    return is_right and not any(REST in level for level in levels) and (last == REST or REST not in last)


def matches(pattern: bytes, topic: bytes) -> bool:
    """Tell whether a filter takes a topic.

    `+` takes any one level and `#` all that follow, also none. A wildcard at the front takes no topic that begins with
    `$` (4.7.2).
    """
    if topic.startswith(b"$") and pattern[:1] in (ONE, REST):
        return False
    wanted, levels = pattern.split(b"/"), topic.split(b"/")
    if wanted[-1] == REST:
        wanted.pop()
        if len(levels) < len(wanted):
            return False
        del levels[len(wanted) :]
    return len(wanted) == len(levels) and all(want in (ONE, level) for want, level in zip(wanted, levels, strict=True))
