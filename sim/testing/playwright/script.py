"""Calls `window.simdevice` in the page, and turns what goes wrong there into what is raised here."""

from __future__ import annotations

import base64
import re
from typing import Any, Final

from playwright.sync_api import Page

from sim.testing.outcome import NoAnswer

__all__ = ["ask", "pattern_of", "unpacked"]

CALL: Final = """async (packed) => {
  const unpack = (value) => {
    if (Array.isArray(value)) return value.map(unpack);
    if (!value || typeof value !== "object") return value;
    if (typeof value.base64 === "string") return Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpack(one)]));
  };
  const pack = (data) => typeof data === "string" ? data :
    { base64: btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join("")) };
  const inTime = (promise, timeout) => Promise.race([promise, new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`waited ${timeout} ms in vain`)), timeout))]);
  try {
    return { value: await (async (...given) => PROGRAM)(...unpack(packed)) };
  } catch (error) {
    return { problem: String(error?.message ?? error) };
  }
}"""

FLAGS: Final = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
"""The letters of JavaScript for those of Python's flags that it has."""

NO_CONNECTION: Final = ("connection refused", "no host", "no free port")


def ask(page: Page, program: str, *given: Any) -> Any:
    """Evaluate an expression in the page and return what it promises.

    It gets the array `given`, in which bytes are a `Uint8Array`, and has `pack(data)` for bytes that it returns and
    `inTime(promise, milliseconds)`.

    Raises:
        NoAnswer: it is rejected there; the text is that of the page.
    """
    answer = page.evaluate(CALL.replace("PROGRAM", program), [packed(one) for one in given])
    if "problem" not in answer:
        return answer.get("value")
    text = answer["problem"]
    is_late = "no answer" in text or text.startswith("waited")
    raise NoAnswer(text, "connect" if text.startswith(NO_CONNECTION) else "timeout" if is_late else "closed")


def packed(value: Any) -> Any:
    """Return a value with bytes, also those within it, as JSON has them."""
    if isinstance(value, bytes | bytearray):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {name: packed(one) for name, one in value.items()}
    return [packed(one) for one in value] if isinstance(value, list | tuple) else value


def unpacked(value: Any) -> Any:
    """Return what a program has packed: bytes, or the text."""
    return value if isinstance(value, str) else base64.b64decode(value["base64"])


def pattern_of(expected: Any) -> Any:
    """Return a text as it is, and a compiled regular expression as the page takes it."""
    if isinstance(expected, str) or expected is None:
        return expected
    return {"source": expected.pattern, "flags": "".join(one for one, flag in FLAGS.items() if expected.flags & flag)}
