"""The fixtures work in a thread whose event loop runs, as in tests that also drive a browser."""

from __future__ import annotations

import asyncio
import urllib.request

from sim.testing import World
from sim.testing.backend import Native


def test_a_device_is_served_from_within_a_running_loop() -> None:
    async def serve() -> bytes:
        backend = Native(0)
        url = World(backend, 0).add_device({"init.js": "", "name.txt": "x"}).serve()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}/name.txt", timeout=20) as answer:
            data: bytes = answer.read()
        backend.close()
        return data

    loop = asyncio.new_event_loop()
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)  # that of another test's browser, if there is one
    try:
        assert loop.run_until_complete(serve()) == b"x"
    finally:
        asyncio._set_running_loop(running)
        loop.close()
