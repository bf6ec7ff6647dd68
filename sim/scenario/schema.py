"""Makes the JSON Schema of scenarios, for editors, and the tables of the reference, from the one table."""

from __future__ import annotations

from typing import Any, Final

from sim.scenario.table import DOCUMENT, STEPS, TYPES, Field, Shape

__all__ = ["to_reference", "to_schema"]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def to_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12)."""
    return {"$schema": DIALECT, "title": "mos-sim scenario", **_shape(DOCUMENT)}


def to_reference() -> str:
    """Return a section in Markdown for each map that a scenario is made of."""
    shapes = [DOCUMENT, *_inside(DOCUMENT)]
    for shape in STEPS.values():
        shapes += [shape, *_inside(shape)]
    return "\n".join(map(_section, shapes))


def _inside(shape: Shape) -> list[Shape]:
    return [field.shape for field in shape.fields if field.shape is not None]


def _shape(shape: Shape) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "description": shape.about,
        "properties": {field.name: _field(field) for field in shape.fields},
        "additionalProperties": False,
    }
    if needed := [field.name for field in shape.fields if field.needed]:
        made["required"] = needed
    if shape.one_of:
        made["oneOf"] = [{"required": [name]} for name in shape.one_of]
    if shape.not_both:
        made["not"] = {"required": list(shape.not_both)}
    if not shape.short:
        return made
    return {"description": shape.about, "anyOf": [_short(shape), made]}


def _short(shape: Shape) -> dict[str, Any]:
    field = shape.field(shape.short)
    assert field is not None
    schema = dict(TYPES[field.type].schema)
    # A map in this place is the long form, so in short only the rest may stand there
    return schema if "type" in schema else {"type": "string"}


def _field(field: Field) -> dict[str, Any]:
    if field.shape is not None:
        return _shape(field.shape)
    if field.type == "steps":
        steps = {"anyOf": [_step(kind, shape) for kind, shape in STEPS.items()]}
        return {"description": field.about, "type": "array", "items": steps, "minItems": 1}
    schema = {"description": field.about, **TYPES[field.type].schema}
    return schema if field.default is None else {**schema, "default": field.default}


def _step(kind: str, shape: Shape) -> dict[str, Any]:
    return {"type": "object", "properties": {kind: _shape(shape)}, "required": [kind], "additionalProperties": False}


def _section(shape: Shape) -> str:
    lines = [f"### {shape.name}", "", shape.about, ""]
    if shape.one_of:
        lines += [f"Exactly one of {_names(shape.one_of)} has to be there.", ""]
    if shape.not_both:
        lines += [f"{_names(shape.not_both)} do not go together.", ""]
    lines += ["| name | value | meaning |", "| --- | --- | --- |"]
    rows = [f"| `{field.name}` | {_words(field)} | {_meaning(field)} |" for field in shape.fields]
    return "\n".join([*lines, *rows, ""])


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _words(field: Field) -> str:
    if field.shape is not None:
        return f"[{field.shape.name}](#{field.shape.name.replace(' ', '-')})"
    return "a list of steps" if field.type == "steps" else TYPES[field.type].words


def _meaning(field: Field) -> str:
    needed = "; needed" if field.needed else ""
    default = "" if field.default is None else f" (default: {_value(field.default)})"
    return f"{field.about}{default}{needed}"


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
