"""Writes what the page wants to take away: exchanges as code, and a description of the device."""

from __future__ import annotations

from typing import Protocol

from sim.bridge.message import BridgeError, Message, text_of
from sim.network.network import Network

__all__ = ["Exports"]


class Owner(Protocol):
    """What has the network."""

    @property
    def network(self) -> Network:
        """The network."""


class Exports:
    """Reads the trace of the network, and changes nothing. What it needs for that is loaded when it is wanted."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def code(self, message: Message) -> dict[str, object]:
        """Return code that makes the exchanges of some records again.

        Raises:
            BridgeError: there is nothing that can be made again, or the message is none.
        """
        from sim.export.code import to_code

        records = message.get("records")
        if not isinstance(records, list) or not all(type(one) is int for one in records):
            raise BridgeError("records must be a list of numbers")
        form, firmware = text_of(message, "form"), text_of(message, "firmware", "init.js")
        try:
            text = to_code(self._owner.network.trace, form, selected=frozenset(records), firmware=firmware)
        except ValueError as error:
            raise BridgeError(str(error)) from error
        return {"text": text}

    def openapi(self, message: Message) -> dict[str, object]:
        """Return the description of the device as OpenAPI, of what the trace still holds."""
        from sim.export import to_openapi

        return {"text": to_openapi(self._owner.network.trace)}
