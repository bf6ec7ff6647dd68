"""Writes what mouse and keyboard do as WebDriver and WebDriver BiDi have it: the same in both."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["click", "press"]

Actions = list[dict[str, object]]

NAMED = {"Control": "\ue009", "Enter": "\ue007"}
"""Keys that write no character, as WebDriver 17.4.2 numbers them."""


def click(x: float, y: float) -> Actions:
    """Return a click at a place of the window."""
    steps = [
        {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]
    return [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps}]


def press(keys: Sequence[str], held: Sequence[str] = ()) -> Actions:
    """Return the pressing of keys one after the other, while others are held down."""
    down = [{"type": "keyDown", "value": NAMED.get(key, key)} for key in held]
    up = [{"type": "keyUp", "value": NAMED.get(key, key)} for key in reversed(held)]
    pressed = [{"type": kind, "value": NAMED.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
    return [{"type": "key", "id": "keyboard", "actions": [*down, *pressed, *up]}]
