"""Names what goes wrong between who asks the engine and a device."""

from __future__ import annotations

__all__ = ["NoAnswer", "SimError", "StartError"]


class SimError(Exception):
    """What went wrong between a test and its device."""


class NoAnswer(SimError):
    """The device did not answer in time, or the connection was over before; the text says what the device did last.

    `kind` is `timeout`, `connect` (there was no connection) or `closed`.
    """

    def __init__(self, text: str, kind: str = "timeout") -> None:
        super().__init__(text)
        self.kind = kind

    def __reduce__(self) -> tuple[type[NoAnswer], tuple[str, str]]:
        return NoAnswer, (str(self), self.kind)


class StartError(SimError):
    """The firmware of a device failed to start."""
