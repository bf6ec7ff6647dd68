"""Is what the globals of one boot of a device share: its host, its profile, and the one way to call a handler."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from types import CodeType, FrameType
from typing import Any, Final, TypeAlias

from sim.api.hardware import Hardware
from sim.event import DeviceFailed
from sim.mhttp import Limits
from sim.mjs import MjsError, WatchdogError
from sim.network.host import Host
from sim.profile import Profile
from sim.trace import Place

__all__ = ["Context", "Handler", "as_handler", "error_text", "fitted", "where"]

Handler: TypeAlias = Callable[[Any, int, Any, Any], object]
"""What the firmware registers: `handler(conn, ev, ev_data, userdata)`."""

HANDLER_ARGUMENTS: Final = 4
CO_VARARGS: Final = 0x04


class Context:
    """One boot of a device. Once it is over (`is_alive` is false) no handler is called any more."""

    def __init__(
        self,
        host: Host,
        profile: Profile,
        limits: Limits,
        files: dict[str, bytes],
        hardware: Hardware | None = None,
    ) -> None:
        self.host = host
        self.network = host.network
        self.clock = host.network.clock
        self.trace = host.network.trace
        self.profile = profile
        self.limits = limits
        self.files = files
        """The device's file system."""
        self.hardware = hardware or Hardware(self.clock, self.trace.emit, host.name)
        """What the device is wired to."""
        self._find_place = self.place  # made once, for it is set at every call
        self.random = Random(f"{host.network.seed} {host.name}")
        """For masks and keys: what one host draws does not depend on what others draw."""
        self.is_alive = True
        self.booted_us = self.clock.now_us
        self.before_mqtt: Callable[[str, int], object] = lambda host, port: None
        """Learns where the device is about to look for its broker."""
        self.on_watchdog: Callable[[], object] = lambda: None
        """Restarts the device, after a callback that did not come to an end."""
        self.sleep: Callable[[int], object] = lambda us: None
        """Switches the device off, and on again after so many microseconds (0: never)."""
        self.overwrite: Callable[[str, str], object] = lambda old, new: None
        """Puts another string where a script has this one."""
        self.feed_watchdog: Callable[[], object] = lambda: None
        """Gives the callback that is running its full time again."""
        self.on_end: list[Callable[[], object]] = []
        """What is called when this boot is over."""
        self.busy_until_us = 0
        """Until when the firmware sleeps within a callback: for it alone that time has passed already."""

    @property
    def now_us(self) -> int:
        """The time as the firmware sees it: ahead of the network's after it slept."""
        return max(self.clock.now_us, self.busy_until_us)

    def end(self) -> None:
        """End this boot: nothing of it runs any more."""
        self.is_alive = False
        for stop in self.on_end:
            stop()

    def invoke(self, function: Callable[..., object], *args: object) -> None:
        """Call a handler that takes other arguments than those of a connection, as `call` does."""
        if not self.is_alive:
            return
        with self.in_firmware():
            try:
                function(*args)
            except KeyboardInterrupt:
                raise  # of the user, who wants to stop us
            except BaseException as error:
                self.failed("handler", error)

    def place(self) -> Place | None:
        """Return the line of the firmware that is running, the innermost; None if none is."""
        files = self.files
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            file = frame.f_code.co_filename
            if file in files:
                return file, frame.f_lineno
            frame = frame.f_back
        return None

    def caller(self) -> Place:
        """Do as `place`, with an empty file and line 0 if no line is running."""
        return self.place() or ("", 0)

    @contextmanager
    def in_firmware(self) -> Iterator[None]:
        """Let what is emitted meanwhile be the doing of the firmware's lines."""
        trace = self.trace
        outer, trace.find_place = trace.find_place, self._find_place
        try:
            yield
        finally:
            trace.find_place = outer

    def call(self, handler: Handler, conn: object, ev: int, ev_data: object, userdata: object) -> None:
        """Call a handler of the firmware; an error in it becomes a fact of the trace and the device goes on."""
        if not self.is_alive:
            return
        trace = self.trace
        outer, trace.find_place = trace.find_place, self._find_place  # as in_firmware, which costs more
        try:
            handler(conn, ev, ev_data, userdata)
        except KeyboardInterrupt:
            raise  # of the user, who wants to stop us
        except BaseException as error:
            self.failed("handler", error)
        finally:
            trace.find_place = outer

    def failed(self, phase: str, error: BaseException) -> None:
        """Record an error of the firmware, at the firmware's own line."""
        if isinstance(error, MjsError):
            self._failed_script(phase, error)
            return
        file, line = self._place(error)
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in self.files]
        trace = "".join(f"  at {f.filename}:{f.lineno} in {f.name}\n" for f in reversed(frames)) + _safely(
            lambda: "".join(traceback.format_exception_only(error))
        )
        name = _safely(lambda: str(type(error).__name__))
        self.trace.emit(DeviceFailed(self.host.name, phase, name, error_text(error), file, line, trace))

    def _failed_script(self, phase: str, error: MjsError) -> None:
        own = [place for place in error.frames if place[0] in self.files] or error.frames
        file, line = own[0] if own else (error.span.file, error.span.line) if error.span else ("", 0)
        lines = error.render("MJS error" if phase == "start" else "MJS callback error")
        trace = "".join(line + "\n" for line in lines)
        self.trace.emit(DeviceFailed(self.host.name, phase, error.kind.value, error.message, file, line, trace))
        if isinstance(error, WatchdogError):
            self.is_alive = False  # it does nothing any more until it restarts
            self.on_watchdog()

    def _place(self, error: BaseException) -> tuple[str, int]:
        if isinstance(error, SyntaxError) and isinstance(error.filename, str) and error.filename in self.files:
            return error.filename, error.lineno if isinstance(error.lineno, int) else 0
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if frame.filename in self.files:
                return frame.filename, frame.lineno or 0
        return "", 0


