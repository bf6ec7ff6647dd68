"""Writes exchanges as commands for curl, for a device that `python -m sim serve` has put on a port."""

from __future__ import annotations

import re
from typing import Final

from sim.export.code.act import CodeError, Request, Story, Talk

__all__ = ["to_curl"]

PLAIN: Final = re.compile(r"[\w@%+=:,./-]+", re.ASCII)

PRINTABLE: Final = re.compile(r"[\x20-\x7e\n\t]*")


def to_curl(story: Story) -> str:
    """Return a command for each request; what curl cannot send is told in comments."""
    blocks = []
    for act in story:
        if isinstance(act, Request):
            blocks.append(_command(act))
        elif isinstance(act, Talk):
            blocks.append(f"# the WebSocket {_shown(act.target)}: curl speaks no such conversation")
        else:
            where = act.host or "another host"
            blocks.append(f"# {act.by} asked {where} for {act.method} {_shown(act.target)}: curl asks only the device")
    if not any(isinstance(act, Request) for act in story):
        raise CodeError("\n".join(block.removeprefix("# ") for block in blocks))
    return "".join(f"{block}\n" for block in blocks)


def _command(act: Request) -> str:
    before, words = "", ["curl"]
    if re.search(r"[][{}]", act.target):
        words.append("--globoff")
    if re.search(r"/\.\.?(/|$)", act.target.partition("?")[0]):
        words.append("--path-as-is")
    if act.method == "HEAD":
        words.append("--head")
    elif act.method != ("POST" if act.body else "GET"):
        words += ["-X", quoted(act.method)]
    for name, value in act.fields:
        words += ["-H", quoted(f"{name}: {value}" if value else f"{name};")]
    if act.is_chunked:
        words += ["-H", "'Transfer-Encoding: chunked'"]
    if act.body:
        if not any(name.lower() == "content-type" for name, _ in act.fields):
            words += ["-H", "Content-Type:"]  # or curl says that it is a form
        if b"\0" in act.body:
            before = f"printf {printf(act.body)} | "
            words += ["--data-binary", "@-"]
        else:
            words += ["--data-raw", quoted(act.body.decode("utf-8", "surrogateescape"))]
    url = f"http://127.0.0.1:{8080 if act.port == 80 else act.port}{act.target}"
    return f"{_note(act)}{before}{' '.join([*words, quoted(url)])}"


def _note(act: Request) -> str:
    return f"# {act.to}\n" if act.to != "device" else ""


def quoted(text: str) -> str:
    """Return a text as a word of a shell: bash, zsh, and others that know $'...'."""
    if PLAIN.fullmatch(text):
        return text
    if PRINTABLE.fullmatch(text):
        return "'" + text.replace("'", "'\\''") + "'"
    data = text.encode("utf-8", "surrogateescape")
    return "$'" + "".join(_escaped(byte) for byte in data) + "'"


def _escaped(byte: int) -> str:
    if byte in b"\\'":
        return f"\\{chr(byte)}"
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"


def printf(data: bytes) -> str:
    """Return bytes as the format of printf, in quotation marks."""
    plain = "".join(chr(byte) if 32 <= byte < 127 and byte not in b"\\'%" else f"\\{byte:03o}" for byte in data)
    return f"'{plain}'"


def _shown(target: str) -> str:
    return target.encode("unicode_escape", "backslashreplace").decode("ascii")
