"""Makes classes of values as `dataclasses` does, at a tenth of what that costs when the class is made.

A page starts by making some hundred of them, which took a third of the start of the device. Here `__init__` is one
function for each number of fields, with other names put in, and `__eq__`, `__hash__` and `__repr__` are the same for
all; what the functions of `dataclasses` want to know of a class is found out when they ask.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final, TypeVar, dataclass_transform

__all__ = ["entity", "field_names", "frozen", "mutable", "replace"]

FIELDS: Final = "__dataclass_fields__"
PARAMS: Final = "__dataclass_params__"
"""What the functions of `dataclasses` look for in a class."""

Class = TypeVar("Class", bound=type[Any])
Instance = TypeVar("Instance")


def field_names(of: Any) -> tuple[str, ...]:
    """Return the names of the fields of a class that is made here, or of an instance of one."""
    names: tuple[str, ...] = of.__match_args__
    return names


def replace(instance: Instance, **changes: object) -> Instance:
    """Return a copy of a value with some fields changed (`dataclasses.replace`)."""
    known: Any = instance  # `frozen` is no dataclass to the type checker
    copy: Instance = dataclasses.replace(known, **changes)
    return copy


if TYPE_CHECKING:

    @dataclass_transform(frozen_default=True)
    def frozen(cls: Class) -> Class:
        """Make a class of values: they are compared by their fields, may be keys, and are never changed.

        Only the type checker sees to that: freezing makes a value six times as slow to build, see docs/design.md.
        """

    @dataclass_transform()
    def mutable(cls: Class) -> Class:
        """Make a class of structs: they are compared by their fields, which may be changed."""

    @dataclass_transform(frozen_default=True, eq_default=False)
    def entity(cls: Class) -> Class:
        """Make a class of things that never change, and are each equal to nothing but themselves."""

else:

    def frozen(cls):
        """Make a class of values; see above."""
        return _made(cls, {"__eq__": _equals, "__hash__": _hash})

    def mutable(cls):
        """Make a class of structs; see above."""
        return _made(cls, {"__eq__": _equals, "__hash__": None})

    def entity(cls):
        """Make a class of things; see above."""
        return _made(cls, {})


def _made(cls: type[Any], methods: dict[str, object]) -> type[Any]:
    """Return the class with slots for its fields, and with the methods that it does not have itself."""
    space = dict(cls.__dict__)
    own = [name for name, kind in cls.__annotations__.items() if not kind.startswith("ClassVar")]
    inherited: tuple[str, ...] = getattr(cls, "__match_args__", ())
    new = tuple([name for name in own if name not in inherited])
    names = (*inherited, *new)
    if "__post_init__" in space:
        raise TypeError(f"{cls.__qualname__} has a __post_init__, which only dataclasses call")
    space.setdefault("__init__", _init(cls, names))
    for name in ("__dict__", "__weakref__", *names):
        space.pop(name, None)
    for name, method in (("__repr__", _repr), *methods.items()):
        if space.get(name) is None:
            space[name] = method
    space.update(
        {"__slots__": new, "__match_args__": names, "__replace__": replace, FIELDS: _Fields(), PARAMS: _Params}
    )
    return type(cls.__name__, cls.__bases__, space)


def _init(cls: type[Any], names: tuple[str, ...]) -> FunctionType:
    given = {**_defaults(cls), **{name: cls.__dict__[name] for name in names if name in cls.__dict__}}
    code = _template(len(names)).replace(
        co_varnames=("self", *names), co_names=names, co_qualname=f"{cls.__qualname__}.__init__"
    )
    _check(cls, names, given)
    init = FunctionType(code, {}, "__init__", tuple([given[name] for name in names if name in given]))
    init.__qualname__ = code.co_qualname
    return init


def _check(cls: type[Any], names: tuple[str, ...], given: dict[str, object]) -> None:
    """Refuse what `dataclasses` refuses, and what only they can do."""
    for name in names[len(names) - len(given) :]:
        if name not in given:
            raise TypeError(f"{cls.__qualname__}.{name} has no default, and comes after a field that has one")
        if type(given[name]).__hash__ is None or isinstance(given[name], dataclasses.Field):
            raise ValueError(f"the default of {cls.__qualname__}.{name} would be shared, and may change")


def _defaults(cls: type[Any]) -> dict[str, object]:
    """Return the defaults that a class has, or inherits."""
    names, values = getattr(cls, "__match_args__", ()), getattr(cls.__init__, "__defaults__", None) or ()
    return dict(zip(names[len(names) - len(values) :], values, strict=True))


@cache
def _template(count: int) -> CodeType:
    """Return the code of an `__init__` with this many fields."""
    names = [f"field{i}" for i in range(count)]
    lines = [f"def __init__({', '.join(['self', *names])}):", *[f" self.{name} = {name}" for name in names], " return"]
    space: dict[str, Any] = {}
    exec("\n".join(lines), space)
    code = space["__init__"].__code__
    assert isinstance(code, CodeType)
    return code


def _equals(self: Any, other: Any) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return all(getattr(self, name) == getattr(other, name) for name in self.__match_args__)


def _hash(self: Any) -> int:
    return hash(tuple([getattr(self, name) for name in self.__match_args__]))


def _repr(self: Any) -> str:
    fields = ", ".join([f"{name}={getattr(self, name)!r}" for name in self.__match_args__])
    return f"{type(self).__qualname__}({fields})"


class _Params:
    """Tells `dataclasses`, of a class that derives from one of these, that nothing is frozen at run time."""

    frozen = False


class _Fields:
    """Stands for the fields of a class until somebody asks for them."""

    def __get__(self, instance: object, owner: type[Any]) -> dict[str, dataclasses.Field[Any]]:
        defaults = _defaults(owner)
        kinds = {name: kind for base in reversed(owner.__mro__[:-1]) for name, kind in base.__annotations__.items()}
        fields = [
            (name, kinds[name], dataclasses.field(default=defaults.get(name, dataclasses.MISSING)))
            for name in owner.__match_args__
        ]
        found: dict[str, dataclasses.Field[Any]] = vars(dataclasses.make_dataclass("Fields", fields))[FIELDS]
        setattr(owner, FIELDS, found)
        return found
