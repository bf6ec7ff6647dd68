"""Holds the pins of one boot of a device: modes, outputs and interrupts; and is the firmware's `GPIO`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.context import Context, fitted
from sim.api.peripheral import check_int
from sim.api.pin import MAX_PIN, Pin
from sim.clock import TimerHandle
from sim.event import GpioConfigured
from sim.values import mutable

__all__ = ["GPIO", "Pins"]

INPUT, OUTPUT = 0, 1
MODES: Final = ("input", "output")
PULLS: Final = ("none", "up", "down")
INTERRUPTS: Final = ("none", "edge_pos", "edge_neg", "edge_any", "level_hi", "level_lo")
EDGES: Final = {1: (1,), 2: (0,), 3: (0, 1)}
"""Kinds of interrupt that a change of level raises, and the new levels at which they do."""
LEVELS: Final = {4: 1, 5: 0}
"""Kinds of interrupt that a level raises as long as it lasts."""

LEVEL_REPEAT_US: Final = 1000
"""How soon a level that lasts raises its interrupt again: a real one does at once, and virtual time would stand."""

MAX_BLINK_MS: Final = 65_535
LATER_US: Final = 0
"""Handlers of interrupts run from the event loop, after whatever runs now."""

PinHandler = Callable[[int], object]


@mutable
class State:
    """What the chip knows of a pin."""

    pin: Pin
    mode: int = INPUT
    pull: int = 0
    latch: int = 0
    interrupt: int = 0
    handler: PinHandler | None = None
    is_enabled: bool = False
    debounce_us: int = 0
    button_level: int = 0
    debounce: TimerHandle | None = None
    repeat: TimerHandle | None = None
    blink: TimerHandle | None = None
    is_told: bool = False
    """Whether the trace knows how the pin is configured."""


class Pins:
    """The pins of a device while it is on. Numbers that are no pins read 0 and take nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._hardware = context.hardware
        self._states: dict[int, State] = {}

    def state(self, number: int) -> State | None:
        """Return what is known of a pin, None if there is no such pin."""
        state = self._states.get(number)
        if state is None and 0 <= number <= MAX_PIN:
            pin = self._hardware.pin(number)
            state = self._states[number] = State(pin)
            pin.resolve = self._resolve
        return state

    def read(self, number: int) -> int:
        """Return the level of a pin, 0 or 1."""
        state = self.state(number)
        return state.pin.level if state else 0

    def write(self, number: int, level: int, source: str) -> int:
        """Make a pin an output at a level; the level."""
        level = int(bool(level))
        self.latch(number, level, source)
        self.configure(number, source, mode=OUTPUT)
        return level

    def toggle(self, number: int, source: str) -> int:
        """Make a pin an output at the other level; the new level."""
        state = self.state(number)
        return self.write(number, 1 - state.latch if state else 0, source)

    def latch(self, number: int, level: int, source: str) -> None:
        """Set what a pin drives when it is an output."""
        state = self.state(number)
        if state:
            state.latch = int(bool(level))
            self._resolve(state.pin, source)

    def configure(
        self,
        number: int,
        source: str,
        *,
        mode: int | None = None,
        pull: int | None = None,
        interrupt: int | None = None,
    ) -> bool:
        """Set the mode, the pull or the interrupt of a pin; False if there is no such pin or setting."""
        state = self.state(number)
        new = (mode, pull, interrupt)
        if state is None or any(v is not None and not 0 <= v < n for v, n in zip(new, (2, 3, 6), strict=True)):
            return False
        before = (state.mode, state.pull, state.interrupt)
        after = tuple(old if value is None else value for old, value in zip(before, new, strict=True))
        state.mode, state.pull, state.interrupt = after
        if before != after or not state.is_told:
            state.is_told = True
            names = MODES[state.mode], PULLS[state.pull], INTERRUPTS[state.interrupt]
            self._context.trace.emit(GpioConfigured(self._context.host.name, number, *names))
        self._resolve(state.pin, source)
        return True

    def _resolve(self, pin: Pin, source: str) -> None:
        """Work the level of a pin out: the output, else what is outside, else the pull."""
        state = self._states[pin.number]
        pin.is_driven = state.mode == OUTPUT
        undriven = int(PULLS[state.pull] == "up") if pin.outside is None else pin.outside
        level = state.latch if pin.is_driven else undriven
        if pin.become(level, source) and state.is_enabled and level in EDGES.get(state.interrupt, ()):
            self._raise(state)
        self._watch_level(state)

    # Interrupts

    def set_handler(self, number: int, interrupt: int, handler: PinHandler) -> bool:
        """Set what an interrupt calls; it must be enabled in addition."""
        if not self.configure(number, "firmware", interrupt=interrupt):
            return False
        if interrupt:
            state = self._states[number]
            state.handler, state.debounce_us = handler, 0
            self._watch_level(state)
        return True

    def set_button(self, number: int, pull: int, interrupt: int, debounce_us: int, handler: PinHandler) -> bool:
        """Make a pin the input of a button, whose handler is called when its level has stayed for a while."""
        if interrupt not in EDGES or not self.configure(number, "firmware", mode=INPUT, pull=pull):
            return False
        self.set_handler(number, interrupt, handler)
        state = self._states[number]
        state.debounce_us, state.button_level = max(0, debounce_us), state.pin.level
        return self.enable(number, True)

    def enable(self, number: int, is_enabled: bool) -> bool:
        """Let a pin raise interrupts, or not; False if there is no such pin."""
        state = self.state(number)
        if state is None:
            return False
        state.is_enabled = is_enabled
        self._watch_level(state)
        return True

    def _raise(self, state: State) -> None:
        if state.debounce_us == 0:
            self._context.clock.call_later(LATER_US, self._call, state)
        elif state.debounce is None:
            state.debounce = self._context.clock.call_later(state.debounce_us, self._debounced, state)

    def _debounced(self, state: State) -> None:
        # As the firmware since 2018: the handler runs at the end of the time, if the level is still there
        state.debounce = None
        level = state.pin.level
        is_any = len(EDGES.get(state.interrupt, ())) > 1
        if level != state.button_level if is_any else level in EDGES.get(state.interrupt, ()):
            state.button_level = level
            self._call(state)

    def _call(self, state: State) -> None:
        handler = state.handler
        if handler is not None:
            self._context.invoke(handler, state.pin.number)

    def _watch_level(self, state: State) -> None:
        """Begin to raise the interrupt of a level, if it is there."""
        if state.repeat is None and self._is_at_level(state):
            state.repeat = self._context.clock.call_later(LATER_US, self._at_level, state)

    def _at_level(self, state: State) -> None:
        state.repeat = None
        if not self._is_at_level(state):
            return
        self._call(state)
        if state.repeat is None and self._is_at_level(state) and self._context.is_alive:
            state.repeat = self._context.clock.call_later(LEVEL_REPEAT_US, self._at_level, state)

    def _is_at_level(self, state: State) -> bool:
        return state.is_enabled and state.handler is not None and LEVELS.get(state.interrupt) == state.pin.level

    # Blinking

    def blink(self, number: int, on_ms: int, off_ms: int) -> bool:
        """Turn an output on and off by turns, until one of the times is 0; False if they cannot be."""
        state = self.state(number)
        if state is None or not (0 <= on_ms <= MAX_BLINK_MS and 0 <= off_ms <= MAX_BLINK_MS):
            return False
        if state.blink is not None:
            state.blink.cancel()
            state.blink = None
        if on_ms and off_ms:
            state.blink = self._context.clock.call_later(LATER_US, self._blink, state, on_ms, off_ms)
        return True

    def _blink(self, state: State, on_ms: int, off_ms: int) -> None:
        if self._context.is_alive:
            self.latch(state.pin.number, 1 - state.latch, "firmware")
            wait_us = (on_ms if state.latch else off_ms) * 1000
            state.blink = self._context.clock.call_later(wait_us, self._blink, state, on_ms, off_ms)


