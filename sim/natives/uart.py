"""Holds the C functions behind `UART`."""

from __future__ import annotations

import json

from sim.api.modules import Modules
from sim.natives.hardware import Natives

__all__ = ["uart_natives"]


def uart_natives(modules: Modules) -> Natives:
    """Return the C functions behind `UART`."""
    uart = modules.UART

    def configure(number: int, config: bytes | None) -> int:
        try:
            values = json.loads((config or b"").decode("latin-1"))
        except ValueError:  # what is no object has no JSON
            return 0
        return uart.setConfig(number, values) if isinstance(values, dict) else 0

    def write(number: int, data: bytes | None, length: int) -> int:
        return uart.write(number, (data or b"")[: max(0, length)])

    return {
        "sim_uart_configure": configure,
        "mgos_uart_write": write,
        "mgos_uart_write_avail": uart.writeAvail,
        "sim_uart_read": uart.read,
        "mgos_uart_read_avail": uart.readAvail,
        "mgos_uart_set_dispatcher": uart.setDispatcher,
        "mgos_uart_set_rx_enabled": uart.setRxEnabled,
        "mgos_uart_is_rx_enabled": uart.isRxEnabled,
        "mgos_uart_flush": uart.flush,
    }
