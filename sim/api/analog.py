"""Is the firmware's `ADC` and `PWM`: voltages that come in at pins, and pulses that go out."""

from __future__ import annotations

from sim.api.hardware import Analog
from sim.api.peripheral import Peripheral, check_int
from sim.api.pin import MAX_PIN

__all__ = ["ADC", "PWM"]


class ADC(Peripheral):
    """Voltages at pins, 0 until someone sets them from outside."""

    def enable(self, pin: int) -> int:
        """Prepare a pin for reading; 1, or 0 if there is no such pin."""
        check_int("ADC.enable", pin=pin)
        return self._called("enable", int(self._at(pin) is not None), pin)

    def read(self, pin: int) -> int:
        """Return what the converter counts at a pin, 0 to 4095."""
        check_int("ADC.read", pin=pin)
        at = self._at(pin)
        return self._called("read", at.raw if at else 0, pin)

    def read_voltage(self, pin: int) -> int:
        """Return the voltage at a pin in mV, 0 to 3300. In mJS: `ffi('int mgos_adc_read_voltage(int)')`."""
        check_int("ADC.read_voltage", pin=pin)
        at = self._at(pin)
        return self._called("read_voltage", at.mv if at else 0, pin)

    def _at(self, pin: int) -> Analog | None:
        return self._hardware.analog(pin) if 0 <= pin <= MAX_PIN else None


class PWM(Peripheral):
    """Pulses on pins."""

    def set(self, pin: int, frequency: int, duty: float) -> bool:
        """Put pulses on a pin: frequency in Hz (0: none any more), and the part of the time it is high, 0 to 1.

        Returns:
            True, or False if there is no such pin, frequency or part.
        """
        check_int("PWM.set", pin=pin, frequency=frequency)
        if not isinstance(duty, int | float):
            raise TypeError(f"PWM.set: duty must be a number, got {type(duty).__name__}")
        fits = 0 <= pin <= MAX_PIN and frequency >= 0 and 0 <= duty <= 1
        if fits:
            self._hardware.pin(pin).pwm = (frequency, float(duty)) if frequency else None
        return self._called("set", fits, pin, frequency, duty if duty == duty else None)
