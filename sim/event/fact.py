"""Is the base of all facts: what one holds, what it weighs, and its JSON form.

A fact holds numbers, text, bytes and pairs, never a reference, so a trace can be saved and replayed. Its JSON form is
its `type` and its fields; bytes become latin-1 text (character U+00NN is byte 0xNN).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, dataclass_transform

from sim.values import field_names, frozen

__all__ = ["EVENT_TYPES", "FIELDS", "TraceEvent", "fact"]

Fact = TypeVar("Fact", bound=type[Any])

EVENT_TYPES: Final[dict[str, type[TraceEvent]]] = {}
"""Every fact by the name that its JSON form has."""

FIELDS: Final[dict[type[TraceEvent], tuple[str, ...]]] = {}
"""The names of the fields of every fact."""

if TYPE_CHECKING:

    @dataclass_transform(frozen_default=True)
    def fact(cls: Fact) -> Fact:
        """Make a class of facts, and let its name be known."""

else:

    def fact(cls):
        """Make a class of facts; see above."""
        made = frozen(cls)
        if made.long_texts:
            made.text_size = property(lambda self: sum(len(getattr(self, name)) for name in made.long_texts))
        EVENT_TYPES[made.type] = made
        FIELDS[made] = field_names(made)
        return made


class TraceEvent:
    """One thing that happened; the base of all facts."""

    __slots__ = ()
    type: ClassVar[str]
    data: bytes = b""
    """Bytes that the fact carries, if its type has any. With `text_size` it is what the fact weighs in the trace."""
    text_size: int = 0
    """How long the texts of the fact are, if its type may hold long ones; short texts weigh nothing."""
    long_texts: ClassVar[tuple[str, ...]] = ()
    """The fields that may hold long texts: `fact` makes `text_size` of them."""

    @property
    def weight(self) -> int:
        """What the fact weighs in the trace."""
        return len(self.data) + self.text_size

    def to_json(self) -> dict[str, object]:
        """Return the fact as a JSON object, its type first."""
        out: dict[str, object] = {"type": self.type}
        for name in FIELDS[type(self)]:
            value = getattr(self, name)
            out[name] = value.decode("latin-1") if isinstance(value, bytes) else value
        return out
