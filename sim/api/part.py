"""Takes parts out of the messages that events bring: what `HTTP.param` gives, as bytes."""

from __future__ import annotations

from typing import Final

from sim.api.library.message import PlacedMessage
from sim.mhttp import Message, RequestHead
from sim.mhttp.websocket import Frame

__all__ = ["BODY", "MESSAGE", "message_part"]

METHOD: Final = 0
URI: Final = 1
PROTOCOL: Final = 2
BODY: Final = 3
MESSAGE: Final = 4
QUERY_STRING: Final = 5


def message_part(event_data: object, number: int) -> bytes | None:
    """Return a part of a message by its number, empty if it has no such part; of a frame BODY is the payload.

    None if the data of the event is neither.
    """
    if not isinstance(event_data, Message):
        if isinstance(event_data, PlacedMessage):
            return event_data.param(number)
        if isinstance(event_data, Frame):
            return event_data.payload if number == BODY else b""
        return None
    head = event_data.head
    if isinstance(head, RequestHead):
        if number == URI:
            return head.uri
        if number == QUERY_STRING:
            return head.query or b""
        if number == METHOD:
            return head.method
    if number == BODY:
        return event_data.body
    if number == MESSAGE:
        return event_data.data
    return head.protocol if number == PROTOCOL else b""
