"""Writes an OpenAPI 3.1 description of a device from its endpoints and from the exchanges that were seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_plus

from sim.event import DeviceBooted, EndpointAdded, HttpRequested, HttpResponded, RpcAdded
from sim.export.body import unpacked
from sim.export.head import parse_head, value_of
from sim.export.infer import infer, infer_texts
from sim.trace import Record

__all__ = ["to_openapi"]

DEVICE: Final = "device"
"""What a device is called unless somebody says otherwise."""

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The methods that OpenAPI 3.1 knows."""

RPC: Final = "/rpc/"
FORM: Final = "application/x-www-form-urlencoded"
BINARY: Final = ("image/", "audio/", "video/", "font/", "application/octet-stream")
ANY_TYPE: Final = "*/*"
"""The media type where a message names none."""

WILDCARDS: Final = {"**": ".*", "*": "[^/]*", "?": "."}
"""What endpoints' patterns have, as regular expressions (docs/reference/http.md)."""

WILDCARD: Final = re.compile(r"\*\*|\*|\?")
MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+*-]+")
ERRORS: Final = 400
LONGEST: Final = 2000
"""Characters of a body that is shown as an example."""


@dataclass(frozen=True, slots=True)
class _Template:
    """One alternative of an endpoint's pattern: as OpenAPI has it, its parameters, and what it takes as a whole."""

    path: str
    parameters: tuple[str, ...]
    takes: re.Pattern[str]


@dataclass(slots=True)
class _Message:
    """The body of one message."""

    media_type: str
    data: bytes


@dataclass(slots=True)
class _Operation:
    """What was seen of one method of a path."""

    queries: list[list[tuple[str, str]]] = field(default_factory=list)
    bodies: list[_Message] = field(default_factory=list)
    answers: dict[int, list[_Message]] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Path:
    """What is known of one path: where it was registered, its parameters, and its methods."""

    source: str = ""
    parameters: tuple[str, ...] = ()
    operations: dict[str, _Operation] = field(default_factory=dict)
    other: set[str] = field(default_factory=set)
    """Methods that OpenAPI has no place for."""


def to_openapi(*runs: Iterable[Record], title: str = "Device") -> str:
    """Return an OpenAPI 3.1 description as JSON.

    Args:
        runs: the records of one run or more of the same firmware. Of each, the device counts that is called `device`,
            or else the one that booted last.
        title: the title of the description.
    """
    survey = _Survey()
    for run in runs:
        survey.take(list(run))
    return json.dumps(survey.to_json(title), indent=2, ensure_ascii=False) + "\n"


class _Survey:
    """Gathers the paths of a device."""

    def __init__(self) -> None:
        self._paths: dict[str, _Path] = {}
        self._exchanges = 0

    def take(self, records: list[Record]) -> None:
        """Add what one run shows."""
        events = [record.event for record in records]
        hosts = [event.host for event in events if isinstance(event, DeviceBooted)]
        host = DEVICE if DEVICE in hosts or not hosts else list(dict.fromkeys(hosts))[-1]
        templates: dict[int, list[_Template]] = {}
        asked: dict[int, HttpRequested] = {}
        answered: dict[int, HttpResponded] = {}
        for event in events:
            if getattr(event, "host", None) != host:
                continue
            match event:
                case EndpointAdded():
                    templates[event.endpoint] = [_template(one) for one in event.uri.split("|")]
                    self._registered(templates[event.endpoint], event.file, event.line)
                case RpcAdded() if event.file:
                    self._registered([_template(re.sub(r"[*?]", "", RPC + event.method))], event.file, event.line)
                case HttpRequested() if event.role == "inbound":
                    asked[event.exchange] = event
                case HttpResponded():
                    answered[event.exchange] = event
        for number, request in asked.items():
            self._exchange(request, answered.get(number), templates.get(request.endpoint))

    def _registered(self, templates: list[_Template], file: str, line: int) -> None:
        for one in templates:
            path = self._paths.setdefault(one.path, _Path(parameters=one.parameters))
            path.source = path.source or f"{file}:{line}"

    def _exchange(
        self, request: HttpRequested, response: HttpResponded | None, templates: list[_Template] | None
    ) -> None:
        target, _, query = request.target.partition("?")
        if templates is None and (response is None or (response.status >= ERRORS and not target.startswith(RPC))):
            return  # nothing of the device is there
        self._exchanges += 1
        # A pattern takes whatever begins like it: what is longer has a path of its own
        fitting = [one for one in templates or () if one.takes.fullmatch(target)]
        name, parameters = (fitting[0].path, fitting[0].parameters) if fitting else (_plain(target), ())
        path = self._paths.setdefault(name, _Path(parameters=parameters))
        method = request.method.lower()
        if method not in METHODS:
            path.other.add(request.method)
            return
        operation = path.operations.setdefault(method, _Operation())
        operation.queries.append(_pairs(query))
        if len(request.data) > request.head_size:
            operation.bodies.append(_message(request))
        if response is not None:
            operation.reasons.setdefault(response.status, response.reason)
            bodies = operation.answers.setdefault(response.status, [])
            if response.complete and len(response.data) > response.head_size:
                bodies.append(_message(response))

    def to_json(self, title: str) -> dict[str, Any]:
        """Return the description."""
        said = f"Made by mos-sim of what the firmware registers and {self._exchanges} exchanges: seen, not promised."
        paths = {name: _path(name, self._paths[name]) for name in sorted(self._paths)}
        return {"openapi": "3.1.0", "info": {"title": title, "version": "0", "description": said}, "paths": paths}


