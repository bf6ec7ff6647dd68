"""Puts the bodies of messages into archives: text as text, all else as base64."""

from __future__ import annotations

import zlib
from base64 import b64encode
from typing import Final
from urllib.parse import unquote_plus

from sim.export.head import Fields, value_of

__all__ = ["content_of", "post_data_of", "unpacked"]

FORM: Final = "application/x-www-form-urlencoded"
UNKNOWN: Final = "x-unknown"

MOST_UNPACKED: Final = 16 << 20
"""A compressed body that is longer than this many bytes stays as it is: a few bytes may stand for gigabytes."""

GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS


def content_of(fields: Fields, body: bytes) -> dict[str, object]:
    """Return the body of a response, unpacked if it was compressed."""
    plain = unpacked(value_of(fields, "content-encoding"), body)
    content: dict[str, object] = {"size": len(plain), "mimeType": value_of(fields, "content-type") or UNKNOWN}
    if plain is not body:
        content["compression"] = len(plain) - len(body)
    if body:
        content["text"], is_text = _text(plain)
        if not is_text:
            content["encoding"] = "base64"
    return content


def post_data_of(fields: Fields, body: bytes) -> dict[str, object]:
    """Return the body of a request. The format has no bytes here, so `_encoding` says when the text is base64."""
    kind = value_of(fields, "content-type")
    text, is_text = _text(body)
    out: dict[str, object] = {"mimeType": kind or UNKNOWN, "text": text}
    if not is_text:
        out["_encoding"] = "base64"
    elif kind.partition(";")[0].strip().lower() == FORM:
        pairs = [part.partition("=") for part in text.split("&") if part]
        out["params"] = [{"name": unquote_plus(name), "value": unquote_plus(value)} for name, _, value in pairs]
    return out


def _text(data: bytes) -> tuple[str, bool]:
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        return b64encode(data).decode("ascii"), False


def unpacked(coding: str, body: bytes) -> bytes:
    """Return a body as it was before it was compressed, if that can be undone."""
    if coding.lower() not in ("gzip", "x-gzip", "deflate") or not body:
        return body
    unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
    try:
        plain = unpacker.decompress(body, MOST_UNPACKED)
    except zlib.error:
        return body
    return plain if unpacker.eof else body
