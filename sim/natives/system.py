"""Holds the C functions behind `Sys`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.modules import Modules
from sim.natives.memory import memory_of

__all__ = ["system_natives"]


def system_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `Sys`."""
    system = modules.Sys

    def restart(*_: object) -> None:
        """Restart at once: the number that old programs give is an exit code, which no device has a use for."""
        system.reboot(0)

    def malloc(size: int, *_: object) -> bytearray | None:
        return system.malloc(size)

    def peek(pointer: object, offset: int) -> int:
        memory, at = memory_of(pointer, "mgos_peek")
        return memory[at + offset] if 0 <= at + offset < len(memory) else 0

    return {
        "mgos_get_heap_size": system.total_ram,
        "mgos_get_free_heap_size": system.free_ram,
        "mgos_get_min_free_heap_size": system.free_ram,
        "mgos_uptime": system.uptime,
        "mgos_usleep": system.usleep,
        "mgos_msleep": lambda ms: system.usleep(ms * 1000),
        "mgos_system_restart": restart,
        "mgos_system_restart_after": system.reboot,
        "malloc": malloc,
        "calloc": lambda count, size: system.malloc(count * size),
        "free": system.free,
        "mgos_wdt_feed": system.wdt_feed,
        "mgos_peek": peek,
    }
