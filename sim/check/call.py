"""Checks the calls of a script: how many arguments the API and C functions want, and what `load` and `ffi` name."""

from __future__ import annotations

from typing import Final

from sim.check.fact import Facts
from sim.check.finding import did_you_mean
from sim.check.kind import Kinds
from sim.check.place import PlacedParser
from sim.check.report import Report
from sim.mjs import node
from sim.mjs.error import MjsError
from sim.mjs.signature import parse_signature

__all__ = ["check_call"]

USERDATA: Final = "userdata"

TAKEN: Final = {
    **dict.fromkeys(["int", "bool"], ("number", "boolean")),
    **dict.fromkeys(["string", "struct", "pointer"], ("string", "null")),
    "function": ("function",),
}
"""What a C function takes for a type, of what a script can name; for others it takes anything."""


def check_call(facts: Facts, kinds: Kinds, place: PlacedParser, report: Report, part: node.Call) -> None:
    """Report what is wrong with a call."""
    match part:
        case node.Call(callee=node.Name(name="load"), arguments=[node.String(value=file), *_]):
            load(facts, place, report, part, file)
        case node.Call(callee=node.Name(name="ffi"), arguments=[node.String(value=text), *_]):
            bind(facts, place, report, part, text)
        case _:
            count(facts, place, report, part)
            types(facts, kinds, place, report, part)
            handlers(facts, place, report, part)


def load(facts: Facts, place: PlacedParser, report: Report, part: node.Call, file: str) -> None:
    """Report a file that is not there."""
    if file in facts.files or file in facts.catalog.files:
        return
    text = f'there is no file "{file}" to load{did_you_mean(file, {*facts.files, *facts.catalog.files})}'
    add = report.warning if facts.writes_files else report.error  # the program may write it first
    add("load", place.start(part.arguments[0]), text)


def bind(facts: Facts, place: PlacedParser, report: Report, part: node.Call, text: str) -> None:
    """Report a signature that is none, and a C function that is not simulated."""
    offset = place.start(part.arguments[0])
    try:
        signature = parse_signature(text)
    except MjsError as error:
        report.error("ffi", offset, f'bad ffi signature "{text}": {error.message}')
        return
    if signature.name not in facts.catalog.natives:
        hint = did_you_mean(signature.name, facts.catalog.natives)
        report.error("ffi", offset, f"the C function {signature.name} is not simulated{hint}")


def count(facts: Facts, place: PlacedParser, report: Report, part: node.Call) -> None:
    """Report a number of arguments that the function does not take."""
    given, offset = len(part.arguments), place.mark(part)
    signature, member = facts.signature(part.callee), facts.member(part.callee)
    if signature is not None:
        wanted, shown, last = len(signature.arguments), signature.name, ""
        if any(kind.kind == USERDATA for kind in signature.arguments[-1:]):
            last = USERDATA
    elif member is not None and member.arguments is not None and member.mjs is not None:
        wanted, shown = member.arguments, member.mjs
        last = USERDATA if member.parameters[-1:] == (USERDATA,) and member.handlers else ""
    elif member is not None:
        needed = min(member.least, member.needed) if member.python is not None else 0
        script_count(report, part, offset, member.parameters, member.mjs or "", needed)
        return
    else:
        return
    if given != wanted:
        hint = ": the userdata is missing, pass null" if last and given == wanted - 1 else ""
        plural = "" if wanted == 1 else "s"
        report.error("arguments", offset, f"{shown} takes {wanted} argument{plural}, got {given}{hint}")


def script_count(
    report: Report, part: node.Call, offset: int, parameters: tuple[str, ...], shown: str, least: int
) -> None:
    """Report arguments that are ignored, or missing where they are surely needed."""
    given = len(part.arguments)
    if any(name.startswith("...") for name in parameters):
        return
    if given > len(parameters):
        report.warning(
            "arguments", offset, f"{shown} takes {len(parameters)} arguments, got {given}: the rest is lost"
        )
    elif given < least:
        plural = "" if least == 1 else "s"
        report.warning(
            "arguments", offset, f"{shown} needs {least} argument{plural}, got {given}: the rest is undefined"
        )


def types(facts: Facts, kinds: Kinds, place: PlacedParser, report: Report, part: node.Call) -> None:
    """Report arguments that a C function refuses."""
    signature, member = facts.signature(part.callee), facts.member(part.callee)
    wanted = [kind.kind for kind in signature.arguments] if signature else member.types if member else ()
    if len(part.arguments) != len(wanted):
        return
    for argument, kind in zip(part.arguments, wanted, strict=True):
        given = kinds.of(argument)
        if given is not None and given not in TAKEN.get(kind, (given,)):
            text = f"this argument must be {' or '.join(TAKEN[kind])}, got {given}"
            report.error("arguments", place.start(argument), text)


def handlers(facts: Facts, place: PlacedParser, report: Report, part: node.Call) -> None:
    """Report handlers that declare more parameters than they get."""
    for position, wanted in facts.handlers(part).items():
        if wanted is None or position >= len(part.arguments):
            continue
        argument = part.arguments[position]
        function = facts.function(argument)
        if function is not None and len(function.parameters) > wanted:
            names = place.names.get(function)
            offset = names[wanted] if names and isinstance(argument, node.Function) else place.start(argument)
            late = function.parameters[wanted]
            plural = "" if wanted == 1 else "s"
            text = f"the handler gets {wanted} argument{plural}: `{late}` is always undefined"
            report.warning("arguments", offset, text)
