"""Holds the C functions behind `Event`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.modules import Modules
from sim.natives.text import as_data, as_text

__all__ = ["event_natives"]


def event_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `Event`."""
    event = modules.Event

    def line(evdata: object) -> bytes:
        return as_data(event.evdataLogStr(evdata))

    return {
        "mgos_event_add_handler": event.addHandler,
        "mgos_event_add_group_handler": event.addGroupHandler,
        "mgos_event_trigger": event.trigger,
        "mgos_event_register_base": lambda base, name: event.regBase(base, as_text(name)),
        "mgos_debug_event_get_ptr": line,
        "mgos_debug_event_get_len": lambda evdata: len(line(evdata)),
        "sim_event_log_text": line,
    }
