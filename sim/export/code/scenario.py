"""Writes exchanges as a scenario (docs/reference/scenario.md)."""

from __future__ import annotations

import json
import re
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
    is_odd,
    seconds_of,
    utf8,
)
from sim.mhttp.websocket import Opcode

__all__ = ["to_scenario"]

UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""What JSON may have as it is and YAML may not."""


def to_scenario(story: Story) -> str:
    """Return a scenario."""
    steps: list[str] = []
    talks = 0
    for act in story:
        if isinstance(act, Request):
            steps += _request(act)
        elif isinstance(act, Talk):
            talks += 1
            steps += _talk(act, "ws" if talks == 1 else f"ws{talks}")
        else:
            steps += _asked(act)
    if not any(step.startswith("- ") for step in steps):
        raise CodeError("\n".join(step.removeprefix("# ") for step in steps))
    hosts = "".join(f"  {name}: {name}.py\n" for name, _ in story.hosts)
    head = _programs(story) + f"name: {yaml(story.name.replace('_', ' ').capitalize())}\nversion: 1\n"
    body = "".join(f"  {step}\n" for step in steps)
    return f"{head}firmware: {yaml(story.firmware)}\n{'hosts:' + chr(10) + hosts if hosts else ''}steps:\n{body}"


def _programs(story: Story) -> str:
    """Return the programs of other hosts, which have to be files of their own."""
    lines = []
    for (name, port), asked in story.hosts.items():
        lines += [f"Save these lines as {name}.py beside this file, without the signs before them:"]
        lines += [f"  {line}".rstrip() for line in host_program(port, asked).splitlines()]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _request(act: Request) -> list[str]:
    notes, body = [], utf8(act.body)
    if body is None or is_odd(act.target + "".join(map("".join, act.fields))):
        shown = act.target.encode("unicode_escape", "backslashreplace").decode()
        return [f"# {act.method} {shown} has bytes that are no text, which a scenario cannot send"]
    if act.is_chunked:
        notes.append("# it was sent in chunks; here it goes out in one piece")
    step: dict[str, Any] = {"method": act.method, "path": literal(act.target)}
    headers: dict[str, str] = {}
    for name, value in act.fields:
        same = next((one for one in headers if one.lower() == name.lower()), name)
        headers[same] = f"{headers[same]}, {literal(value)}" if same in headers else literal(value)
    if len(headers) < len(act.fields):
        notes.append("# fields of one name are sent as one")
    if headers:
        step["headers"] = headers
    if body:
        step["body"] = literal(body)
    step |= _place(act.to, act.port)
    step["expect"] = {"error": "timeout"} if act.answer is None else _expect(act.answer)
    return [*notes, f"- request: {yaml(step)}"]


def _expect(answer: Answer) -> dict[str, Any]:
    expect: dict[str, Any] = {"status": answer.status}
    if not answer.is_complete:
        return {"error": "closed"}
    if answer.content_type:
        expect["headers"] = {"Content-Type": wanted(answer.content_type)}
    value, text = answer.json, utf8(answer.body)
    if value is not None:
        expect["json"] = wanted_json(value)
    elif text is not None:
        expect["body"] = wanted(text)
    return expect


def _place(to: str, port: int) -> dict[str, Any]:
    return ({"to": to} if to != DEVICE else {}) | ({"port": port} if port != 80 else {})


def _talk(act: Talk, name: str) -> list[str]:
    if any(turn.is_sent and turn.opcode in (Opcode.BINARY, Opcode.PING) for turn in act.turns):
        shown = act.target.encode("unicode_escape", "backslashreplace").decode()
        return [f"# to the WebSocket {shown} went what is no text, which a scenario cannot send"]
    opening: dict[str, Any] = {"path": literal(act.target), "as": name}
    if act.protocols:
        opening["protocols"] = act.protocols
    if act.fields:
        opening["headers"] = {key: literal(value) for key, value in act.fields}
    steps: list[dict[str, Any] | str] = [opening | _place(act.to, act.port)]
    for turn in act.turns:
        if turn.opcode == Opcode.CLOSE:
            code, reason = end_of(turn)
            end = {"closed": code} | ({"reason": wanted(reason)} if reason else {})
            steps.append({"as": name, "close": True} if turn.is_sent else {"as": name, "expect": end})
        elif turn.opcode == Opcode.BINARY:
            steps += ["# a binary message comes", {"as": name, "expect": {}}]
        else:
            text = turn.data.decode("utf-8", "replace")
            steps.append(
                {"as": name, "send": literal(text)} if turn.is_sent else {"as": name, "expect": {"text": wanted(text)}}
            )
    return [step if isinstance(step, str) else f"- ws: {yaml(step)}" for step in steps]


def _asked(act: Asked) -> list[str]:
    shown = act.target.encode("unicode_escape", "backslashreplace").decode()
    if not act.host or not act.answer or act.is_websocket:
        where = act.host or "an address without a name"
        why = "a WebSocket of its own" if act.is_websocket else "it got no answer" if act.host else "give it one"
        return [f"# {act.by} asked {where} for {act.method} {shown}: {why}"]
    step: dict[str, Any] = {"method": act.method, "path": f"~^{re.escape(act.target)}$"}
    step["timeout"] = seconds_of(act)
    body = utf8(act.body)
    if body:
        step["expect"] = {"body": wanted(body)}
    return [f"- wait-request: {yaml(step)}"]


def literal(text: str) -> str:
    """Return a text in which nothing stands for what was captured."""
    return text.replace("${", "$${")


def wanted(text: str) -> str:
    """Return what expects just this text."""
    return literal(f"~^{re.escape(text)}$" if text.startswith("~") else text)


def wanted_json(value: Any) -> Any:
    """Return what expects just this value."""
    if isinstance(value, str):
        return wanted(value)
    if isinstance(value, list):
        return [wanted_json(one) for one in value]
    if isinstance(value, dict):
        return {name: wanted_json(one) for name, one in value.items()}
    return value


def yaml(value: Any) -> str:
    """Return a value in one line: JSON, but for names that need no quotation marks."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_name(name)}: {yaml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(yaml, value)) + "]"
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))


def _name(name: str) -> str:
    is_plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name) and name.lower() not in ("null", "true", "false")
    return name if is_plain else yaml(name)
