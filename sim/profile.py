"""Says in which points devices differ: every behaviour that depends on the library's version is one field here."""

from __future__ import annotations

from typing import Final

from sim.values import frozen

__all__ = ["DOCUMENTED", "MONGOOSE_6_7", "MONGOOSE_6_18", "PROFILES", "Profile"]


@frozen
class Profile:
    """How a device behaves where versions of the library differ or where it is known to misbehave."""

    name: str
    server: str
    """What the `Server` field of the library's own answers says."""
    reads_in_place: bool
    """HTTP and WebSocket are read in place, in the receive buffer, unchecked; else by RFC 9112 and RFC 6455."""
    read_size: int
    """Bytes that one EV_RECV brings at most; 0: a segment at a time."""
    datagram_size: int
    """Bytes of a datagram that are kept; 0: all."""
    empty_datagram_is_told: bool
    """An empty datagram raises EV_RECV."""
    udp_client_accumulates: bool
    """The receive buffer of a UDP connection that the firmware opened keeps the datagrams before the newest."""
    early_disconnect_is_silent: bool
    """A disconnect before EV_CONNECT, with nothing to send, makes EV_CLOSE the only event."""
    head_limit: int
    """An unfinished head of so many bytes closes the connection; 0: the device's own limit, answered 431."""
    one_message_per_receive: bool
    """Of several messages that arrive at once the first is delivered; each receive releases one more."""
    chunk_event_on_receive: bool
    """EV_CHUNK comes with every receive after a head, chunked or not, and BODY is then all that is buffered."""
    chunks_span_receives: bool
    """The chunks of one message may arrive in several receives."""
    chunk_size_digits: int
    """Hexadecimal digits that a chunk's size may have; 0: any number."""
    endpoint_gets_requests_only: bool
    """The firmware's endpoints get EV_REQUEST alone: the glue drops chunks, parts, WebSocket events and EV_CLOSE."""
    endpoint_gets_close: bool
    """The endpoint that took the newest request gets EV_CLOSE."""
    later_events_keep_userdata: bool
    """EV_CLOSE and the parts of a multipart request reach an endpoint with its own userdata, not the connection's."""
    multipart_is_parted: bool
    """A multipart request raises the events 121 to 125 instead of EV_REQUEST."""
    ws_done_has_data: bool
    """EV_WS_HANDSHAKE_DONE has event data."""
    ws_accepts_any_response: bool
    """Any response with `Sec-WebSocket-Accept` makes a client's connection a WebSocket, asked for or not."""
    ws_echoes_protocols: bool
    """The answer to a WebSocket handshake repeats the whole list of subprotocols."""
    ws_answers_control_frames: bool
    """A ping is answered by a pong, a close frame by a close frame."""
    ws_damages_fragments: bool
    """Fragments are joined where a counter overwrites them, and the opcode of the message is lost."""
    ws_ping_after_s: int
    """Whole seconds without traffic after which a WebSocket is pinged; 0: never."""
    ws_long_from: int
    """Payload length from which a frame is sent with a length of 64 bits."""
    comma_separates: bool
    """A comma separates the alternatives of an endpoint's pattern, as a bar does."""
    run_needs_character: bool
    """`*` or `**` at the end of a pattern takes at least one character."""
    dollar_is_literal: bool
    """`$` stands for the end only as a pattern's last character."""
    options_name_server: bool
    """The library's own answer to OPTIONS has a `Server` field."""


DOCUMENTED: Final = Profile(
    name="documented",
    server="Mongoose/6.7",
    reads_in_place=False,
    read_size=0,
    datagram_size=0,
    empty_datagram_is_told=True,
    udp_client_accumulates=True,
    early_disconnect_is_silent=False,
    head_limit=0,
    one_message_per_receive=False,
    chunk_event_on_receive=False,
    chunks_span_receives=True,
    chunk_size_digits=0,
    endpoint_gets_requests_only=False,
    endpoint_gets_close=True,
    later_events_keep_userdata=True,
    multipart_is_parted=False,
    ws_done_has_data=True,
    ws_accepts_any_response=False,
    ws_echoes_protocols=False,
    ws_answers_control_frames=True,
    ws_damages_fragments=False,
    ws_ping_after_s=0,
    ws_long_from=65536,
    comma_separates=False,
    run_needs_character=False,
    dollar_is_literal=False,
    options_name_server=True,
)
MONGOOSE_6_7: Final = Profile(
    name="mongoose-6.7",
    server="Mongoose/6.7",
    reads_in_place=True,
    read_size=1024,
    datagram_size=1500,
    empty_datagram_is_told=True,
    udp_client_accumulates=True,
    early_disconnect_is_silent=False,
    head_limit=1024,
    one_message_per_receive=True,
    chunk_event_on_receive=False,
    chunks_span_receives=True,
    chunk_size_digits=0,
    endpoint_gets_requests_only=True,
    endpoint_gets_close=False,
    later_events_keep_userdata=True,
    multipart_is_parted=True,
    ws_done_has_data=False,
    ws_accepts_any_response=True,
    ws_echoes_protocols=False,
    ws_answers_control_frames=False,
    ws_damages_fragments=True,
    ws_ping_after_s=5,
    ws_long_from=65535,
    comma_separates=False,
    run_needs_character=False,
    dollar_is_literal=False,
    options_name_server=False,
)
MONGOOSE_6_18: Final = Profile(
    name="mongoose-6.18",
    server="Mongoose/6.18",
    reads_in_place=True,
    read_size=1460,
    datagram_size=1460,
    empty_datagram_is_told=False,
    udp_client_accumulates=False,
    early_disconnect_is_silent=True,
    head_limit=1024,
    one_message_per_receive=False,
    chunk_event_on_receive=True,
    chunks_span_receives=False,
    chunk_size_digits=6,
    endpoint_gets_requests_only=False,
    endpoint_gets_close=True,
    later_events_keep_userdata=False,
    multipart_is_parted=True,
    ws_done_has_data=True,
    ws_accepts_any_response=False,
    ws_echoes_protocols=True,
    ws_answers_control_frames=True,
    ws_damages_fragments=False,
    ws_ping_after_s=5,
    ws_long_from=65535,
    comma_separates=True,
    run_needs_character=True,
    dollar_is_literal=True,
    options_name_server=True,
)
PROFILES: Final = {profile.name: profile for profile in (DOCUMENTED, MONGOOSE_6_7, MONGOOSE_6_18)}