def error_text(error: BaseException) -> str:
    """Return what an error says."""
    if isinstance(error, SyntaxError) and isinstance(error.msg, str):
        return error.msg  # its str() repeats file and line
    return _safely(lambda: str(error))


def _safely(make: Callable[[], str]) -> str:
    try:
        return make()
    except Exception:  # firmware may define what an error's text is, and fail at that, too
        return "<exception str() failed>"


def as_handler(function: object, caller: str) -> Handler:
    """Return the function as one that takes all four arguments, whatever number it declares.

    Raises:
        TypeError: it cannot be called, or wants more than four arguments.
    """
    return fitted(function, caller, HANDLER_ARGUMENTS)


def fitted(function: object, caller: str, count: int) -> Callable[..., Any]:
    """Return the function as one that takes `count` arguments, though it may declare fewer.

    Raises:
        TypeError: it cannot be called, or wants more.
    """
    if not callable(function):
        raise TypeError(f"{caller}: the handler must be a function, got {type(function).__name__}")
    needed, most = _positional(function)
    if needed > count:
        raise TypeError(f"{caller}: the handler takes {needed} arguments, but is called with {count}")
    return function if most >= count else lambda *args: function(*args[:most])


def where(function: object) -> tuple[str, str, int]:
    """Return a function's name, file and line, as far as they are known."""
    function = getattr(function, "__wrapped__", function)
    code = getattr(function, "__code__", None)
    name = getattr(function, "__qualname__", None) or type(function).__name__
    if name.startswith("@"):  # emitted code, whose functions have numbers and, some, a name
        name = name.split(".", 2)[2] if name.count(".") > 1 else "function"
    return (name, code.co_filename, code.co_firstlineno) if isinstance(code, CodeType) else (name, "", 0)


def _positional(function: Callable[..., object]) -> tuple[int, int]:
    """Return how many positional arguments a function needs, and how many it takes at most."""
    bound = getattr(function, "__self__", None) is not None
    plain = getattr(function, "__func__", function)
    code = getattr(plain, "__code__", None)
    if code is None:  # an object that can be called
        plain, bound = type(function).__call__, True
        code = getattr(plain, "__code__", None)
    if isinstance(code, CodeType):
        most = max(0, code.co_argcount - bound)
        needed = max(0, most - len(getattr(plain, "__defaults__", None) or ()))
        return needed, sys.maxsize if code.co_flags & CO_VARARGS else most
    import inspect  # here: it is slow to load, and few handlers are other callables than functions

    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return 0, sys.maxsize  # some functions of the machine do not tell
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return 0, sys.maxsize
    places = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return sum(p.default is p.empty for p in places), len(places)
