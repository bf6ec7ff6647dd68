"""Is the firmware's `BitBang`: bits as long and short pulses on a pin."""

from __future__ import annotations

from sim.api.peripheral import Peripheral, as_bytes, check_int
from sim.api.pin import check_pin

__all__ = ["BitBang"]


class BitBang(Peripheral):
    """Pulses on a pin. They stand in the trace; the pin's level does not change, and they take no time here."""

    DELAY_MSEC = 0
    DELAY_USEC = 1
    DELAY_100NSEC = 2

    def write(
        self, pin: int, delay_unit: int, t0h: int, t0l: int, t1h: int, t1l: int, ptr: bytes | str, len: int
    ) -> None:
        """Send `len` bytes, the highest bit first.

        Args:
            pin: the pin.
            delay_unit: the unit of the times: `DELAY_MSEC`, `DELAY_USEC` or `DELAY_100NSEC`.
            t0h: how long the pin is high for a 0, from 0 to 255.
            t0l: how long it is low then.
            t1h: how long the pin is high for a 1.
            t1l: how long it is low then.
            ptr: the data.
            len: how much of it.

        Raises:
            ValueError: there is no such pin.
        """
        check_int("BitBang.write", delay_unit=delay_unit, t0h=t0h, t0l=t0l, t1h=t1h, t1l=t1l, len=len)
        data = as_bytes("BitBang.write", ptr)[: max(0, len)]
        times = [time & 0xFF for time in (t0h, t0l, t1h, t1l)]
        self._called("write", None, check_pin("BitBang.write", pin), delay_unit, *times, data)
