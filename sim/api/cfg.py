"""Is the firmware's `Cfg`: reads and changes the device's configuration."""

from __future__ import annotations

from sim.api.config import CONFIG_FILE, Config
from sim.api.context import Context
from sim.api.log import Log

__all__ = ["Cfg"]


class Cfg:
    """The configuration by paths such as `wifi.sta.ssid`."""

    def __init__(self, context: Context, config: Config, log: Log) -> None:
        self._context = context
        self._config = config
        self._log = log

    def get(self, path: str) -> str | int | float | bool | None:
        """Return a value; None (in mJS undefined) for what is an object, or not there. A text that is not set is "".

        Raises:
            TypeError: the path is no text.
        """
        if not isinstance(path, str):
            raise TypeError(f"Cfg.get: path must be a str, got {type(path).__name__}")
        value = self._config.get(path)
        return None if isinstance(value, dict) else value

    def set(self, obj: dict[str, object], save: bool = True) -> bool:
        """Change a part of the configuration.

        Args:
            obj: a tree of the keys that change, `{"wifi": {"sta": {"ssid": "home"}}}`. Keys that the configuration
                does not have change nothing; the log names them.
            save: also write `conf9.json`, so that the change outlives a reboot.

        Returns:
            False, and nothing is saved, if a value is of the wrong kind; the log names it.

        Raises:
            TypeError: the tree is no `dict`.
        """
        if not isinstance(obj, dict):
            raise TypeError(f"Cfg.set: obj must be a dict, got {type(obj).__name__}")
        complaints = self._config.apply(obj)
        for complaint in complaints:
            self._log.print(Log.WARN, f"Cfg.set: {complaint.text}")
        if any(complaint.is_wrong for complaint in complaints):
            return False
        if save:
            self._context.files[CONFIG_FILE] = self._config.to_file()
        return True
