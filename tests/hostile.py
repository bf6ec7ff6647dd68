"""Lists requests that are meant to confuse: what reaches the firmware of each, and how it must be refused.

Where a request could be read in two ways, a second one hides in what one reader takes for a body: `/hidden` must never
be answered after something ambiguous.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["CASES", "FIRMWARE", "Case", "statuses"]

FIRMWARE = """
def web(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        for part in range(-1, 8):
            HTTP.param(ev_data, part)
        print(HTTP.param(ev_data, HTTP.URI))
        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')

HTTP.add_endpoint(HTTP.get_system_server(), '/', web)
"""

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: device\r\n\r\n"


@dataclass(frozen=True)
class Case:
    """A request, the URIs that reach the firmware of it, and the status that it is refused with, if it is."""

    name: str
    wire: bytes
    uris: tuple[str, ...] = ()
    refused: int | None = 400

    @property
    def expected(self) -> list[int]:
        """The statuses of all answers."""
        return [200] * len(self.uris) + ([] if self.refused is None else [self.refused])


def statuses(answer: bytes) -> list[int]:
    """Return the statuses of the responses in some bytes; none of our bodies looks like a head."""
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def post(*fields: bytes, body: bytes = HIDDEN, version: bytes = b"HTTP/1.1") -> bytes:
    return b"".join([b"POST /a " + version + b"\r\nHost: device\r\n", *(f + b"\r\n" for f in fields), b"\r\n", body])


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)


SIZE = b"%d" % len(HIDDEN)
LENGTH = b"Content-Length: " + SIZE
CHUNKED = b"Transfer-Encoding: chunked"
LAST = b"0\r\n\r\n"
A = ("/a",)
BOTH = ("/a", "/hidden")
OWS = [b"", b" ", b"\t", b"  \t "]


def lengths() -> Iterator[Case]:
    """Yield all ways to write a Content-Length."""
    for before in OWS:
        for after in OWS:
            yield Case(f"length {before + SIZE + after!r}", post(b"Content-Length:" + before + SIZE + after), A, None)
    yield Case("length with zeros", post(b"Content-Length: 000" + SIZE), A, None)
    yield Case("length of many zeros", post(b"Content-Length: " + b"0" * 6000), BOTH, None)
    yield Case("length in capitals", post(LENGTH.upper()), A, None)
    yield Case("same length twice", post(LENGTH, LENGTH), A, None)
    for value in (
        *(
            b"+" + SIZE,
            b"-" + SIZE,
            b"-0",
            b"+0",
            b"0x" + SIZE,
            SIZE + b".0",
            SIZE + b"e0",
            SIZE + b";",
            b"'5'",
            b'"5"',
        ),
        *(SIZE + b"," + SIZE, SIZE + b", " + SIZE, b"0, " + SIZE, SIZE + b" 0", b"0 " + SIZE, b",", b"," + SIZE, b""),
        *(
            SIZE + b"_0",
            b"_" + SIZE,
            b"\xd9\xa5",
            b"\xef\xbc\x95",
            b"\xb2",
            SIZE + b"\xa0",
            b"five",
            b"NaN",
            b"inf",
            b"%35",
        ),
    ):
        yield Case(f"length {value!r}", post(b"Content-Length: " + value))
    for byte in (*range(9), 11, 12, 13, *range(14, 32), 127):
        for value in (bytes([byte]) + SIZE, SIZE + bytes([byte]), b"1" + bytes([byte]) + b"2"):
            yield Case(f"length {value!r}", post(b"Content-Length: " + value))
    for value in (2**20 + 1, 2**31, 2**32, 2**32 + 5, 2**63 - 1, 2**63, 2**64, 2**64 + 5, 10**19, 10**400):
        yield Case(f"length of {len(str(value))} digits, {value % 1000}", post(b"Content-Length: %d" % value), (), 413)


def two_lengths() -> Iterator[Case]:
    """Yield requests with two lengths, or one beside a transfer coding."""
    for other in (b"0", b"1", b"5", b"1" + SIZE, b"x", b"", b"-1"):
        yield Case(f"length, then {other!r}", post(LENGTH, b"Content-Length: " + other))
        yield Case(f"{other!r}, then length", post(b"Content-Length: " + other, LENGTH))
        yield Case(f"length, then {other!r} in capitals", post(LENGTH, b"CONTENT-LENGTH: " + other))
        yield Case(f"length, {other!r} far behind", post(LENGTH, *[b"X: y"] * 30, b"content-length: " + other))
    for coding in (
        CHUNKED,
        b"TRANSFER-ENCODING: CHUNKED",
        b"Transfer-Encoding:chunked",
        b"Transfer-Encoding:\tchunked \t",
    ):
        for length in (LENGTH, b"Content-Length: 0", b"Content-Length: 5", b"content-length: 6"):
            yield Case(f"{length!r}, then {coding!r}", post(length, coding, body=LAST + HIDDEN))
            yield Case(f"{coding!r}, then {length!r}", post(coding, length, body=LAST + HIDDEN))


def codings() -> Iterator[Case]:
    """Yield all ways to write a transfer coding."""
    for value in (b"chunked", b"CHUNKED", b"Chunked", b"chunked ", b"\tchunked\t", b"  chunked"):
        yield Case(f"coding {value!r}", post(b"Transfer-Encoding: " + value, body=LAST + HIDDEN), BOTH, None)
    for value in (
        *(
            b"identity",
            b"gzip",
            b"gzip, chunked",
            b"chunked, gzip",
            b"chunked, identity",
            b"identity, chunked",
            b"deflate",
        ),
        *(
            b"chunked, chunked",
            b"chunked,chunked",
            b"chunked;q=1",
            b"chunked;",
            b",chunked",
            b"chunked,",
            b", ,chunked",
        ),
        *(
            b"xchunked",
            b"chunkedx",
            b"chunke",
            b"chun ked",
            b'"chunked"',
            b"'chunked'",
            b"x",
            b"cow",
            b"",
            b"null",
            b"chunk",
        ),
        *(
            b"chunked\xa0",
            b"\xa0chunked",
            b"\xc2\xa0chunked",
            b"chun\xe9d",
            b"chunked\xff",
            b"chunked/1",
            b"(a) chunked",
        ),
    ):
        yield Case(f"coding {value!r}", post(b"Transfer-Encoding: " + value, body=LAST + HIDDEN), (), 501)
    for byte in (*range(9), 11, 12, 13, *range(14, 32), 127):
        for value in (bytes([byte]) + b"chunked", b"chunked" + bytes([byte]), b"chun" + bytes([byte]) + b"ked"):
            yield Case(f"coding {value!r}", post(b"Transfer-Encoding: " + value, body=LAST + HIDDEN))
    for other in (b"chunked", b"identity", b"x", b"gzip", b""):
        for first, second in {(b"chunked", other): 0, (other, b"chunked"): 0}:
            fields = [b"Transfer-Encoding: " + first, b"Transfer-Encoding: " + second]
            yield Case(f"coding {first!r}, then {second!r}", post(*fields, body=LAST + HIDDEN), (), 501)
    yield Case("coding in HTTP/1.0", post(CHUNKED, body=LAST + HIDDEN, version=b"HTTP/1.0"))
    yield Case("length and coding in HTTP/1.0", post(LENGTH, CHUNKED, body=LAST + HIDDEN, version=b"HTTP/1.0"))


def names() -> Iterator[Case]:
    """Yield names of fields that one reader may take for another name."""
    for field, body in ((LENGTH, HIDDEN), (CHUNKED, LAST + HIDDEN)):
        name, _, value = field.partition(b":")
        for wrong in (
            *(name + b" ", name + b"\t", name + b"\r", name + b"\n", b" " + name, b"\t" + name, b"X: y\r\n " + name),
            *(
                name + b"\x00",
                b"\x00" + name,
                name[:5] + b"\x00" + name[5:],
                name + b"\x0b",
                name + b"\xff",
                b"\xef\xbb\xbf" + name,
            ),
            *(
                b'"' + name + b'"',
                name + b"(a)",
                name[:7] + b" " + name[7:],
                b"X Y\r\n" + name,
                b": x\r\n" + name,
                name + b"@",
            ),
        ):
            yield Case(f"name {wrong!r}", post(wrong + b":" + value, body=body))
        yield Case(f"{name!r} without a colon", post(name, body=body))
        yield Case(f"{name!r} folded", post(name + b":\r\n " + value, body=body))
        yield Case(f"{name!r} folded with a tab", post(name + b":\r\n\t" + value, body=body))
        yield Case(f"{name!r} behind a bare CR", post(b"X: y\r" + field, body=body))
        yield Case(f"{name!r} behind an empty name", post(b":" + field, body=body))
        yield Case(f"{name!r} after a fold", post(b"X: y", b" z: w", field, body=body))


def chunks() -> Iterator[Case]:
    """Yield tricks with chunks; what is no chunk is refused before what follows it is read."""
    hello = chunk(b"hello")
    good = [
        ("one", hello + LAST),
        ("two", hello + hello + LAST),
        ("none", LAST),
        ("zeros", b"0005\r\nhello\r\n" + LAST),
        ("zeros at the end", hello + b"0000\r\n\r\n"),
        ("extension", b"5;a=b\r\nhello\r\n" + LAST),
        ("quoted extension", b'5;a="b;c"\r\nhello\r\n' + LAST),
        ("blank extension", b"5 ; a\r\nhello\r\n" + LAST),
        ("extension at the end", hello + b"0;a=b\r\n\r\n"),
        ("capitals", b"A\r\nhellohello\r\n" + LAST),
        ("trailer", hello + b"0\r\nX: y\r\n\r\n"),
        ("length as trailer", hello + b"0\r\nContent-Length: 50\r\n\r\n"),
        ("coding as trailer", hello + b"0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ]
    for name, body in good:
        yield Case(f"chunks: {name}", post(CHUNKED, body=body + HIDDEN), BOTH, None)
    sizes = (
        *(
            b"+5",
            b"-5",
            b"0x5",
            b"5h",
            b"g",
            b"",
            b" 5",
            b"\t5",
            b"5 5",
            b"5,5",
            b"5.",
            b"5_",
            b"_5",
            b"5\x00",
            b"\x005",
            b"5\x0b",
        ),
        *(
            b"-0",
            b"+0",
            b"--5",
            b"\xef\xbc\x95",
            b"5\xa0",
            b";",
            b";a",
            b" ",
            b"'5'",
            b"5\x7f",
            b"5\x1f",
            b"5;\x00",
            b"5;a\rb",
        ),
    )
    for size in sizes:
        yield Case(f"chunks: size {size!r}", post(CHUNKED, body=size + b"\r\nhello\r\n" + LAST + HIDDEN))
    for size in (b"100001", b"fffffff", b"ffffffff", b"80000000"):
        yield Case(f"chunks: size {size!r}", post(CHUNKED, body=size + b"\r\n" + HIDDEN), (), 413)
    for size in (b"100000005", b"ffffffffffffffff", b"10000000000000005", b"F" * 100):
        yield Case(f"chunks: size {size!r}", post(CHUNKED, body=size + b"\r\n" + HIDDEN))
    for name, body in (
        ("size ends with LF", b"5\nhello\r\n" + LAST),
        ("size ends with CR", b"5\rhello\r\n" + LAST),
        ("size ends with two CR", b"5\r\r\nhello\r\n" + LAST),
        ("data ends with LF", b"5\r\nhello\n" + LAST),
        ("data ends with CR", b"5\r\nhello\r" + LAST),
        ("data ends with nothing", b"5\r\nhello" + LAST),
        ("data ends with blanks", b"5\r\nhello  " + LAST),
        ("data is longer", b"5\r\nhello!\r\n" + LAST),
        ("data is shorter", b"5\r\nhell\r\n" + LAST),
        ("the end is LF", hello + b"0\n\n"),
        ("the end is CRLF, LF", hello + b"0\r\n\n"),
        ("trailer with NUL", hello + b"0\r\nX: \x00\r\n\r\n"),
        ("trailer with a bare CR", hello + b"0\r\nX: a\rb\r\n\r\n"),
        ("trailer without a colon", hello + b"0\r\n" + HIDDEN),
        ("trailer with a blank name", hello + b"0\r\nX Y: z\r\n\r\n"),
        ("trailer folded", hello + b"0\r\nX: y\r\n z\r\n\r\n"),
        ("long extension", b"5;" + b"a" * 300 + b"\r\nhello\r\n" + LAST),
        ("long trailer", hello + b"0\r\nX: " + b"a" * 300 + b"\r\n\r\n"),
    ):
        yield Case(f"chunks: {name}", post(CHUNKED, body=body + HIDDEN))
    yield Case("chunks: many trailers", post(CHUNKED, body=b"0\r\n" + b"X: y\r\n" * 2000), (), 431)


def heads() -> Iterator[Case]:
    """Yield request lines and heads that are none."""
    rest = b"\r\nHost: device\r\n\r\n"
    for line in (
        *(
            b"GET /",
            b"GET",
            b"/",
            b"GET  ",
            b"GET / HTTP/1.1 x",
            b"GET / HTTP/1.1\tx",
            b"GET / x HTTP/1.1",
            b"GET / HTTP/1,1",
        ),
        *(
            b"GET /\tHTTP/1.1",
            b"GET\t/ HTTP/1.1",
            b"GET /\x0bHTTP/1.1",
            b"GET\x0c/ HTTP/1.1",
            b"\tGET / HTTP/1.1",
            b"GET /\x00 HTTP/1.1",
        ),
        *(
            b"GET /a\x7f HTTP/1.1",
            b"G\x00T / HTTP/1.1",
            b"G(T / HTTP/1.1",
            b"G:T / HTTP/1.1",
            b"\xff / HTTP/1.1",
            b"\x00GET / HTTP/1.1",
        ),
        *(
            b"GET / http/1.1",
            b"GET / HTTP/11",
            b"GET / HTTP/1",
            b"GET / HTTP/1.10",
            b"GET / HTTP/ 1.1",
            b"GET / HTTP /1.1",
            b"GET / ICY/1.1",
        ),
        *(
            b"HTTP/1.1 200 OK",
            b"GET / HTTP/1.x",
            b"\x16\x03\x01\x02\x00\x01",
            b"GET / HTTP/1.1\rX: y",
            b"GET /\rHTTP/1.1",
        ),
        *(
            b"GET http://[::1 / HTTP/1.1",
            b"GET /a b HTTP/1.1",
            b"\xef\xbb\xbfGET / HTTP/1.1",
            b"(){:;}",
            b"<xml/>",
            b'{"a": 1}',
        ),
    ):
        yield Case(f"line {line!r}", line + rest + HIDDEN)
    for field in (
        *(
            b"X",
            b"X y",
            b": y",
            b" : y",
            b"X : y",
            b"X\t: y",
            b"X: a\x00b",
            b"X: a\rb",
            b"X: \x01",
            b"X: a\x7f",
            b"X\x00: y",
            b"(X): y",
        ),
        *(
            b"X\xff: y",
            b"X: y\r\n z",
            b"X: y\r\n\tz",
            b" X: y",
            b"\tX: y",
            b"X: y\r\n \r\nY: z",
            b"=",
            b"X=y",
            b"\x00",
            b"@: y",
        ),
    ):
        yield Case(f"field {field!r}", b"GET / HTTP/1.1\r\n" + field + rest + HIDDEN)
    yield Case("head too long", b"GET / HTTP/1.1\r\nX: " + b"y" * 8192 + rest + HIDDEN, (), 431)
    yield Case("head of many fields", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 2000 + b"\r\n" + HIDDEN, (), 431)
    yield Case("line too long", b"GET /" + b"a" * 9000 + b" HTTP/1.1" + rest + HIDDEN, (), 431)
    yield Case("line without end", b"A" * 100_000, (), 431)
    yield Case("only zeros", b"\x00" * 20_000, (), 431)
    yield Case("head that does not end", b"GET / HTTP/1.1\r\nX: y", (), None)
    yield Case("body that does not end", post(b"Content-Length: 100"), (), None)
    yield Case("chunk that does not end", post(CHUNKED, body=b"ff\r\n" + HIDDEN), (), None)
    yield Case("pipelined", HIDDEN * 50, ("/hidden",) * 50, None)
    yield Case("bare LF", b"GET /a HTTP/1.1\nHost: device\n\n" + HIDDEN, BOTH, None)
    yield Case("empty line before", b"\r\nGET /a HTTP/1.1\r\n\r\n" + HIDDEN, BOTH, None)
    yield Case("body of GET", b"GET /a HTTP/1.1\r\n" + LENGTH + b"\r\n\r\n" + HIDDEN, A, None)
    yield Case("body of HEAD", b"HEAD /a HTTP/1.1\r\n" + LENGTH + b"\r\n\r\n" + HIDDEN, A, None)
    yield Case("upgrade to what is not known", post(b"Upgrade: h2c", b"Connection: Upgrade", LENGTH), A, None)
    yield Case("expectation that is not known", post(b"Expect: 200-ok", LENGTH), A, None)
    yield Case("body of the longest length", post(b"Content-Length: 1048576", body=b"x" * 2**20) + HIDDEN, BOTH, None)
    yield Case("body one byte longer", post(b"Content-Length: 1048577", body=b"x" * 2**20) + HIDDEN, (), 413)
    yield Case("chunks of the longest length", post(CHUNKED, body=chunk(b"x" * 2**20) + LAST) + HIDDEN, BOTH, None)
    yield Case(
        "chunks one byte longer", post(CHUNKED, body=chunk(b"x" * 2**20) + chunk(b"x") + LAST) + HIDDEN, (), 413
    )


CASES = [case for make in (lengths, two_lengths, codings, names, chunks, heads) for case in make()]
