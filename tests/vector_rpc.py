"""Plays the RPC cases of tests/vectors: a device with the methods that were registered, and a peer's bytes.

The one seam: a device has more built-in methods than the build that was observed, so these are taken off its list, and
the methods of the cases work on JSON text, as C does.
"""

from __future__ import annotations

import re
from typing import Any, Final

from sim.device import Device
from sim.network.network import Network
from sim.peer import Peer
from sim.profile import Profile
from tests.vector_case import Case

__all__ = ["RPC_KINDS", "play_rpc", "rpc_view"]

RPC_KINDS: Final = ("rpc-http", "rpc-ws")
MS: Final = 1000
SETTLE_US: Final = 50 * MS
AFTER_SCRIPT_US: Final = 500 * MS

FIRMWARE: Final = r"""
import json
from sim.api.rpc import Method
from sim.rpc import Failure, read_fields, scan_value

def echo(params, source):
    if not params:
        return 'null'
    return params if scan_value(params) == len(params) else ''

def total(params, source):
    fields = read_fields(params) or {}
    if 'a' not in fields or 'b' not in fields:
        return Failure(400, 'a and b are required')
    return str(int(float(fields['a']) + float(fields['b'])))

def fail(params, source):
    code = int((read_fields(params) or {}).get('code', -1))
    return Failure(code, 'failure %d' % code)

server = RPC._server
server.methods[:] = [m for m in server.methods if m.name.startswith('RPC.')]
for name, args, run in (
    ('Test.Echo', '', echo),
    ('Test.Sum', '{a: %lf, b: %lf}', total),
    ('Test.Fail', '{code: %d}', fail),
    ('Test.FailNoMsg', '', lambda params, source: Failure(500)),
    ('Test.Null', '', lambda params, source: 'null'),
    ('Test.Str', '', lambda params, source: json.dumps('a "q" \n')),
):
    server.add(Method(name, args, run))
"""

SERVER: Final = re.compile(r"Server: Mongoose/[0-9.]+")
PING: Final = re.compile(r'Content-Length: (?:[0-9]+|<n>)(?=(?:(?!\r\n\r\n).)*\r\n\r\n\{"channel_info")', re.DOTALL)
ADDRESS: Final = re.compile(r'"channel_info": "[^"]*"')


def play_rpc(case: Case, profile: Profile) -> dict[str, Any]:
    """Play a case on a device of a profile; what its peer received, and who closed."""
    network = Network()
    device = Device(network, {"init.py": FIRMWARE}, name=case["setup"]["device_id"], profile=profile)
    assert device.boot()
    stream = Peer(network).connect(device.address)
    clock = network.clock
    clock.run_until(clock.now_us + SETTLE_US)
    for step in case["peer"]:
        if step["op"] == "send" and stream.is_open:
            stream.send(step["data"].encode("latin-1"))
            clock.run_until(clock.now_us + SETTLE_US)
        elif step["op"] == "wait":
            clock.run_until(clock.now_us + step["ms"] * MS)
        elif step["op"] != "send":
            raise ValueError(f"no such step in an RPC case: {step}")
    clock.run_until(clock.now_us + AFTER_SCRIPT_US)
    has_ended = stream.got_eof or stream.lost is not None
    return {"received": stream.received.decode("latin-1"), "closed_by": "library" if has_ended else "nobody"}


def rpc_view(seen: dict[str, Any]) -> dict[str, Any]:
    """Return what is compared: without the version's name and the peer's address."""
    text = ADDRESS.sub('"channel_info": "<address>"', SERVER.sub("Server: <version>", seen["received"]))
    return {"received": PING.sub("Content-Length: <n>", text), "closed_by": seen["closed_by"]}
