"""Speaks HTTP/1.0 and HTTP/1.1 without I/O: bytes in, messages out, and back."""

from sim.mhttp.match import match_prefix
from sim.mhttp.message import Chunk, Limits, Malformed, Message, RequestHead, ResponseHead
from sim.mhttp.reader import MessageReader, Role
from sim.mhttp.writer import REASONS, write_error, write_request, write_response

__all__ = [
    "REASONS",
    "Chunk",
    "Limits",
    "Malformed",
    "Message",
    "MessageReader",
    "RequestHead",
    "ResponseHead",
    "Role",
    "match_prefix",
    "write_error",
    "write_request",
    "write_response",
]
