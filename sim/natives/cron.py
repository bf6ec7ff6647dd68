"""Holds the C functions behind `Cron`, which scripts bind themselves."""

from __future__ import annotations

from sim.api.modules import Modules
from sim.natives.hardware import Natives
from sim.natives.text import as_text

__all__ = ["cron_natives"]


def cron_natives(modules: Modules) -> Natives:
    """Return the C functions behind `Cron`."""
    cron = modules.Cron
    return {
        "mgos_cron_add": lambda expr, handler, userdata: cron.add(as_text(expr), handler, userdata),
        "mgos_cron_remove": cron.remove,
        "mgos_cron_is_expr_valid": lambda expr, error: cron.isValid(as_text(expr)),
        "mgos_cron_get_next_invocation": cron.next,
    }