def _template(pattern: str) -> _Template:
    """Return what one alternative of a pattern means: `/led/*` is `/led/{part1}`."""
    pattern = pattern.removesuffix("$")
    names: list[str] = []

    def name(found: re.Match[str]) -> str:
        names.append(f"part{len(names) + 1}")
        return f"{{{names[-1]}}}"

    path = WILDCARD.sub(name, _plain(pattern))
    parts = re.split(f"({WILDCARD.pattern})", pattern)
    takes = re.compile("".join(WILDCARDS.get(part) or re.escape(part) for part in parts), re.IGNORECASE | re.DOTALL)
    return _Template(path, tuple(names), takes)


def _plain(path: str) -> str:
    """Return a path in which no brace begins a parameter."""
    escaped = path.replace("{", "%7B").replace("}", "%7D")
    return escaped if escaped.startswith("/") else f"/{escaped}"


def _pairs(query: str) -> list[tuple[str, str]]:
    parts = [part.partition("=") for part in query.split("&") if part]
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in parts]


def _message(event: HttpRequested | HttpResponded) -> _Message:
    fields = parse_head(event.data[: event.head_size], isinstance(event, HttpRequested))
    media_type = value_of(fields, "content-type").partition(";")[0].strip().lower()
    body = unpacked(value_of(fields, "content-encoding"), event.data[event.head_size :])
    return _Message(media_type if MEDIA_TYPE.fullmatch(media_type) else ANY_TYPE, body)


def _path(name: str, path: _Path) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if path.source:
        made["description"] = f"Firmware: {path.source}."
    if not path.operations:
        made["description"] = f"{made.get('description', '')} Not asked so far.".strip()
    if path.other:
        made["x-other-methods"] = sorted(path.other)
    if path.parameters:
        made["parameters"] = [
            {"name": one, "in": "path", "required": True, "schema": {"type": "string"}} for one in path.parameters
        ]
    for method in METHODS:
        if method in path.operations:
            made[method] = _operation(name, method, path.operations[method])
    return made


def _operation(path: str, method: str, operation: _Operation) -> dict[str, Any]:
    # Distinct for distinct paths: what is no letter or digit stands there as its code
    words = re.sub(r"[^A-Za-z0-9]", lambda found: "_" if found[0] == "/" else f"-{ord(found[0]):x}-", path)
    made: dict[str, Any] = {"operationId": f"{method}{words}"}
    names = list(dict.fromkeys(name for query in operation.queries for name, _ in query))
    if names:
        made["parameters"] = [_query(name, operation.queries) for name in names]
    if operation.bodies:
        made["requestBody"] = {"content": _content(operation.bodies)}
        if len(operation.bodies) == len(operation.queries):
            made["requestBody"]["required"] = True
    if operation.answers:
        made["responses"] = {str(status): _response(status, operation) for status in sorted(operation.answers)}
    return made


def _query(name: str, queries: list[list[tuple[str, str]]]) -> dict[str, Any]:
    values = [value for query in queries for key, value in query if key == name]
    is_repeated = any(sum(key == name for key, _ in query) > 1 for query in queries)
    schema = infer_texts(values)
    if is_repeated:
        return {"name": name, "in": "query", "schema": {"type": "array", "items": schema}, "example": values}
    return {"name": name, "in": "query", "schema": schema, "example": _as(schema, values[0])}


def _as(schema: dict[str, Any], text: str) -> Any:
    """Return a text as the value that it is by its schema."""
    return text if schema["type"] == "string" else json.loads(text)


def _response(status: int, operation: _Operation) -> dict[str, Any]:
    made: dict[str, Any] = {"description": operation.reasons[status] or str(status)}
    if operation.answers[status]:
        made["content"] = _content(operation.answers[status])
    return made


def _content(messages: list[_Message]) -> dict[str, Any]:
    kinds = dict.fromkeys(message.media_type for message in messages)
    return {kind: _media([one.data for one in messages if one.media_type == kind], kind) for kind in sorted(kinds)}


def _media(bodies: list[bytes], kind: str) -> dict[str, Any]:
    try:
        texts = [body.decode("utf-8") for body in bodies]
    except UnicodeDecodeError:
        return {}
    if kind.startswith(BINARY):
        return {}  # as OpenAPI 3.1 has binary content: it is what its media type says
    if kind == FORM:
        pairs = [dict(_pairs(text)) for text in texts]
        forms: list[Any] = [{name: _typed(pairs, name)[number] for name in one} for number, one in enumerate(pairs)]
        return {"schema": infer(forms), "example": forms[0]}
    values = _values(texts) if kind.endswith("json") or kind == ANY_TYPE else None
    # What names no type is JSON only where it can hardly be anything else
    if values is None or (kind == ANY_TYPE and not all(isinstance(value, dict | list) for value in values)):
        return {"schema": {"type": "string"}, **_example(texts[0], texts[0])}
    return {"schema": infer(values), **_example(values[0], texts[0])}


def _typed(pairs: list[dict[str, str]], name: str) -> dict[int, Any]:
    """Return the values of a field of some forms, by the number of the form, all as one type."""
    values = {number: one[name] for number, one in enumerate(pairs) if name in one}
    schema = infer_texts(list(values.values()))
    return {number: _as(schema, value) for number, value in values.items()}


def _values(texts: list[str]) -> list[Any] | None:
    """Return what texts mean as JSON, None if one of them is none."""
    try:
        return [json.loads(text, parse_constant=_refuse) for text in texts]
    except (ValueError, RecursionError):
        return None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _example(value: Any, text: str) -> dict[str, Any]:
    return {"example": value} if len(text) <= LONGEST else {}
