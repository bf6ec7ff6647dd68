"""Holds the C functions behind `Timer`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.modules import Modules
from sim.natives.hardware import content, fill
from sim.natives.memory import memory_of
from sim.natives.text import as_data, as_text

__all__ = ["timer_natives"]


def timer_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `Timer`."""
    timer = modules.Timer

    def format_time(form: bytes | None, seconds: float) -> bytes:
        return as_data(timer.fmt(as_text(form), seconds))

    def strftime(buffer: object, size: int, form: bytes | None, seconds: int) -> int:
        """Write the text and a null into a buffer; 0 if there is no room, -1 if the time is none."""
        text = format_time(form, seconds or 1e-9)  # 0 is a time here, and it is rounded
        memory, at = memory_of(buffer, "mgos_strftime")
        if len(text) >= min(size, len(memory) - at):
            return 0
        memory[at : at + len(text) + 1] = text + b"\0"
        return len(text)

    def strftime_into(target: object, size: int, form: bytes | None, seconds: int) -> int:
        """Do the same with a string of the program, or with memory."""
        text = format_time(form, seconds or 1e-9)
        if len(text) >= min(size, len(content(target))):
            return 0
        fill(modules.context, target, text + b"\0")
        return len(text)

    return {
        "mgos_set_timer": timer.set,
        "mgos_clear_timer": timer.delete,
        "mg_time": timer.now,
        "mgos_strftime": strftime,
        "sim_strftime": format_time,
        "sim_strftime_into": strftime_into,
    }
