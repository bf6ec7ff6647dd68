"""Writes exchanges as tests for pytest, with the fixtures of the testing kit or with those of Playwright."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from sim.export.code.act import (
    DEVICE,
    Answer,
    Asked,
    CodeError,
    Request,
    Story,
    Talk,
    end_of,
    host_program,
    seconds_of,
    utf8,
)
from sim.mhttp.websocket import Opcode

__all__ = ["to_playwright", "to_pytest"]

WIDTH: Final = 100

MOST: Final = 4000
"""Bytes of a body that is compared as it is; of a longer one its hash."""


@dataclass
class _Kit:
    """What differs between the two: the name of the fixture, and how a request of the device is expected."""

    fixture: str
    fixtures: str
    is_page: bool


PYTEST: Final = _Kit("device", "device", is_page=False)
WITH_TRACE: Final = _Kit("device", "device, clock, trace", is_page=False)
PAGE: Final = _Kit("sim_page", "sim_page", is_page=True)


def to_pytest(story: Story) -> str:
    """Return a test for pytest."""
    asks = any(isinstance(act, Asked) for act in story)
    return _Writer(story, WITH_TRACE if asks else PYTEST).write()


def to_playwright(story: Story) -> str:
    """Return a test for pytest and Playwright."""
    return _Writer(story, PAGE).write()


class _Writer:
    """Puts a test together."""

    def __init__(self, story: Story, kit: _Kit) -> None:
        self._story = story
        self._kit = kit
        self._imports: dict[str, None] = {}
        self._lines: list[str] = []
        self._sockets = 0

    def write(self) -> str:
        """Return the test."""
        for act in self._story:
            if self._lines:
                self._lines.append("")
            if isinstance(act, Request):
                self._request(act)
            elif isinstance(act, Talk):
                self._talk(act)
            else:
                self._asked(act)
        if all(not line or line.startswith("#") for line in self._lines):
            raise CodeError("\n".join(line.removeprefix("# ") for line in self._lines if line))
        hosts = {f"hosts/{name}.py": host_program(port, asked) for (name, port), asked in self._story.hosts.items()}
        named = {file: re.sub(r"\W", "_", file[6:-3]).upper() for file in hosts}
        programs = "".join(f"{name} = (\n{_lines(hosts[file])})\n\n" for file, name in named.items())
        files = ", ".join(f"{_literal(file)}: {name}" for file, name in named.items())
        files = f", files={{{files}}}" if files else ""
        body = "".join(f"    {line}\n" if line else "\n" for line in self._lines)
        imports = [name for name in self._imports if name.startswith("import ")]
        froms = sorted(name for name in self._imports if name.startswith("from "))
        third = "".join(f"{name}\n" for name in sorted(imports))
        return (
            f"{third}{chr(10) if third else ''}import pytest\n"
            + "".join(f"\n{name}\n" for name in froms[:1])
            + "".join(f"{name}\n" for name in froms[1:])
            + (f"\n{programs.rstrip()}\n" if programs else "")
            + f"\n\n@pytest.mark.firmware({_literal(self._story.firmware)}{files})\n"
            + f"def test_{self._story.name}({self._kit.fixtures}):\n{body}"
        )

    def _add(self, *lines: str) -> None:
        self._lines += lines

    def _needs(self, line: str) -> None:
        self._imports[line] = None

    # Requests

    def _request(self, act: Request) -> None:
        if self._kit.is_page and act.to != DEVICE:
            self._add(f"# {act.method} {_shown(act.target)} went to {act.to}: sim_page asks its own device only")
            return
        if self._kit.is_page and act.answer is None:
            self._add(f"# {act.method} {_shown(act.target)} got no answer, for which a page waits a minute")
            return
        arguments = [_literal(act.method), _literal(act.target)]
        if act.fields:
            arguments.append(f"headers={_literal(act.fields)}")
        if act.is_chunked:
            self._add("# it was sent in chunks; here it goes out in one piece")
        if act.body:
            arguments.append(f"body={_literal(_short(act.body))}")
        arguments += self._place(act.to, act.port)
        call = _call(f"{self._kit.fixture}.request", arguments)
        if act.answer is None:
            self._needs("from sim.testing import NoAnswer")
            self._add("with pytest.raises(NoAnswer):", *[f"    {line}" for line in call])
            return
        self._add(f"answer = {call[0]}", *call[1:])
        self._answer(act.answer)

    def _place(self, to: str, port: int) -> list[str]:
        return ([f"to={_literal(to)}"] if to != DEVICE else []) + ([f"port={port}"] if port != 80 else [])

    def _answer(self, answer: Answer) -> None:
        self._add(f"assert answer.status == {answer.status}")
        if not answer.is_complete:
            self._add("# the connection ended before the whole answer was there")
            return
        if answer.content_type:
            self._add(f'assert answer.headers["content-type"] == {_literal(answer.content_type)}')
        cookies = [value for name, value in answer.fields if name.lower() == "set-cookie"]
        if cookies:
            self._add(
                *_assert('[value for name, value in answer.headers.pairs if name.lower() == "set-cookie"]', cookies)
            )
        value = answer.json
        if value is not None and len(answer.body) <= MOST:
            self._add(*_assert("answer.json()", value))
        elif len(answer.body) > MOST:
            self._needs("import hashlib")
            digest = hashlib.sha256(answer.body).hexdigest()
            self._add(f'assert hashlib.sha256(answer.body).hexdigest() == "{digest}"')
        elif (text := utf8(answer.body)) is not None:
            self._add(*_assert("answer.text", text))
        else:
            self._add(*_assert("answer.body", answer.body))

    # WebSockets

    def _talk(self, act: Talk) -> None:
        if self._kit.is_page and act.to != DEVICE:
            self._add(f"# the WebSocket {_shown(act.target)} went to {act.to}: sim_page asks its own device only")
            return
        self._sockets += 1
        name = "socket" if self._sockets == 1 else f"socket{self._sockets}"
        arguments = [_literal(act.target)]
        if act.protocols:
            arguments.append(f"protocols={_literal(act.protocols)}")
        if act.fields and not self._kit.is_page:
            arguments.append(f"headers={_literal(act.fields)}")
        arguments += self._place(act.to, act.port)
        call = _call(f"{self._kit.fixture}.ws", arguments)
        self._add(f"{name} = {call[0]}", *call[1:])
        if act.subprotocol:
            self._add(f"assert {name}.subprotocol == {_literal(act.subprotocol)}")
        for turn in act.turns:
            if turn.opcode == Opcode.CLOSE:
                code, reason = end_of(turn)
                if turn.is_sent:
                    self._add(f"{name}.close({1000 if code == 1005 else code}, {_literal(reason)})")
                else:
                    self._add(f"assert {name}.closed() == ({code}, {_literal(reason)})")
            elif turn.opcode == Opcode.PING:
                ping = f"{name}.ping({turn.data!r})"
                self._add(f"# a ping was sent, which a page cannot: {turn.data!r}" if self._kit.is_page else ping)
            elif turn.opcode in (Opcode.TEXT, Opcode.BINARY):
                data = turn.data.decode("utf-8", "replace") if turn.opcode == Opcode.TEXT else turn.data
                self._add(
                    *(_call(f"{name}.send", [_literal(data)]) if turn.is_sent else _assert(f"{name}.receive()", data))
                )

    # Requests of the device

    def _asked(self, act: Asked) -> None:
        where = act.host or "an address without a name"
        if not act.host or not act.answer or act.is_websocket:
            why = "a WebSocket of its own" if act.is_websocket else "it got no answer" if act.host else "give it one"
            self._add(f"# {act.by} asked {where} for {act.method} {_shown(act.target)}: {why}")
            return
        if self._kit.is_page:
            self._needs("from sim.testing.playwright import expect")
            body = utf8(act.body)
            sent = [f"body={_literal(body)}"] if body else []
            waits = [f"timeout={1000 * seconds_of(act) + 5000}"]
            arguments = [_literal(act.method), _literal(act.target), 'role="outbound"', *sent, *waits]
            self._add(*_call(f"expect({self._kit.fixture}).to_have_requested", arguments))
            return
        self._add(
            f"clock.advance({seconds_of(act)})",
            'asked = [one for one in trace.requests if one.role == "outbound"]',
            f"assert ({_literal(act.method)}, {_literal(act.target)}, {act.body!r}) in [",
            "    (one.method, one.target, one.data[one.head_size :]) for one in asked",
            "]",
        )


def _lines(text: str) -> str:
    """Return a text as literals, one for each of its lines."""
    return "".join(f"    {_literal(line)}\n" for line in text.splitlines(keepends=True))


def _short(body: bytes) -> str | bytes:
    """Return a body as text if it is one, as then it is easier to read."""
    text = utf8(body)
    return body if text is None else text


def _literal(value: Any, indent: int = 0) -> str:
    """Return a value as Python has it, in double quotes where that is as plain."""
    if isinstance(value, str):
        plain = repr(value)
        return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in value and "\\'" not in plain else plain
    if isinstance(value, bytes):
        plain = repr(value)
        return f'b"{plain[2:-1]}"' if plain[1] == "'" and b'"' not in value else plain
    if isinstance(value, list | tuple):
        inner = ", ".join(map(_literal, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(one)}" for key, one in value.items()) + "}"
    return repr(value)


def _shown(target: str) -> str:
    """Return a target as a comment may have it."""
    return target.encode("unicode_escape", "backslashreplace").decode("ascii")


def _call(function: str, arguments: list[str]) -> list[str]:
    """Return a call, in a line for each argument if one is too long."""
    line = f"{function}({', '.join(arguments)})"
    return [line] if len(line) <= WIDTH else [f"{function}(", *[f"    {one}," for one in arguments], ")"]


def _assert(actual: str, expected: Any) -> list[str]:
    """Return an assertion."""
    return [f"assert {actual} == {_literal(expected)}"]
