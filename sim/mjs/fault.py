"""Turns exceptions of emitted code into the engine's errors.

The emitted code does not look at types before an operation. When Python refuses one, the column of the instruction
says what the operation was, and its last line how far the line that the engine reports is from the true one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from types import CodeType, FrameType, TracebackType
from typing import Final

from sim.mjs.error import Kind, MjsError
from sim.mjs.frame import mjs_name
from sim.mjs.line import told_line
from sim.mjs.pyast import Op

__all__ = ["located", "place_below", "release"]

MESSAGES: Final = {
    Op.ARITHMETIC: "implicit type conversion is prohibited",
    Op.GET: "type error",
    Op.SET: "unsupported object type",
    Op.CALL: "calling non-callable",
}
PARTICULAR: Final = {
    (Op.GET, "unhashable type"): "conversion from object to string is not supported",
    (Op.GET, "'method' object"): "index must be a number",
    (Op.ARITHMETIC, "'method' and 'int'"): "invalid operands",
    (Op.ARITHMETIC, "'int' and 'method'"): "invalid operands",
    (Op.SET, "'method' object"): "index must be a number",
    (Op.CALL, "'str' object"): "failed to call FFIed function: non-ffi-callable value",
}
"""What Python says of some types, where the engine has a message of its own."""

Place = tuple[str, int]


def fault(exception: Exception, names: dict[str, object]) -> MjsError:
    """Return the engine's error for an exception; `names` are the globals of the emitted code."""
    match exception:
        case MjsError():
            return exception
        case RecursionError() | MemoryError():
            return MjsError(Kind.MEMORY, "out of memory")
    innermost = exception.__traceback__
    while innermost and innermost.tb_next:
        innermost = innermost.tb_next
    if innermost is None or innermost.tb_frame.f_globals is not names:
        return MjsError(Kind.INTERNAL, "internal error")
    if isinstance(exception, NameError):
        return MjsError(Kind.REFERENCE, f"[{mjs_name(exception.name or '')}] is not defined")
    return MjsError(Kind.TYPE, message(str(exception), operation(innermost)))


def operation(traceback: TracebackType) -> Op:
    """Return what the failed instruction was for the program."""
    positions = list(traceback.tb_frame.f_code.co_positions())
    column = positions[traceback.tb_lasti // 2][2]
    return Op(column) if column in MESSAGES else Op.NONE


def message(said: str, op: Op) -> str:
    """Return the engine's message for an operation that Python refused with these words."""
    for (of, words), found in PARTICULAR.items():
        if op == of and words in said:
            return found
    return MESSAGES.get(op, "type error")


def located(exception: Exception, names: dict[str, object]) -> MjsError:
    """Return the error for an exception, with the call levels that are its own and those that wait for it."""
    error = fault(exception, names)
    error.frames += frames_of(exception.__traceback__, names)
    error.frames += frames_below(names)
    return error


def frames_of(traceback: TracebackType | None, names: dict[str, object]) -> list[Place]:
    """Return the call levels of a traceback, innermost first."""
    levels: list[tuple[CodeType, int]] = []
    while traceback:
        if traceback.tb_frame.f_globals is names:
            levels.append((traceback.tb_frame.f_code, traceback.tb_lasti))
        traceback = traceback.tb_next
    return [
        (code.co_filename, line_at(code, instruction, is_waiting=level > 0))
        for level, (code, instruction) in enumerate(reversed(levels))
    ]


def release(exception: BaseException) -> None:
    """Free the traceback of an exception level by level: freed at once, a deep one exhausts the stack of C."""
    traceback, exception.__traceback__ = exception.__traceback__, None
    frames: list[FrameType] = []
    while traceback:
        frames.append(traceback.tb_frame)
        following, traceback.tb_next = traceback.tb_next, None
        traceback = following
    while frames:
        frames.pop()


def frames_below(names: dict[str, object]) -> list[Place]:
    """Return the call levels that are running now, innermost first."""
    codes = ((frame.f_code, frame.f_lasti) for frame in live(sys._getframe()) if frame.f_globals is names)
    return [(code.co_filename, line_at(code, instruction, is_waiting=True)) for code, instruction in codes]


def place_below(names: dict[str, object]) -> Place | None:
    """Return the file and true line that is running now."""
    frames = (frame for frame in live(sys._getframe()) if frame.f_globals is names)
    return next(((frame.f_code.co_filename, frame.f_lineno) for frame in frames), None)


def line_at(code: CodeType, instruction: int, is_waiting: bool) -> int:
    """Return the line that the engine tells for an instruction that failed, or for a call that waits."""
    line, end, *_ = next(islice(code.co_positions(), instruction // 2, None))
    assert line
    assert end
    return told_line(line, end - line, is_waiting)


def live(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and its callers."""
    while frame:
        yield frame
        frame = frame.f_back
