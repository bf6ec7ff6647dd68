"""Reads HTTP and WebSocket as the C library does: in place, on the connection's receive buffer, with its faults.

This is the second way besides sim.api.exchange and sim.api.websocket; `Profile.reads_in_place` chooses it. What it
does is recorded in tests/vectors/mongoose. Where the library commits a memory error, any safe outcome stands for it.
"""
