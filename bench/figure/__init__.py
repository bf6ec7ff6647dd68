"""Is one line of the table that `build.py bench` prints. A package, as each file beside it is a program."""

from __future__ import annotations

__all__ = ["figure"]


def figure(
    name: str, value: float, unit: str, peer: str, peer_value: float | None, goal: float | None
) -> dict[str, object]:
    """Return one line of the table; without a peer the goal is one for the value."""
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "peer": peer,
        "peer_value": peer_value,
        "ratio": round(value / peer_value, 2) if peer_value else None,
        "goal": goal,
    }
