"""Reads what archives tell of the head of a message: fields, cookies, address."""

from __future__ import annotations

import re
from typing import Final, TypeAlias
from urllib.parse import quote, unquote_plus, urlsplit

from sim.mhttp.head import strict_request, strict_response
from sim.mhttp.message import Malformed
from sim.mhttp.slices import slice_head

__all__ = ["Fields", "cookies_of", "parse_head", "query_of", "set_cookies_of", "text_of", "url_of", "value_of"]

Fields: TypeAlias = list[tuple[str, str]]

ALLOWED: Final = "/?:@!$&'()*+,;=-._~%#[]"
"""Characters that stay as they are in an address; the rest is escaped."""

IN_PATH: Final = ALLOWED.translate({ord(char): None for char in "#[]"})
AUTHORITY: Final = re.compile(r"[A-Za-z0-9._~-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def parse_head(head: bytes, is_request: bool) -> Fields:
    """Return the fields of a head, also of one that only the C library takes for one."""
    parsed = strict_request(head) if is_request else strict_response(head)
    if isinstance(parsed, Malformed):
        slices = slice_head(head, is_request)
        if slices is None:
            return []
        parsed = slices.read(head)
    return [(text_of(name), text_of(value)) for name, value in parsed.headers]


def text_of(data: bytes) -> str:
    """Return bytes as text: UTF-8, or else latin-1, which is always possible."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def value_of(fields: Fields, name: str) -> str:
    """Return the value of the first field of that name, empty if there is none."""
    return next((value for key, value in fields if key.lower() == name), "")


def url_of(scheme: str, host: str, target: str) -> str:
    """Return the address of a request; what may not stand in an address is escaped."""
    text = target.encode("utf-8", "surrogateescape")
    if SCHEME.match(target):
        return STRAY_PERCENT.sub("%25", quote(text, safe=IN_PATH))
    authority = host if AUTHORITY.fullmatch(host) else "invalid"
    path = STRAY_PERCENT.sub("%25", quote(text, safe=IN_PATH))
    return f"{scheme}://{authority}{'' if path.startswith('/') else '/'}{path}"


def query_of(url: str) -> list[dict[str, object]]:
    """Return the pairs behind the `?` of an address."""
    parts = [part.partition("=") for part in urlsplit(url).query.split("&") if part]
    return [{"name": unquote_plus(name), "value": unquote_plus(value)} for name, _, value in parts]


def cookies_of(fields: Fields) -> list[dict[str, object]]:
    """Return the cookies that a client sent."""
    texts = [value for name, value in fields if name.lower() == "cookie"]
    parts = [part.strip().partition("=") for text in texts for part in text.split(";") if part.strip()]
    return [{"name": name, "value": value} for name, _, value in parts]


def set_cookies_of(fields: Fields) -> list[dict[str, object]]:
    """Return the cookies that a server set, with path, domain and marks."""
    out: list[dict[str, object]] = []
    for _, text in [field for field in fields if field[0].lower() == "set-cookie"]:
        first, *rest = [part.strip().partition("=") for part in text.split(";")]
        marks = {name.lower(): value for name, _, value in rest}
        cookie: dict[str, object] = {"name": first[0], "value": first[2]}
        cookie |= {name: marks[name] for name in ("path", "domain") if name in marks}
        cookie |= {"httpOnly": "httponly" in marks, "secure": "secure" in marks}
        out.append(cookie)
    return out
