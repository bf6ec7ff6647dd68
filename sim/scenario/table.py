"""Is the one table of what may stand in a scenario: reader, JSON Schema and reference are made from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final

from sim.network.lab import KINDS, PRESETS
from sim.profile import PROFILES

__all__ = ["DOCUMENT", "STEPS", "TYPES", "Field", "Shape", "Type", "parse_line"]

MAX_SECONDS: Final = 1e8

LINE: Final = re.compile(r"(?:([A-Z]+) )?(\S.*)")
"""A request in short: a method, or none, and a path."""


@dataclass(frozen=True, slots=True)
class Type:
    """What a value may be: in words, as JSON Schema, and as a test."""

    words: str
    schema: Mapping[str, object]
    fits: Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Field:
    """A value by its name; either of a type, or a map of some shape (`shape`)."""

    name: str
    type: str
    about: str
    needed: bool = False
    default: object = None
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A map: its fields, and the one that a plain value stands for (`short`).

    Of the fields in `one_of` exactly one has to be there, of those in `not_both` at most one may.
    """

    name: str
    about: str
    fields: tuple[Field, ...]
    short: str = ""
    one_of: tuple[str, ...] = ()
    not_both: tuple[str, ...] = ()

    def field(self, name: str) -> Field | None:
        """Return the field of a name."""
        return next((one for one in self.fields if one.name == name), None)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_map_of(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, dict) and all(isinstance(one, kinds) for one in value.values())


def _choice(words: str, choices: tuple[str, ...]) -> Type:
    return Type(words, {"enum": list(choices)}, lambda value: isinstance(value, str) and value in choices)


def _whole(words: str, low: int, high: int) -> Type:
    schema = {"type": "integer", "minimum": low, "maximum": high}
    return Type(words, schema, lambda value: _is_whole(value, low, high))


TEXT: Final = {"type": "string"}

TYPES: Final[dict[str, Type]] = {
    "text": Type("text", TEXT, lambda value: isinstance(value, str)),
    "name": Type(
        "a name of letters, digits, `.`, `_` and `-`",
        {"type": "string", "pattern": "^[A-Za-z0-9._-]+$"},
        lambda value: isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9._-]+", value) is not None,
    ),
    "regex": Type("a regular expression", TEXT, lambda value: isinstance(value, str)),
    "texts": Type(
        "text, or a list of texts",
        {"anyOf": [TEXT, {"type": "array", "items": TEXT}]},
        lambda value: isinstance(value, str) or _are_texts(value),
    ),
    "map": Type(
        "a map of texts",
        {"type": "object", "additionalProperties": TEXT},
        lambda value: _is_map_of(value, (str,)),
    ),
    "object": Type("a map", {"type": "object"}, lambda value: isinstance(value, dict)),
    "value": Type("any value", {}, lambda value: True),
    "wanted": Type("text, or `~` and a regular expression", TEXT, lambda value: isinstance(value, str)),
    "wanted map": Type(
        "a map of what is wanted; null: it shall not be there",
        {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
        lambda value: _is_map_of(value, (str, type(None))),
    ),
    "wanted value": Type("any value, with `~` and a regular expression for any part", {}, lambda value: True),
    "seconds": Type(
        "a number of seconds",
        {"type": "number", "minimum": 0, "maximum": MAX_SECONDS},
        lambda value: isinstance(value, int | float) and _is_number(value) and 0 <= value <= MAX_SECONDS,
    ),
    "flag": Type("true or false", {"type": "boolean"}, lambda value: isinstance(value, bool)),
    "whole": _whole("a whole number", 0, 2**63 - 1),
    "code": _whole("a whole number", -(2**31), 2**31 - 1),
    "version": _whole("the number 1", 1, 1),
    "status": _whole("a status from 100 to 999", 100, 999),
    "close code": _whole("a close code from 1000 to 4999", 1000, 4999),
    "port": _whole("a port from 1 to 65535", 1, 65535),
    "pin": _whole("the number of a pin", 0, 255),
    "level": _whole("0 or 1", 0, 1),
    "role": _choice("`outbound` or `inbound`", ("outbound", "inbound")),
    "error": _choice("`timeout`, `connect` or `closed`", ("timeout", "connect", "closed")),
    "profile": _choice("a generation of the library", tuple(PROFILES)),
    "preset": _choice("the name of a [preset](network.md#presets)", tuple(PRESETS)),
    "rule": Type(
        "a [rule](network.md), as a map with its `kind` or in short",
        {
            "anyOf": [
                TEXT,
                {"type": "object", "properties": {"kind": {"enum": list(KINDS)}}, "required": ["kind"]},
            ]
        },
        lambda value: isinstance(value, str) or (isinstance(value, dict) and value.get("kind") in list(KINDS)),
    ),
}


