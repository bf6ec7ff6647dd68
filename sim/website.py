"""Finds the built site, and serves folders on the loopback address as any static host would."""

from __future__ import annotations

import errno
import functools
import sys
from collections.abc import Callable, Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

__all__ = ["SiteError", "find_site", "listen"]

HERE: Final = Path(__file__).resolve().parent

TRIES: Final = 50
MAX_PORT: Final = 65535

TYPES: Final = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".whl": "application/zip",
    ".xml": "application/xml",
    ".zip": "application/zip",
    "": "application/octet-stream",
}


class SiteError(Exception):
    """There is no built site, or no port for it."""


def find_site() -> Path:
    """Return the folder of the built site: `dist` in a copy of the repository, else the one that the package carries.

    Raises:
        SiteError: there is none.
    """
    is_checkout = (HERE.parent / "build.py").exists()
    folder = HERE.parent / "dist" if is_checkout else HERE / "site"
    if not (folder / "index.html").exists():
        hint = "python3 build.py build makes it"
        if not is_checkout:
            hint = "this installation of mos-sim came without it; the package that build.py package makes has it"
        raise SiteError(f"there is no site in {folder}: {hint}")
    return folder


class Handler(SimpleHTTPRequestHandler):
    """Answers with the files below one folder, at the paths below `prefix`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each file waits 40 ms for the acknowledgment of its header
    extensions_map = TYPES

    def __init__(
        self, *args: Any, prefix: str, headers: Mapping[str, str], log: Callable[[str], None], **named: Any
    ) -> None:
        self.prefix, self.extra_headers, self.log = prefix, headers, log
        super().__init__(*args, **named)

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Answer 404 outside of the prefix; else as below the folder itself."""
        if not self.path.startswith(self.prefix):
            self.send_error(404)
            return None
        self.path = "/" + self.path.removeprefix(self.prefix)
        return super().send_head()

    def end_headers(self) -> None:
        """Add the fields of every answer."""
        self.send_header("Cache-Control", "no-cache")  # ask again, so that a new build is seen at once
        for name, value in self.extra_headers.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, pattern: str, *args: object) -> None:
        """Pass a line on."""
        self.log(pattern % args)


class Server(ThreadingHTTPServer):
    """Says nothing when a browser drops a connection that it does not need any more."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of all other errors."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def listen(
    folder: Path,
    port: int = 0,
    *,
    prefix: str = "/",
    headers: Mapping[str, str] | None = None,
    log: Callable[[str], None] = print,
) -> Server:
    """Return a server of the folder that listens on the port or, when that is taken, on the next free one.

    Raises:
        SiteError: none of the next ports is free.
    """
    handler = functools.partial(Handler, directory=str(folder), prefix=prefix, headers=headers or {}, log=log)
    last = min(port + TRIES - 1, MAX_PORT)
    for candidate in range(port, last + 1):
        try:
            return Server(("127.0.0.1", candidate), handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise SiteError(f"no free port from {port} to {last}")
