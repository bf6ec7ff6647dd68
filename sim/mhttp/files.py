"""Answers requests for files, as the library does where no endpoint matches; a file system is names and their bytes.

Tests/vectors: http-default. Differs from upstream: a directory without an index page is 404, there is no listing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from sim.mhttp.message import RequestHead, find_field
from sim.mhttp.writer import write_error, write_response
from sim.profile import Profile

__all__ = ["EPOCH_S", "content_type", "find_file", "serve_file"]

EPOCH_S: Final = 1_488_326_400
"""When the files were written, in seconds since 1970: 1 March 2017, which is virtual time 0."""

INDEX_FILES: Final = ("index.html", "index.htm", "index.shtml", "index.cgi", "index.php")
ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATE: Final = re.compile(r"[A-Za-z]{3}, ([0-9]{2}) ([A-Za-z]{3}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT")
RANGE: Final = re.compile(rb"bytes=([0-9]{0,18})-([0-9]{0,18})")

TYPES: Final = {  # as the library names them
    "html": "text/html",
    "htm": "text/html",
    "shtml": "text/html",
    "css": "text/css",
    "js": "application/x-javascript",
    "mjs": "application/x-javascript",
    "json": "application/json",
    "ico": "image/x-icon",
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "xml": "text/xml",
    "wasm": "application/wasm",
    "pdf": "application/pdf",
    "zip": "application/x-zip-compressed",
    "gz": "application/x-gunzip",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "webm": "video/webm",
}


def content_type(name: str) -> str:
    """Return the media type that the library gives a file of this name."""
    return TYPES.get(name.rpartition(".")[2].lower(), "text/plain")


def find_file(uri: bytes, files: Mapping[str, bytes]) -> str | None:
    """Return the name of the file that a URI means; a directory's name ends in `/`, and None is no file at all.

    `..` cannot leave the root: such steps are left out.
    """
    path = ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), uri).decode("utf-8", "surrogateescape")
    steps = [step for step in path.replace("\\", "/").split("/") if step not in ("", ".", "..")]
    name = "/".join(steps)
    if name in files and not path.endswith("/"):
        return name
    folder = f"{name}/" if name else ""
    if folder and not any(other.startswith(folder) for other in files):
        return None
    if folder and not path.endswith("/"):
        return folder
    return next((folder + index for index in INDEX_FILES if folder + index in files), None)


def http_date(seconds: int) -> str:
    """Return a time in seconds since 1970 as HTTP writes it (RFC 9110, 5.6.7), whatever the machine's locale."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{DAYS[at.weekday()]}, {at.day:02} {MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S} GMT"


def parse_http_date(text: str) -> float:
    """Return an HTTP date in seconds since 1970, 0 if it is none."""
    match = DATE.fullmatch(text.strip())
    if match is None or match[2] not in MONTHS:
        return 0
    day, month, year = int(match[1]), MONTHS.index(match[2]) + 1, int(match[3])
    try:
        return datetime(year, month, day, int(match[4]), int(match[5]), int(match[6]), tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return 0


def serve_file(head: RequestHead, files: Mapping[str, bytes], now_us: int, profile: Profile) -> tuple[bytes, bool]:
    """Return the answer to a request that no endpoint takes, and whether the connection is closed behind it."""
    if head.method == b"OPTIONS":
        fields = [("Server", profile.server)] if profile.options_name_server else []
        return write_response(200, [*fields, ("Allow", "GET, POST, HEAD, CONNECT, OPTIONS")]), True
    name = find_file(head.uri, files)
    if name is None:
        return write_error(404, profile.server), True
    if name.endswith("/"):
        return write_response(301, [("Location", f"/{name}"), ("Content-Length", "0")]), False
    return _content(head, name, files[name], now_us, profile), False


def _content(head: RequestHead, name: str, data: bytes, now_us: int, profile: Profile) -> bytes:
    etag = f'"{EPOCH_S:x}.{len(data)}"'
    if _is_known(head, etag):
        return write_response(304, [("Server", profile.server), ("Etag", etag)])
    status, part, extra = _select(head, data)
    fields = [
        ("Server", profile.server),
        ("Date", http_date(EPOCH_S + now_us // 1_000_000)),
        ("Last-Modified", http_date(EPOCH_S)),
        ("Accept-Ranges", "bytes"),
        ("Content-Type", content_type(name)),
        ("Connection", "keep-alive"),
        ("Content-Length", str(len(part))),
        *extra,
        ("Etag", etag),
    ]
    return write_response(status, fields, b"" if head.method == b"HEAD" else part)


def _is_known(head: RequestHead, etag: str) -> bool:
    """Tell whether the client has this version (RFC 9110, 13.1)."""
    known = find_field(head.headers, b"if-none-match")
    if known is not None:
        return known == b"*" or etag.encode("ascii") in [tag.strip() for tag in known.split(b",")]
    since = find_field(head.headers, b"if-modified-since")
    return since is not None and parse_http_date(since.decode("latin-1")) >= EPOCH_S


def _select(head: RequestHead, data: bytes) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Return status, bytes and further fields for the range that is asked for (RFC 9110, 14.2)."""
    match = RANGE.fullmatch(find_field(head.headers, b"range") or b"")
    size = len(data)
    is_backwards = match is not None and match[1] and match[2] and int(match[1]) > int(match[2])
    if match is None or not (match[1] or match[2]) or is_backwards:
        return 200, data, []  # invalid, and so ignored (RFC 9110, 14.2)
    if match[1]:
        start, end = int(match[1]), min(int(match[2]) if match[2] else size - 1, size - 1)
    else:
        start, end = max(0, size - int(match[2])), size - 1
    if start > end:
        return 416, b"", [("Content-Range", f"bytes */{size}")]
    return 206, data[start : end + 1], [("Content-Range", f"bytes {start}-{end}/{size}")]
