"""Is the table of rules: what kinds there are, and what each can be told. Forms, checks and documents come from it."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

__all__ = ["KINDS", "Kind", "Parameter", "Value", "kinds_json"]

Value: TypeAlias = int | float | str

MOST_MS: Final = 600_000
MOST_S: Final = 1_000_000
MOST_BYTES: Final = 2**40


class Parameter(NamedTuple):
    """What a rule can be told: a number within a range, a text, or one of a few words."""

    name: str
    about: str
    default: Value
    unit: str = ""
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    is_whole: bool = False

    @property
    def type(self) -> str:
        """What its values are: `choice`, `text`, `whole` or `number`."""
        return (
            "choice"
            if self.choices
            else "text"
            if isinstance(self.default, str)
            else "whole"
            if self.is_whole
            else "number"
        )

    def to_json(self) -> dict[str, object]:
        """Return what a form needs to ask for it."""
        out: dict[str, object] = {"name": self.name, "type": self.type, "about": self.about, "default": self.default}
        if self.unit:
            out["unit"] = self.unit
        if self.choices:
            out["choices"] = list(self.choices)
        elif self.type != "text":
            out |= {"low": self.low, "high": self.high}
        return out


class Kind(NamedTuple):
    """What a rule can do, and what it can be told.

    `group` is where it acts: `link`, `connection`, `http`, `websocket` or `wifi`.
    """

    name: str
    group: str
    about: str
    own: tuple[Parameter, ...] = ()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All that a rule of the kind can be told: its own, where it acts, and when."""
        match self.group:
            case "link":
                has_protocol = any(one.name == PROTOCOL.name for one in self.own)
                return (*self.own, *WHERE, *(() if has_protocol else (PROTOCOL,)), *WHEN)
            case "wifi":
                return (*self.own, DEVICE, *WHEN)
            case "http":
                return (*self.own, PERCENT, *WHICH, *WHERE, *WHEN)
            case _:
                return (*self.own, *WHERE, *WHEN)

    def to_json(self) -> dict[str, object]:
        """Return what a form needs to offer it."""
        return {
            "name": self.name,
            "group": self.group,
            "about": self.about,
            "parameters": [parameter.to_json() for parameter in self.parameters],
        }


def _ms(default: int, about: str) -> Parameter:
    return Parameter("ms", about, default, "ms", 0, MOST_MS)


def _percent(default: int, about: str) -> Parameter:
    return Parameter("percent", about, default, "%", 0, 100)


def _bytes(default: int, about: str) -> Parameter:
    return Parameter("bytes", about, default, "bytes", 0, MOST_BYTES, is_whole=True)


HOST: Final = Parameter("host", "Name or address of a host that sends or receives; empty: every host.", "")
DEVICE: Final = Parameter("host", "Name or address of the host whose WiFi it is.", "device")
WHERE: Final = (
    HOST,
    Parameter("peer", "Name or address of the host at the other end of the link; empty: any.", ""),
    Parameter(
        "direction",
        "Seen from the host: what it receives, what it sends, or both.",
        "both",
        choices=("both", "in", "out"),
    ),
    Parameter("port", "Port at either end; 0: any.", 0, "", 0, 65535, is_whole=True),
)
PROTOCOL: Final = Parameter("protocol", "What kind of packets.", "any", choices=("any", "tcp", "udp"))
WHEN: Final = (
    Parameter("start", "When it begins, after it was set.", 0, "s", 0, MOST_S),
    Parameter("lasts", "How long it goes on each time; 0: for ever.", 0, "s", 0, MOST_S),
    Parameter("every", "How long from one beginning to the next; 0: it begins once.", 0, "s", 0, MOST_S),
)
PERCENT: Final = _percent(100, "How many of the messages it is about are hit.")
WHICH: Final = (
    Parameter("method", "Method of the request; empty: any.", ""),
    Parameter("path", "Path of the request, * stands for anything; empty: any.", ""),
    Parameter("content", "Text that the request holds, in its target or body; empty: whatever.", ""),
)
WHAT: Final = Parameter(
    "what",
    "Which packets: all, those that open a connection, or those that carry data.",
    "any",
    choices=("any", "syn", "data"),
)
FRAMES: Final = Parameter("frames", "Which frames.", "data", choices=("data", "text", "binary", "control", "any"))
FRAME_CONTENT: Final = Parameter("content", "Text that the payload of the frame holds; empty: whatever.", "")
UDP_FIRST: Final = PROTOCOL._replace(default="udp")

KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("latency", "link", "Every packet takes so much longer.", (_ms(100, "How much longer."),)),
        Kind(
            "jitter",
            "link",
            "Every packet takes longer by another time, at random; they stay in order.",
            (_ms(50, "How much longer at most."),),
        ),
        Kind(
            "bandwidth",
            "link",
            "Packets queue for a slow link, one queue for each direction between two hosts.",
            (Parameter("kbit", "How fast the link is, headers included.", 128, "kbit/s", 0.1, 10_000_000),),
        ),
        Kind(
            "loss",
            "link",
            "Packets vanish at random: TCP sends its segments again, datagrams are gone.",
            (_percent(10, "How many packets vanish."), WHAT),
        ),
        Kind(
            "drop-first",
            "link",
            "The first packets vanish, all later ones arrive.",
            (Parameter("count", "How many vanish.", 1, "packets", 1, 1_000_000, is_whole=True), WHAT),
        ),
        Kind(
            "duplicate",
            "link",
            "Packets arrive twice.",
            (_percent(10, "How many arrive twice."), _ms(1, "How much later the second one comes."), UDP_FIRST),
        ),
        Kind(
            "reorder",
            "link",
            "Packets are held back so that later ones overtake them.",
            (_percent(10, "How many are held back."), _ms(20, "For how long."), UDP_FIRST),
        ),
        Kind("partition", "link", "Nothing arrives, and nobody is told."),
        Kind(
            "half-open",
            "link",
            "One end has forgotten the connection and the other does not know: it opens, and then nothing comes.",
            (
                _bytes(0, "How many bytes of data pass before."),
                Parameter(
                    "idle",
                    "Only after the connection was silent for so long, whatever has passed; 0: at once.",
                    0,
                    "s",
                    0,
                    MOST_S,
                ),
                PROTOCOL._replace(default="tcp", choices=("tcp",)),
            ),
        ),
        Kind(
            "refuse",
            "link",
            "New connections are refused with a reset.",
            (_percent(100, "How many are refused."), PROTOCOL._replace(default="tcp", choices=("tcp",))),
        ),
        Kind(
            "reset",
            "connection",
            "A connection is reset once so many bytes have passed.",
            (_bytes(1000, "How many bytes of data pass before, counted from when the rule is set."),),
        ),
        Kind("slow-close", "connection", "The end of a connection is sent late.", (_ms(5000, "How much later."),)),
        Kind(
            "http-status",
            "http",
            "Another response takes the place of the real one, as from a gateway; the request is carried out.",
            (
                Parameter("status", "Status of that response.", 503, "", 200, 599, is_whole=True),
                Parameter("body", "Its body.", ""),
                Parameter("location", "Its Location header field; empty: none.", ""),
            ),
        ),
        Kind("http-delay", "http", "Responses begin later.", (_ms(2000, "How much later."),)),
        Kind(
            "http-truncate",
            "http",
            "Responses break off within their body: the connection is closed.",
            (_bytes(100, "How many bytes of the body come."),),
        ),
        Kind(
            "http-stall",
            "http",
            "Responses stop within their body while the connection stays open.",
            (_bytes(100, "How many bytes of the body come."), _ms(0, "When the rest follows; 0: when the rule ends.")),
        ),
        Kind(
            "ws-drop",
            "websocket",
            "WebSocket frames are left out.",
            (_percent(100, "How many of the frames it is about."), FRAMES, FRAME_CONTENT),
        ),
        Kind(
            "ws-delay",
            "websocket",
            "WebSocket frames come later, and so does what is behind them.",
            (
                _ms(1000, "How much later."),
                _percent(100, "How many of the frames it is about."),
                FRAMES,
                FRAME_CONTENT,
            ),
        ),
        Kind("wifi-off", "wifi", "The device loses its WiFi, and finds it again when the rule ends."),
    )
}


def kinds_json() -> list[dict[str, object]]:
    """Return the table as JSON."""
    return [kind.to_json() for kind in KINDS.values()]
