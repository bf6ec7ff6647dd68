"""Is the firmware's `Wifi`: it finds the networks that are in reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.context import fitted
from sim.api.peripheral import Peripheral

__all__ = ["Wifi"]

SCAN_US: Final = 2_000_000
"""How long it takes to listen on all channels."""


class Wifi(Peripheral):
    """The radio."""

    AUTH_MODE_OPEN = 0
    AUTH_MODE_WEP = 1
    AUTH_MODE_WPA_PSK = 2
    AUTH_MODE_WPA2_PSK = 3
    AUTH_MODE_WPA_WPA2_PSK = 4
    AUTH_MODE_WPA2_ENTERPRISE = 5

    def scan(self, handler: Callable[..., object]) -> None:
        """Look for networks, and call `handler(networks)` after two seconds.

        Each is a dict with `bssid`, `authMode` (0: open), `rssi` in dBm, `channel` and `ssid`.
        """
        function = fitted(handler, "Wifi.scan", 1)

        def done() -> None:
            found = self._networks()
            self._called("scan", found)
            self._context.invoke(function, found)

        self._context.clock.call_later(SCAN_US, lambda: done() if self._context.is_alive else None)

    def _networks(self) -> list[dict[str, object]]:
        """Return the networks that are in reach now."""
        return [
            {"bssid": n.bssid, "authMode": n.auth_mode, "rssi": n.rssi, "channel": n.channel, "ssid": n.ssid}
            for n in self._hardware.networks
        ]