def parse_line(text: str) -> dict[str, str]:
    """Return method and path of a request in short, such as `POST /led` or `/led`."""
    found = LINE.fullmatch(text)
    if found is None:
        return {"path": text}
    return {"path": found[2]} | ({"method": found[1]} if found[1] else {})


TIMEOUT: Final = Field("timeout", "seconds", "How long to wait at most", default=10)
TO: Final = Field("to", "text", "Name or address of the host that is asked", default="the device")
PORT: Final = Field("port", "port", "Its port", default=80)
HEADERS: Final = Field("headers", "map", "Header fields; `Host` is added")
CAPTURE: Final = Field("capture", "map", "Names for what was seen, to be used in later steps, each with its place")
ERROR: Final = Field("error", "error", "There shall be no answer, for this reason")
BODY: Final = Field("body", "wanted", "The body as text")
JSON: Final = Field("json", "wanted value", "The body as JSON; of an object only the members named here count")
WANTED_HEADERS: Final = Field("headers", "wanted map", "Header fields, whatever their case")


def _expect(name: str, about: str, *fields: Field) -> Field:
    return Field("expect", "", about, shape=Shape(f"expect of {name}", about, fields))


FIRMWARE: Final = Shape(
    "firmware",
    "What the device boots. In short: its `path`.",
    (
        Field("path", "text", "A file, folder or zip archive beside the scenario, as FIRMWARE of the command line"),
        Field("source", "text", "The text of the firmware instead; mJS, or Python with `main: init.py`"),
        Field("main", "text", "The file to boot"),
        Field("name", "name", "The device's name on the network", default="device"),
        Field("profile", "profile", "The generation of the library to imitate", default="documented"),
        Field("config", "object", "A configuration, as the device's `conf1.json`"),
    ),
    short="path",
    one_of=("path", "source"),
)

