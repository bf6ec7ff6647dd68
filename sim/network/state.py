"""Names the states of a TCP connection, and holds the table of what leads from one to another (RFC 9293, 3.3.2)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = [
    "CLOSED",
    "FIN_WAIT_2",
    "RECEIVING",
    "SENDING",
    "SYN_RECEIVED",
    "SYN_SENT",
    "TIME_WAIT",
    "TRANSITIONS",
    "Occurrence",
    "State",
]


class State(StrEnum):
    """The states of RFC 9293, 3.3.2 (listening is a matter of the host)."""

    CLOSED = "CLOSED"
    SYN_SENT = "SYN_SENT"
    SYN_RECEIVED = "SYN_RECEIVED"
    ESTABLISHED = "ESTABLISHED"
    FIN_WAIT_1 = "FIN_WAIT_1"
    FIN_WAIT_2 = "FIN_WAIT_2"
    CLOSE_WAIT = "CLOSE_WAIT"
    CLOSING = "CLOSING"
    LAST_ACK = "LAST_ACK"
    TIME_WAIT = "TIME_WAIT"


class Occurrence(StrEnum):
    """What moves a connection from one state to another."""

    ACTIVE_OPEN = "active open"
    PASSIVE_OPEN = "passive open"
    HANDSHAKE_DONE = "handshake done"
    SENT_FIN = "sent FIN"
    GOT_FIN = "got FIN"
    FIN_ACKED = "our FIN was acknowledged"


_S, _O = State, Occurrence

TRANSITIONS: Final[dict[State, dict[Occurrence, State]]] = {  # RFC 9293, figure 5
    _S.CLOSED: {_O.ACTIVE_OPEN: _S.SYN_SENT, _O.PASSIVE_OPEN: _S.SYN_RECEIVED},
    _S.SYN_SENT: {_O.HANDSHAKE_DONE: _S.ESTABLISHED},
    _S.SYN_RECEIVED: {_O.HANDSHAKE_DONE: _S.ESTABLISHED},
    _S.ESTABLISHED: {_O.SENT_FIN: _S.FIN_WAIT_1, _O.GOT_FIN: _S.CLOSE_WAIT},
    _S.FIN_WAIT_1: {_O.FIN_ACKED: _S.FIN_WAIT_2, _O.GOT_FIN: _S.CLOSING},
    _S.FIN_WAIT_2: {_O.GOT_FIN: _S.TIME_WAIT},
    _S.CLOSE_WAIT: {_O.SENT_FIN: _S.LAST_ACK},
    _S.CLOSING: {_O.FIN_ACKED: _S.TIME_WAIT},
    _S.LAST_ACK: {_O.FIN_ACKED: _S.CLOSED},
    _S.TIME_WAIT: {},
}

# As plain names: an enum's look-up costs on every segment
CLOSED: Final = State.CLOSED
SYN_SENT: Final = State.SYN_SENT
SYN_RECEIVED: Final = State.SYN_RECEIVED
FIN_WAIT_2: Final = State.FIN_WAIT_2
TIME_WAIT: Final = State.TIME_WAIT

SENDING: Final = frozenset({_S.ESTABLISHED, _S.CLOSE_WAIT})
RECEIVING: Final = frozenset({_S.ESTABLISHED, _S.FIN_WAIT_1, _S.FIN_WAIT_2})
