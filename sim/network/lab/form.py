"""Reads what a rule shall do, as JSON or as a line of text, and writes it: whatever is wrong is said in words."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite
from typing import Final

from sim.network.lab.kinds import KINDS, Kind, Parameter, Value

__all__ = ["RuleError", "describe", "read_rule", "read_text", "rule_json"]

WINDOWED: Final = ("start", "lasts", "every")


class RuleError(ValueError):
    """A rule cannot be as it is asked for; the text says what is wrong, and `field` with which part ("": none)."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def read_rule(given: Mapping[str, object]) -> tuple[Kind, dict[str, Value]]:
    """Return the kind of a rule and all its values, from its JSON form: `kind` and the values that are no defaults.

    Raises:
        RuleError: there is no such kind or value, or a value is none that it can have.
    """
    name = given.get("kind")
    if not isinstance(name, str):
        raise RuleError(f"a rule needs its kind, one of {', '.join(KINDS)}")
    kind = KINDS.get(name)
    if kind is None:
        raise RuleError(f"there is no rule {name!r}{_instead(name, KINDS)}", "kind")
    parameters = {parameter.name: parameter for parameter in kind.parameters}
    values: dict[str, Value] = {parameter.name: parameter.default for parameter in parameters.values()}
    for key, value in given.items():
        if key == "kind":
            continue
        if key not in parameters:
            raise RuleError(f"the rule {name!r} takes no {key!r}{_instead(key, parameters)}", key)
        values[key] = _checked(kind, parameters[key], value)
    _check_together(kind, values)
    return kind, values


def read_text(text: str) -> dict[str, object]:
    """Return the JSON form of a rule written as a line: its kind, and `name=value` for each value, blanks between.

    Raises:
        RuleError: a part is no `name=value`.
    """
    try:
        name, *parts = shlex.split(text) or [""]
    except ValueError as error:
        raise RuleError(f"the rule {text!r} cannot be read: {error}") from None
    given: dict[str, object] = {"kind": name}
    parameters = {parameter.name: parameter for parameter in KINDS[name].parameters} if name in KINDS else {}
    for part in parts:
        key, sign, value = part.partition("=")
        if not sign:
            raise RuleError(f"{part!r} in the rule {text!r} is no NAME=VALUE, such as percent=20")
        parameter = parameters.get(key)
        given[key] = _number(value) if parameter is not None and parameter.type in ("whole", "number") else value
    return given


def rule_json(kind: Kind, values: Mapping[str, Value]) -> dict[str, object]:
    """Return the JSON form of a rule: `kind`, and each value that is not the default."""
    changed = {one.name: values[one.name] for one in kind.parameters if values[one.name] != one.default}
    return {"kind": kind.name, **changed}


def describe(given: Mapping[str, object]) -> str:
    """Return a rule in a few words, such as `loss percent=20 host=device`: what `read_text` reads."""
    kind, values = read_rule(given)
    parts = (f"{key}={value}" for key, value in rule_json(kind, values).items() if key != "kind")
    return shlex.join([kind.name, *parts])


def _checked(kind: Kind, parameter: Parameter, value: object) -> Value:
    what = f"{parameter.name!r} of the rule {kind.name!r} must be"
    if parameter.choices:
        if value not in parameter.choices:
            raise RuleError(f"{what} one of {', '.join(parameter.choices)}, got {_shown(value)}", parameter.name)
    elif parameter.type == "text":
        if not isinstance(value, str):
            raise RuleError(f"{what} text, got {_shown(value)}", parameter.name)
    else:
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        if is_number and isinstance(value, float) and value.is_integer():
            value = int(value)
        number = "a whole number" if parameter.is_whole else "a number"
        unit = f" {parameter.unit}" if parameter.unit else ""
        if not is_number or (parameter.is_whole and not isinstance(value, int)):
            raise RuleError(f"{what} {number}, got {_shown(value)}", parameter.name)
        assert isinstance(value, int | float)
        if not parameter.low <= value <= parameter.high:
            raise RuleError(
                f"{what} from {parameter.low:g} to {parameter.high:.15g}{unit}, got {_shown(value)}", parameter.name
            )
    assert isinstance(value, int | float | str)
    return value


def _check_together(kind: Kind, values: Mapping[str, Value]) -> None:
    if values.get("direction", "both") != "both" and not values["host"]:
        raise RuleError(f"'direction' of the rule {kind.name!r} is seen from a host: say which with 'host'", "host")
    if values.get("peer") and not values["host"]:
        raise RuleError(f"'peer' of the rule {kind.name!r} is the other end of a link: say whose with 'host'", "host")
    if kind.group == "wifi" and not values["host"]:
        raise RuleError(f"'host' of the rule {kind.name!r} must say whose WiFi it is", "host")
    _, lasts, every = (float(values[name]) for name in WINDOWED)
    if every and not 0 < lasts < every:
        raise RuleError(f"'every' of the rule {kind.name!r} must be longer than 'lasts', and 'lasts' above 0", "every")


def _instead(name: str, names: Mapping[str, object]) -> str:
    close = get_close_matches(name, names, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(names)}"


def _number(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _shown(value: object) -> str:
    try:
        return json.dumps(value)[:60]
    except (TypeError, ValueError):
        return repr(value)[:60]
