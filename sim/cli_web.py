"""Carries out the command `web`: serves the page itself, without the network of the world outside."""

from __future__ import annotations

import argparse

from sim.cli import MAX_PORT, UsageError
from sim.website import SiteError, find_site, listen

__all__ = ["web"]


def web(options: argparse.Namespace) -> int:
    """Serve the built site until Ctrl-C; the exit code (docs/reference/cli.md)."""
    if not 0 <= options.port <= MAX_PORT:
        raise UsageError(f"--port must be between 0 and {MAX_PORT}, got {options.port}")
    try:
        server = listen(find_site(), options.port, log=lambda line: None)
    except SiteError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"cannot listen on port {options.port}: {error.strerror}") from None
    with server:
        address = f"http://127.0.0.1:{server.server_port}/"
        print(f"mos-sim is at {address} (stop with Ctrl+C)", flush=True)
        if options.open:
            import webbrowser

            webbrowser.open(address)
        server.serve_forever()
    return 0
