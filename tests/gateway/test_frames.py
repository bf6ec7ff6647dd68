"""A device's WebSocket keeps to RFC 6455, case by case, over a real port.

The cases follow the numbers of the Autobahn test suite: 1 to 7 and 10. Each has a connection of its own, on which the
firmware echoes messages; what must come back is every answer in order, then a close frame and the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.gateway.raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Raw, close, frame
from tests.gateway.served import Served

Answer = tuple[int, bytes]

HELLO = "Hello-µ@ßöäüàá-UTF-8!!".encode()
KOSME = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5"


@dataclass(frozen=True)
class Case:
    """What is sent, in which pieces, and what must come back before the end."""

    number: str
    pieces: tuple[bytes, ...]
    answers: tuple[Answer, ...] = ()
    code: int | None = 1000
    """Of the close frame that ends it; None: a close frame without a code."""


@dataclass
class Section:
    """Numbers its cases."""

    number: str
    cases: list[Case] = field(default_factory=list)

    def add(self, sent: Iterable[bytes] | bytes, answers: Iterable[Answer] = (), code: int | None = 1000) -> None:
        """Add a case; one that must end well is closed by the client."""
        pieces = (sent,) if isinstance(sent, bytes) else tuple(sent)
        number = f"{self.number}.{len(self.cases) + 1}"
        self.cases.append(Case(number, (*pieces, close()) if code == 1000 else pieces, tuple(answers), code))

    def bad(self, sent: Iterable[bytes] | bytes, answers: Iterable[Answer] = (), code: int = 1002) -> None:
        """Add a case in which the device must fail the connection."""
        self.add(sent, answers, code)


def chop(data: bytes, size: int = 1) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def text(*parts: bytes) -> list[bytes]:
    """Return a text message in as many fragments, in one piece each."""
    last = len(parts) - 1
    return [frame(CONTINUATION if i else TEXT, part, fin=i == last) for i, part in enumerate(parts)]


def framing() -> Iterator[Section]:
    for number, opcode in (("1.1", TEXT), ("1.2", BINARY)):
        section = Section(number)
        for size in (0, 125, 126, 127, 128, 65535, 65536):
            section.add(frame(opcode, b"*" * size), [(opcode, b"*" * size)])
        section.add(chop(frame(opcode, b"*" * 65536), 997), [(opcode, b"*" * 65536)])
        yield section


def pings() -> Iterator[Section]:
    section = Section("2")
    section.add(frame(PING), [(PONG, b"")])
    section.add(frame(PING, b"Hello, world!"), [(PONG, b"Hello, world!")])
    section.add(frame(PING, b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"), [(PONG, b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff")])
    section.add(frame(PING, b"\xfe" * 125), [(PONG, b"\xfe" * 125)])
    section.bad(frame(PING, b"\xfe" * 126))
    section.add(chop(frame(PING, b"\xfe" * 125)), [(PONG, b"\xfe" * 125)])
    section.add(frame(PONG))
    section.add(frame(PONG, b"unsolicited pong payload"))
    section.add(frame(PONG, b"unsolicited") + frame(PING, b"ping"), [(PONG, b"ping")])
    ten = [b"payload-%d" % i for i in range(10)]
    section.add(b"".join(frame(PING, p) for p in ten), [(PONG, p) for p in ten])
    section.add(chop(b"".join(frame(PING, p) for p in ten)), [(PONG, p) for p in ten])
    yield section


def reserved() -> Iterator[Section]:
    section = Section("3")
    hello = frame(TEXT, b"Hello, world!")
    echoed = [(TEXT, b"Hello, world!")]
    section.bad(frame(TEXT, b"x", rsv=1))
    section.bad(hello + frame(TEXT, b"x", rsv=2) + frame(PING), echoed)
    section.bad([hello, frame(TEXT, b"x", rsv=3), frame(PING)], echoed)
    section.bad(chop(hello + frame(TEXT, b"x", rsv=4) + frame(PING)), echoed)
    section.bad(frame(BINARY, b"\x00\xff", rsv=5))
    section.bad(frame(PING, b"x", rsv=6))
    section.bad(frame(CLOSE, b"\x03\xe8", rsv=7))
    yield section
    for number, opcodes in (("4.1", range(3, 8)), ("4.2", range(11, 16))):
        section = Section(number)
        for i, opcode in enumerate(opcodes):
            wrong = frame(opcode, b"reserved opcode payload" if i % 2 else b"")
            if i < 2:
                section.bad(wrong)
            elif i < 4:
                section.bad(hello + wrong + frame(PING), echoed)
            else:
                section.bad(chop(hello + wrong + frame(PING)), echoed)
        yield section


def fragments() -> Iterator[Section]:
    section = Section("5")
    one, two = b"fragment1", b"fragment2"
    first, last = text(one, two)
    whole = [(TEXT, one + two)]
    ping, ponged = frame(PING, b"ping payload"), (PONG, b"ping payload")
    section.bad([frame(PING, one, fin=False), frame(CONTINUATION, two)])
    section.bad([frame(PONG, one, fin=False), frame(CONTINUATION, two)])
    section.add([first, last], whole)
    section.add(first + last, whole)
    section.add(chop(first + last), whole)
    section.add([first, ping, last], [ponged, *whole])
    section.add(first + ping + last, [ponged, *whole])
    section.add(chop(first + ping + last), [ponged, *whole])
    nothing = frame(CONTINUATION, b"non-continuation payload")
    hello = frame(TEXT, b"Hello, world!")
    for wrong in (nothing, frame(CONTINUATION, b"non-continuation payload", fin=False)):
        section.bad([wrong, hello])
        section.bad(wrong + hello)
        section.bad(chop(wrong + hello))
    for fin in (False, True):
        again = frame(CONTINUATION, one, fin=fin) + frame(TEXT, two, fin=False) + frame(CONTINUATION, two)
        section.bad(again)
    section.bad([first, last, nothing, hello], whole)
    section.bad([first, frame(TEXT, two)])
    five = [b"fragment%d" % n for n in range(1, 6)]
    wire = text(*five)
    both = [*wire[:2], frame(PING, b"one"), *wire[2:4], frame(PING, b"two"), wire[4]]
    answers = [(PONG, b"one"), (PONG, b"two"), (TEXT, b"".join(five))]
    section.add(both, answers)
    section.add(chop(b"".join(both)), answers)
    yield section


VALID = [  # of sections 6.1 to 6.3, 6.5 to 6.7, 6.9, 6.11, 6.13, 6.17 to 6.23
    ("6.2", [HELLO, KOSME]),
    ("6.5", [KOSME[:n] for n in (2, 5, 7, 9, 11)]),
    ("6.7", [b"\x00", "\x80".encode(), "\u0800".encode(), "\U00010000".encode()]),
    ("6.9", [b"\x7f", "\u07ff".encode(), "\uffff".encode(), "\U0010ffff".encode()]),
    ("6.11", ["\ud7ff".encode(), "\ue000".encode(), "\ufffd".encode(), "\U0010fffe".encode(), "\U0010ffff".encode()]),
    ("6.22", [chr(plane << 16 | last).encode() for plane in range(17) for last in (0xFFFE, 0xFFFF)]),
    ("6.23", [chr(code).encode() for code in (0xFFF9, 0xFFFA, 0xFFFB, 0xFFFC, 0xFFFD, 0xFDD0, 0xFEFF)]),
]
INVALID = [
    ("6.3", [KOSME + b"\xed\xa0\x80edited"]),
    ("6.6", [KOSME[:n] for n in (1, 3, 4, 6, 8, 10)]),
    ("6.8", [b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80"]),
    ("6.10", [b"\xf7\xbf\xbf\xbf", b"\xfb\xbf\xbf\xbf\xbf", b"\xfd\xbf\xbf\xbf\xbf\xbf"]),
    ("6.12", [b"\x80", b"\xbf", *(bytes([0x80, 0xBF] * 4)[:n] for n in range(2, 8))]),
    ("6.12b", [bytes(range(0x80, 0xC0))]),
    (
        "6.13",
        [
            b"".join(bytes([first, 0x20]) for first in range(start, end))
            for start, end in ((0xC0, 0xE0), (0xE0, 0xF0), (0xF0, 0xF8), (0xF8, 0xFC), (0xFC, 0xFE))
        ],
    ),
    (
        "6.14",
        [
            b"\xc0",
            b"\xe0\x80",
            b"\xf0\x80\x80",
            b"\xf8\x80\x80\x80",
            b"\xfc\x80\x80\x80\x80",
            b"\xdf",
            b"\xef\xbf",
            b"\xf7\xbf\xbf",
            b"\xfb\xbf\xbf\xbf",
            b"\xfd\xbf\xbf\xbf\xbf",
        ],
    ),
    ("6.15", [b"\xc0\xe0\x80\xf0\x80\x80\xf8\x80\x80\x80\xfc\x80\x80\x80\x80\xdf\xef\xbf\xf7\xbf\xbf"]),
    ("6.16", [b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"]),
    (
        "6.17",
        [b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xf8\x80\x80\x80\xaf", b"\xfc\x80\x80\x80\x80\xaf"],
    ),
    (
        "6.18",
        [b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf", b"\xf8\x87\xbf\xbf\xbf", b"\xfc\x83\xbf\xbf\xbf\xbf"],
    ),
    (
        "6.19",
        [b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x80\x80\x80", b"\xf8\x80\x80\x80\x80", b"\xfc\x80\x80\x80\x80\x80"],
    ),
    (
        "6.20",
        [
            b"\xed\xa0\x80",
            b"\xed\xad\xbf",
            b"\xed\xae\x80",
            b"\xed\xaf\xbf",
            b"\xed\xb0\x80",
            b"\xed\xbe\x80",
            b"\xed\xbf\xbf",
        ],
    ),
    (
        "6.21",
        [
            high + low
            for high in (b"\xed\xa0\x80", b"\xed\xad\xbf", b"\xed\xae\x80", b"\xed\xaf\xbf")
            for low in (b"\xed\xb0\x80", b"\xed\xbf\xbf")
        ],
    ),
]


def utf8() -> Iterator[Section]:
    section = Section("6.1")
    section.add(frame(TEXT), [(TEXT, b"")])
    section.add(text(b"", b"", b""), [(TEXT, b"")])
    section.add(text(b"", b"middle frame payload", b""), [(TEXT, b"middle frame payload")])
    yield section
    for number, payloads in VALID:
        section = Section(number)
        for payload in payloads:
            section.add(frame(TEXT, payload), [(TEXT, payload)])
            section.add(text(*chop(payload)), [(TEXT, payload)])
        section.add(chop(frame(TEXT, payloads[-1])), [(TEXT, payloads[-1])])
        section.add(text(payloads[0], payloads[-1]), [(TEXT, payloads[0] + payloads[-1])])
        yield section
    for number, payloads in INVALID:
        section = Section(number)
        for payload in payloads:
            section.bad(frame(TEXT, payload), code=1007)
            section.bad(text(*chop(payload)), code=1007)
        section.bad(text(b"fine so far ", payloads[0]), code=1007)
        yield section
    section = Section("6.4")  # at once, though the message goes on and its end never comes
    tail, wrong = b"\xf4\x90\x80\x80", KOSME + b"\xf4\x90"
    section.bad([frame(TEXT, KOSME, fin=False), frame(CONTINUATION, tail, fin=False)], code=1007)
    section.bad([frame(TEXT, KOSME + tail[:1], fin=False), frame(CONTINUATION, tail[1:2], fin=False)], code=1007)
    whole = frame(TEXT, KOSME + tail + b"edited")
    section.bad(whole[: -len(tail[2:] + b"edited")], code=1007)
    section.bad(chop(frame(TEXT, wrong + b"\x80" * 10)[:-10]), code=1007)
    section.bad(
        [frame(TEXT, b"\xce", fin=False), frame(PING, b"x"), frame(CONTINUATION, b"\x20" * 9)[:7]],
        [(PONG, b"x")],
        1007,
    )
    yield section
    section = Section("6.b")  # what is binary may be anything
    section.add(frame(BINARY, b"\xff\xfe\xc0"), [(BINARY, b"\xff\xfe\xc0")])
    section.add(chop(frame(BINARY, bytes(range(256)))), [(BINARY, bytes(range(256)))])
    yield section


def closing() -> Iterator[Section]:
    section = Section("7.1")
    hello = frame(TEXT, b"Hello World!")
    section.add(hello, [(TEXT, b"Hello World!")])
    section.add(close() + close())
    section.add(close() + frame(PING))
    section.add(close() + hello)
    section.add([frame(TEXT, b"fragment1", fin=False), close(), frame(CONTINUATION, b"fragment2")])
    big = b"BAsd7&jh23" * 26214
    section.add([frame(TEXT, big), frame(TEXT, b"x"), close(), frame(PING)], [(TEXT, big), (TEXT, b"x")])
    yield section
    section = Section("7.3")
    section.add(frame(CLOSE), code=None)
    section.bad(frame(CLOSE, b"a"))
    section.add(close(1000, b""))
    section.add(close(1000, b"Hello World!"))
    section.add(close(1000, b"*" * 123))
    section.bad(close(1000, b"*" * 124))
    yield section
    section = Section("7.5")
    section.bad(close(1000, b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80"), code=1007)
    yield section
    section = Section("7.7")
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999):
        section.cases.append(Case(f"7.7.{code}", (close(code),), (), code))
        section.cases.append(Case(f"7.7.{code}, with a reason", (close(code, "grüß".encode()),), (), code))
    yield section
    section = Section("7.9")
    for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
        section.cases.append(Case(f"7.9.{code}", (close(code),), (), 1002))
    yield section


def lengths() -> Iterator[Section]:
    section = Section("10")
    payload = b"*" * 65536
    section.add(text(*chop(payload, 1300)), [(TEXT, payload)])
    yield section
    section = Section("length")  # not of that suite: the forms of a length, the mask, the limit
    mask = b"\x37\xfa\x21\x3d"
    for head in (b"\x81\xfe\x00\x05", b"\x81\xfe\x00\x7d", b"\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff"):
        section.bad(head + mask)
    section.bad(b"\x81\xff\x80\x00\x00\x00\x00\x00\x00\x01" + mask)
    section.bad(b"\x81\xff\x00\x00\x00\x00\x00\x10\x00\x01" + mask, code=1009)
    section.bad(b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff" + mask, code=1009)
    section.bad(frame(TEXT, b"not masked", mask=None))
    section.bad(frame(PING, mask=None))
    million = b"\x00\xff" * 524288
    section.add(frame(BINARY, million, mask=b"\0\0\0\0"), [(BINARY, million)])
    section.bad([*text(b"x" * 1048576, b"")[:1], frame(CONTINUATION, b"y")], code=1009)
    section.add(
        [frame(BINARY, million, fin=False, mask=b"\0\0\0\0"), frame(PING, b"x" * 125), frame(CONTINUATION)],
        [(PONG, b"x" * 125), (BINARY, million)],
    )
    yield section


CASES = [
    case
    for make in (framing, pings, reserved, fragments, utf8, closing, lengths)
    for section in make()
    for case in section.cases
]


def test_there_are_more_cases_than_a_few() -> None:
    assert len(CASES) > 350
    assert len({case.number for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_case(echo: Served, case: Case) -> None:
    with Raw(echo.port) as client:
        assert client.upgrade().startswith(b"HTTP/1.1 101 ")
        for piece in case.pieces:
            client.send(piece)
        answers = [client.take_frame() for _ in case.answers]
        assert answers == list(case.answers)
        closed = client.take_frame()
        assert closed is not None
        assert (closed[0], closed[1][:2]) == (CLOSE, b"" if case.code is None else case.code.to_bytes(2, "big"))
        closed[1][2:].decode("utf-8")
        client.half_close()
        assert client.take_all() == b""
