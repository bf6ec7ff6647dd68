"""Is the firmware's `URL`: takes a URL apart as the later API's own library does (tests/vectors: url-parse)."""

from __future__ import annotations

__all__ = ["URL"]


class URL:
    """Only `http://` and `https://` in lower case are understood; everything up to the first slash is the address."""

    def parse(self, url: str) -> dict[str, object]:
        """Return `ssl`, `addr` (host and port) and `uri` of a URL.

        Raises:
            TypeError: it is no text.
        """
        if not isinstance(url, str):
            raise TypeError(f"URL.parse: url must be a str, got {type(url).__name__}")
        ssl = url.startswith("https://")
        rest = url[8:] if ssl else url.removeprefix("http://")
        addr, slash, path = rest.partition("/")
        if ":" not in addr:
            addr += ":443" if ssl else ":80"
        return {"ssl": ssl, "addr": addr, "uri": slash + path if slash else "/"}