STEPS: Final[dict[str, Shape]] = {
    "request": Shape(
        "request",
        "Send an HTTP request and wait for the answer. In short: method and path, such as `POST /led`.",
        (
            Field("path", "text", "Path and query", needed=True),
            Field("method", "text", "Method", default="GET"),
            HEADERS,
            Field("body", "text", "Body"),
            Field("json", "value", "A value to send as JSON instead of a body"),
            TO,
            PORT,
            Field("keep-alive", "flag", "Use one connection for all such requests", default=False),
            TIMEOUT,
            _expect(
                "request",
                "What the answer shall be; without it, any answer will do",
                Field("status", "status", "Status"),
                Field("reason", "wanted", "Text beside the status"),
                WANTED_HEADERS,
                BODY,
                JSON,
                Field("within", "seconds", "How long the answer may take at most"),
                ERROR,
            ),
            CAPTURE,
        ),
        short="path",
        not_both=("body", "json"),
    ),
    "ws": Shape(
        "ws",
        "Open a WebSocket (`path`), send, wait for the next message (`expect`), close: what of it is named, in this "
        "order.",
        (
            Field("path", "text", "Open a WebSocket there"),
            Field("as", "name", "Its name, for further steps with it", default="ws"),
            Field("protocols", "texts", "Subprotocols to offer"),
            HEADERS,
            TO,
            PORT,
            Field("send", "texts", "One or more text messages to send"),
            Field("json", "value", "A value to send as JSON"),
            _expect(
                "ws",
                "What the next message shall be, or the end of the WebSocket",
                Field("text", "wanted", "The message as text"),
                Field("json", "wanted value", "The message as JSON; of an object only the members named here count"),
                Field("closed", "close code", "The device shall close the WebSocket with it (1006: without one)"),
                Field("reason", "wanted", "The reason that it gives for that"),
                ERROR,
            ),
            Field("close", "flag", "Close it", default=False),
            TIMEOUT,
            CAPTURE,
        ),
        not_both=("send", "json"),
    ),
    "rpc": Shape(
        "rpc",
        "Call an RPC method over HTTP. In short: its name.",
        (
            Field("method", "text", "The method", needed=True),
            Field("args", "value", "Its arguments"),
            TIMEOUT,
            _expect(
                "rpc",
                "What it shall give; without `code` and `message`, it has to succeed",
                Field("result", "wanted value", "The result; of an object only the members named here count"),
                Field("code", "code", "The code of an error; 0: none"),
                Field("message", "wanted", "The message of an error"),
                ERROR,
            ),
            CAPTURE,
        ),
        short="method",
    ),
    "set-pin": Shape(
        "set-pin",
        "Drive a pin of the device from outside.",
        (
            Field("pin", "pin", "The pin", needed=True),
            Field("level", "level", "Drive it to this level"),
            Field("press", "seconds", "Connect it to ground for so long, as a button does"),
            Field("release", "flag", "Disconnect it"),
        ),
        one_of=("level", "press", "release"),
    ),
    "rule": Shape(
        "rule",
        "Break the network, or mend it. In short: a rule, such as `loss percent=20`. A rule that never has an effect, "
        "or a preset of which no rule has, fails the scenario.",
        (
            Field("set", "rule", "Set a rule"),
            Field("preset", "preset", "Set the rules of a preset"),
            Field("values", "object", "Values for all rules of the preset, such as `host`"),
            Field("as", "name", "A name for what is set"),
            Field("optional", "flag", "It need not have an effect", default=False),
            Field("remove", "name", "Take away what was set under this name"),
        ),
        short="set",
        one_of=("set", "preset", "remove"),
    ),
    "advance": Shape(
        "advance",
        "Let time pass. In short: the seconds.",
        (Field("seconds", "seconds", "How long", needed=True),),
        short="seconds",
    ),
    "wait-console": Shape(
        "wait-console",
        "Wait until the device prints something: behind what an earlier step of this kind has found. In short: the "
        "pattern.",
        (
            Field(
                "pattern",
                "regex",
                "What is searched for; lines of a script end with a blank",
                needed=True,
            ),
            TIMEOUT,
            Field("absent", "flag", "It shall not be printed until `timeout` is over", default=False),
        ),
        short="pattern",
    ),
    "wait-pin": Shape(
        "wait-pin",
        "Wait until a pin of the device has a level.",
        (
            Field("pin", "pin", "The pin", needed=True),
            Field("level", "level", "Its level at the wire", needed=True),
            TIMEOUT,
        ),
    ),
    "wait-request": Shape(
        "wait-request",
        "Wait for an HTTP request of the device: the first behind what an earlier step of this kind has found. In "
        "short: method and path.",
        (
            Field("path", "wanted", "Path, without the query; or a regular expression for both", needed=True),
            Field("method", "text", "Method", default="any"),
            Field("role", "role", "Whether the device sends it, or receives it", default="outbound"),
            TIMEOUT,
            _expect("wait-request", "What the request shall be", WANTED_HEADERS, BODY, JSON),
            CAPTURE,
        ),
        short="path",
    ),
}
"""The kinds of steps by their names."""

DOCUMENT: Final = Shape(
    "scenario",
    "The whole file.",
    (
        Field("name", "text", "What is tested, in a sentence", needed=True),
        Field("version", "version", "The version of this format", needed=True),
        Field("firmware", "", "What the device boots", needed=True, shape=FIRMWARE),
        Field("hosts", "map", "Further hosts by name, each with its program, a path as that of the firmware"),
        Field("seed", "whole", "Seed of everything random", default=0),
        Field("steps", "steps", "What is done, one after the other", needed=True),
    ),
)
