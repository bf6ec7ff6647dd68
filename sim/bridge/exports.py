"""Writes what the page wants to take away: exchanges as code, and a description of the device."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from sim.bridge.message import BridgeError, Message, text_of
from sim.network.network import Network
from sim.trace import Record

__all__ = ["Exports"]

TITLE: Final = "A run of a simulated device"


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

        records = numbers_of(message.get("records"), "records")
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

    def trace(self, message: Message) -> dict[str, object]:
        """Write what the trace holds, or some of its connections, to a new file: the `path` is who asks to delete.

        Raises:
            BridgeError: there is no such form, or the connections are none.
        """
        from tempfile import NamedTemporaryFile

        from sim.export import of_connections, to_har, to_jsonl, to_pcapng, to_report

        writers: dict[str, Callable[[Iterable[Record]], str | bytes]] = {
            "pcapng": to_pcapng,
            "har": lambda records: to_har(records, text_of(message, "version", "")),
            "jsonl": to_jsonl,
            "html": lambda records: to_report(records, TITLE),
        }
        form = text_of(message, "form")
        if form not in writers:
            raise BridgeError(f"'form' must be one of {', '.join(writers)}, got {form!r}")
        connections = message.get("connections")
        records: Iterable[Record] = self._owner.network.trace
        if connections is not None:
            records = of_connections(records, numbers_of(connections, "connections"))
        written = writers[form](records)
        with NamedTemporaryFile(delete=False) as file:
            file.write(written.encode("utf-8", "surrogatepass") if isinstance(written, str) else written)
        return {"path": file.name}


def numbers_of(value: object, field: str) -> list[int]:
    """Return a field that is a list of numbers."""
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        raise BridgeError(f"{field} must be a list of numbers")
    return value