class GPIO:
    """Digital inputs and outputs. Results are 1 or 0: a function gives 0 when there is no such pin or setting."""

    MODE_INPUT = 0
    MODE_OUTPUT = 1
    PULL_NONE = 0
    PULL_UP = 1
    PULL_DOWN = 2
    INT_NONE = 0
    INT_EDGE_POS = 1
    INT_EDGE_NEG = 2
    INT_EDGE_ANY = 3
    INT_LEVEL_HI = 4
    INT_LEVEL_LO = 5

    def __init__(self, pins: Pins) -> None:
        self._pins = pins

    def set_mode(self, pin: int, mode: int) -> int:
        """Make a pin an input or an output; 1, or 0 if that cannot be."""
        check_int("GPIO.set_mode", pin=pin, mode=mode)
        return int(self._pins.configure(pin, "firmware", mode=mode))

    def set_pull(self, pin: int, pull: int) -> int:
        """Connect a pull-up or pull-down resistor to a pin, or none; 1, or 0 if that cannot be."""
        check_int("GPIO.set_pull", pin=pin, pull=pull)
        return int(self._pins.configure(pin, "firmware", pull=pull))

    def setup_input(self, pin: int, pull: int) -> int:
        """Make a pin an input with a pull; 1, or 0 if that cannot be."""
        check_int("GPIO.setup_input", pin=pin, pull=pull)
        return int(self._pins.configure(pin, "firmware", mode=INPUT, pull=pull))

    def setup_output(self, pin: int, level: int) -> int:
        """Make a pin an output that begins at a level; 1, or 0 if there is no such pin."""
        check_int("GPIO.setup_output", pin=pin, level=level)
        self._pins.latch(pin, level, "firmware")
        return int(self._pins.configure(pin, "firmware", mode=OUTPUT))

    def read(self, pin: int) -> int:
        """Return the level of a pin, 0 or 1."""
        check_int("GPIO.read", pin=pin)
        return self._pins.read(pin)

    def read_out(self, pin: int) -> int:
        """Return what a pin drives when it is an output, 0 or 1."""
        check_int("GPIO.read_out", pin=pin)
        state = self._pins.state(pin)
        return state.latch if state else 0

    def write(self, pin: int, level: int) -> None:
        """Set what a pin drives; it shows when the pin is an output."""
        check_int("GPIO.write", pin=pin, level=level)
        self._pins.latch(pin, level, "firmware")

    def toggle(self, pin: int) -> int:
        """Turn what a pin drives to the other level; the new level."""
        level = 1 - self.read_out(pin)
        self.write(pin, level)
        return level

    def set_int_handler(self, pin: int, mode: int, handler: Callable[..., object], userdata: object = None) -> int:
        """Call `handler(pin, userdata)` on an edge or at a level of a pin; it needs `enable_int`. 1 or 0."""
        check_int("GPIO.set_int_handler", pin=pin, mode=mode)
        function = fitted(handler, "GPIO.set_int_handler", 2)
        return int(self._pins.set_handler(pin, mode, lambda number: function(number, userdata)))

    def set_int_handler_isr(self, pin: int, mode: int, handler: Callable[..., object], userdata: object = None) -> int:
        """Do as `set_int_handler`: here, too, the handler is called from the event loop."""
        return self.set_int_handler(pin, mode, handler, userdata)

    def enable_int(self, pin: int) -> int:
        """Let a pin raise interrupts; 1, or 0 if there is no such pin."""
        check_int("GPIO.enable_int", pin=pin)
        return int(self._pins.enable(pin, True))

    def disable_int(self, pin: int) -> int:
        """Let a pin raise no interrupts; 1, or 0 if there is no such pin."""
        check_int("GPIO.disable_int", pin=pin)
        return int(self._pins.enable(pin, False))

    def set_button_handler(
        self, pin: int, pull: int, mode: int, debounce_ms: int, handler: Callable[..., object], userdata: object = None
    ) -> int:
        """Call `handler(pin, userdata)` when a button is pressed or released and has come to rest. 1 or 0."""
        check_int("GPIO.set_button_handler", pin=pin, pull=pull, mode=mode, debounce_ms=debounce_ms)
        function = fitted(handler, "GPIO.set_button_handler", 2)
        debounce_us = debounce_ms * 1000
        return int(self._pins.set_button(pin, pull, mode, debounce_us, lambda number: function(number, userdata)))

    def blink(self, pin: int, on_ms: int, off_ms: int) -> int:
        """Let an output blink, by the clock; 0 and 0 stop it. 1, or 0 if a time is not from 0 to 65535."""
        check_int("GPIO.blink", pin=pin, on_ms=on_ms, off_ms=off_ms)
        return int(self._pins.blink(pin, on_ms, off_ms))
