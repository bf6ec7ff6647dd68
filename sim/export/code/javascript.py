"""Writes exchanges as a test for Playwright Test, with the kit `mos-sim/playwright`."""

from __future__ import annotations

import base64
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

__all__ = ["to_javascript"]

ODD: Final = "// a part of it is no UTF-8, which this cannot send as it was"


def to_javascript(story: Story) -> str:
    """Return a test for Playwright Test."""
    lines: list[str] = []
    sockets = 0
    for act in story:
        if lines:
            lines.append("")
        if isinstance(act, Talk):
            sockets += 1
        if not isinstance(act, Asked) and act.to != DEVICE:
            what = "the WebSocket" if isinstance(act, Talk) else act.method
            lines.append(f"// {what} {_shown(act.target)} went to {act.to}: the kit asks its own device only")
        elif isinstance(act, Request):
            lines += _request(act, is_first="const" if not any("answer = " in line for line in lines) else "")
        elif isinstance(act, Talk):
            lines += _talk(act, "socket" if sockets == 1 else f"socket{sockets}")
        else:
            lines += _asked(act)
    if all(not line or line.startswith("//") for line in lines):
        raise CodeError("\n".join(line.removeprefix("// ") for line in lines if line))
    hosts = {f"hosts/{name}.py": host_program(port, asked) for (name, port), asked in story.hosts.items()}
    named = {file: re.sub(r"\W", "_", file[6:-3]).upper() for file in hosts}
    programs = "".join(f'const {name} = [\n{_lines(hosts[file])}].join("\\n");\n\n' for file, name in named.items())
    listed = ", ".join(f"{js(file)}: {name}" for file, name in named.items())
    files = f", files: {{ {listed} }}" if hosts else ""
    firmware = f"{{ path: {js(story.firmware)}{files} }}" if files else js(story.firmware)
    body = "".join(f"  {line}\n" if line else "\n" for line in lines)
    name = story.name.replace("_", " ")
    return (
        f'import {{ expect, test }} from "mos-sim/playwright";\n\n{programs}test.use({{ firmware: {firmware} }});\n\n'
        f"test({js(name)}, async ({{ device }}) => {{\n{body}}});\n"
    )


def _request(act: Request, is_first: str) -> list[str]:
    if act.answer is None:
        return [f"// {act.method} {_shown(act.target)} got no answer, for which a page waits a minute"]
    options = []
    if act.fields:
        options.append(f"headers: {js([list(pair) for pair in act.fields])}")
    if act.body:
        options.append(f"body: {data_of(act.body)}")
    if act.port != 80:
        options.append(f"port: {act.port}")
    given = f", {{ {', '.join(options)} }}" if options else ""
    call = f"device.request({js(act.method)}, {js(act.target)}{given})"
    lines = ["// it was sent in chunks; here it goes out in one piece"] if act.is_chunked else []
    if is_odd(act.target + "".join(map("".join, act.fields))):
        lines.append(ODD)
    keyword = "let " if is_first else ""
    return [*lines, f"{keyword}answer = await {call};", *_answer(act.answer)]


def _answer(answer: Answer) -> list[str]:
    lines = [f"expect(answer.status).toBe({answer.status});"]
    if not answer.is_complete:
        return [*lines, "// the connection ended before the whole answer was there"]
    if answer.content_type:
        lines.append(f'expect(answer.header("content-type")).toBe({js(answer.content_type)});')
    cookies = [value for name, value in answer.fields if name.lower() == "set-cookie"]
    if cookies:
        names = 'answer.headers.filter(([name]) => name.toLowerCase() === "set-cookie").map(([, value]) => value)'
        lines.append(f"expect({names}).toEqual({js(cookies)});")
    value, text = answer.json, utf8(answer.body)
    if value is not None:
        lines.append(f"expect(answer.json()).toEqual({js(value)});")
    elif text is not None:
        lines.append(f"expect(answer.text).toBe({js(text)});")
    else:
        lines.append(f"expect(answer.body).toEqual({data_of(answer.body)});")
    return lines


def _talk(act: Talk, name: str) -> list[str]:
    options = [f"protocols: {js(act.protocols)}"] if act.protocols else []
    options += [f"port: {act.port}"] if act.port != 80 else []
    given = f", {{ {', '.join(options)} }}" if options else ""
    lines = [f"const {name} = await device.ws({js(act.target)}{given});"]
    if act.subprotocol:
        lines.append(f"expect({name}.protocol).toBe({js(act.subprotocol)});")
    for turn in act.turns:
        if turn.opcode == Opcode.CLOSE:
            code, reason = end_of(turn)
            if turn.is_sent:
                lines.append(f"await {name}.close({1000 if code == 1005 else code}, {js(reason)});")
            else:
                lines.append(f"expect(await {name}.closed()).toEqual({{ code: {code}, reason: {js(reason)} }});")
        elif turn.opcode in (Opcode.TEXT, Opcode.BINARY):
            is_text = turn.opcode == Opcode.TEXT
            data = js(turn.data.decode("utf-8", "replace")) if is_text else buffer_of(turn.data)
            lines.append(
                f"await {name}.send({data});" if turn.is_sent else f"expect(await {name}.next()).toEqual({data});"
            )
        else:
            lines.append("// a ping was sent, which a page cannot")
    return lines


def _asked(act: Asked) -> list[str]:
    if not act.host or not act.answer or act.is_websocket:
        where = act.host or "an address without a name"
        why = "a WebSocket of its own" if act.is_websocket else "it got no answer" if act.host else "give it one"
        return [f"// {act.by} asked {where} for {act.method} {_shown(act.target)}: {why}"]
    body = utf8(act.body)
    options = [
        'role: "outbound"',
        *([f"body: {js(body)}"] if body else []),
        f"timeout: {1000 * seconds_of(act) + 5000}",
    ]
    return [f"await expect(device).toHaveRequested({js(act.method)}, {js(act.target)}, {{ {', '.join(options)} }});"]


def _lines(text: str) -> str:
    return "".join(f"  {js(line)},\n" for line in text.split("\n"))


def js(value: Any) -> str:
    """Return a value of JSON as JavaScript has it."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()


def data_of(body: bytes) -> str:
    """Return a body: text if it is one, else bytes."""
    text = utf8(body)
    return buffer_of(body) if text is None else js(text)


def buffer_of(body: bytes) -> str:
    """Return bytes."""
    return f'Buffer.from("{base64.b64encode(body).decode()}", "base64")'


def _shown(target: str) -> str:
    return target.encode("unicode_escape", "backslashreplace").decode("ascii")
