"""Serves a folder on the loopback address as any static host would, for `build.py serve`, tests and benchmarks."""

from __future__ import annotations

import errno
import functools
import sys
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

__all__ = ["listen"]

TRIES = 50


class Handler(SimpleHTTPRequestHandler):
    """Answers with the files below one folder, at the paths below `prefix`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each file waits 40 ms for the acknowledgment of its header
    extensions_map: ClassVar = {
        ".css": "text/css",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript",
        ".json": "application/json",
        ".mjs": "text/javascript",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
        ".zip": "application/zip",
        "": "application/octet-stream",
    }

    def __init__(self, *args, prefix: str, headers: dict[str, str], log: Callable[[str], None], **kwargs) -> None:
        self.prefix, self.extra_headers, self.log = prefix, headers, log
        super().__init__(*args, **kwargs)

    def send_head(self):
        if not self.path.startswith(self.prefix):
            return self.send_error(404)
        self.path = "/" + self.path.removeprefix(self.prefix)
        return super().send_head()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")  # ask again, so that a new build is seen at once
        for name, value in self.extra_headers.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, pattern: str, *args: object) -> None:
        self.log(pattern % args)


class Server(ThreadingHTTPServer):
    """Says nothing when a browser drops a connection that it does not need any more."""

    def handle_error(self, request, client_address) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def listen(
    folder: Path,
    port: int = 0,
    *,
    prefix: str = "/",
    headers: dict[str, str] | None = None,
    log: Callable[[str], None] = print,
) -> Server:
    """Return a server of the folder that listens on the port or, when that is taken, on the next free one."""
    handler = functools.partial(Handler, directory=str(folder), prefix=prefix, headers=headers or {}, log=log)
    for candidate in range(port, port + TRIES):
        try:
            return Server(("127.0.0.1", candidate), handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise SystemExit(f"no free port from {port} to {port + TRIES - 1}")
