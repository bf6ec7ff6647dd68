"""Is the firmware's `Log`: lines of several levels, kept in the trace up to the level that is configured."""

from __future__ import annotations

from typing import Final

from sim.api.config import Config
from sim.api.context import Context
from sim.api.events import Event, LogLine
from sim.event import DeviceLogged

__all__ = ["Log"]


class Log:
    """The log. What is above `debug.level` is dropped."""

    ERROR: Final = 0
    WARN: Final = 1
    INFO: Final = 2
    DEBUG: Final = 3
    VERBOSE_DEBUG: Final = 4

    def __init__(self, context: Context, config: Config, event: Event) -> None:
        self._context = context
        self._config = config
        self._event = event
        self._is_telling = False
        for file, text in config.complaints:
            self._emit(self.ERROR, text, file, 0)

    def print(self, level: int, msg: str) -> None:
        """Write a line with the file and line of the firmware that calls, if its level is at most `debug.level`.

        Handlers of `Event.LOG` are called with it, but not for what they write themselves.

        Raises:
            TypeError: the level is no `int`, or the message no text.
        """
        if not isinstance(level, int):
            raise TypeError(f"Log.print: level must be an int, got {type(level).__name__}")
        if not isinstance(msg, str):
            raise TypeError(f"Log.print: msg must be a str, got {type(msg).__name__}")
        self._emit(level, msg, *self._context.caller())

    def error(self, msg: str) -> None:
        """Write a line of level ERROR."""
        self.print(self.ERROR, msg)

    def warn(self, msg: str) -> None:
        """Write a line of level WARN."""
        self.print(self.WARN, msg)

    def info(self, msg: str) -> None:
        """Write a line of level INFO."""
        self.print(self.INFO, msg)

    def debug(self, msg: str) -> None:
        """Write a line of level DEBUG."""
        self.print(self.DEBUG, msg)

    def verboseDebug(self, msg: str) -> None:
        """Write a line of level VERBOSE_DEBUG."""
        self.print(self.VERBOSE_DEBUG, msg)

    def _emit(self, level: int, text: str, file: str, line: int) -> None:
        if level > int(str(self._config.get("debug.level"))):
            return
        context = self._context
        context.trace.emit(DeviceLogged(context.host.name, level, file, line, text))
        if not self._is_telling:
            self._is_telling = True
            try:
                self._event.trigger(Event.LOG, LogLine(level, text))
            finally:
                self._is_telling = False
