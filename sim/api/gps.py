"""Is the firmware's `GPS`: where the device is, as a receiver of satellites tells it."""

from __future__ import annotations

from sim.api.peripheral import Peripheral

__all__ = ["GPS"]


class GPS(Peripheral):
    """The receiver."""

    def getLocation(self) -> dict[str, str] | bool:
        """Return `lat`, `lon` in degrees and `sp` in knots, as texts with six decimals; False without satellites."""
        position = self._hardware.gps
        if not position.is_present:
            return self._called("getLocation", False)
        found = {"lat": position.latitude, "lon": position.longitude, "sp": position.speed}
        return self._called("getLocation", {name: f"{value:.6f}" for name, value in found.items()})
