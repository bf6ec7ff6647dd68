"""Tests that the classes made by sim.values behave as those of dataclasses do."""

from __future__ import annotations

import dataclasses
import pickle
from copy import copy
from typing import ClassVar

import pytest

from sim.values import entity, field_names, frozen, mutable, replace


@frozen
class Lamp:
    """Something that shines."""

    kind: ClassVar[str] = "light"
    name: str
    watts: int = 5

    def doubled(self) -> Lamp:
        return replace(self, watts=self.watts * 2)


@frozen
class Spot(Lamp):
    angle: int = 30


@mutable
class Counter:
    count: int = 0


@entity
class Node:
    line: int


@frozen
class Nothing:
    pass


@dataclasses.dataclass(slots=True)
class Plain:
    """Something that shines."""

    kind: ClassVar[str] = "light"
    name: str
    watts: int = 5


def test_a_value_is_made_compared_and_shown_by_its_fields():
    assert Lamp("a") == Lamp("a", 5) == Lamp(name="a", watts=5)
    assert Lamp("a") != Lamp("b")
    assert Lamp("a") != Spot("a")
    assert Lamp("a") != Plain("a")
    assert {Lamp("a"): 1}[Lamp("a", 5)] == 1
    assert repr(Lamp("a")) == "Lamp(name='a', watts=5)"
    assert repr(Plain("a")) == "Plain(name='a', watts=5)"
    assert Nothing() == Nothing()
    assert repr(Nothing()) == "Nothing()"
    assert (Lamp.__doc__, Lamp.kind) == ("Something that shines.", "light")


def test_fields_are_inherited_with_their_defaults():
    assert field_names(Spot) == field_names(Spot("x")) == ("name", "watts", "angle")
    assert Spot("x") == Spot("x", 5, 30)
    match Spot("x", angle=7):
        case Spot(name, watts, angle):
            assert (name, watts, angle) == ("x", 5, 7)


@pytest.mark.parametrize("arguments", [(), ("a", 1, 2)])
def test_wrong_arguments_are_refused_as_dataclasses_do(arguments: tuple[object, ...]):
    with pytest.raises(TypeError) as ours:
        Lamp(*arguments)
    with pytest.raises(TypeError) as plain:
        Plain(*arguments)
    assert str(ours.value) == str(plain.value).replace("Plain", "Lamp")


def test_there_are_slots_and_nothing_else():
    with pytest.raises(AttributeError):
        Lamp("a").other = 1
    assert not hasattr(Lamp("a"), "__dict__")


def test_what_may_change_is_no_key():
    counter = Counter()
    counter.count += 1
    assert counter == Counter(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(counter)


def test_an_entity_is_equal_to_itself_alone():
    node = Node(1)
    assert node == node
    assert node != Node(1)
    assert len({node, Node(1)}) == 2


def test_dataclasses_know_them():
    assert dataclasses.is_dataclass(Lamp)
    assert [(f.name, f.default) for f in dataclasses.fields(Spot)] == [
        ("name", dataclasses.MISSING),
        ("watts", 5),
        ("angle", 30),
    ]
    assert [f.type for f in dataclasses.fields(Lamp)] == [f.type for f in dataclasses.fields(Plain)]
    assert dataclasses.asdict(Spot("x")) == {"name": "x", "watts": 5, "angle": 30}
    assert Lamp("a").doubled() == dataclasses.replace(Lamp("a"), watts=10)


def test_they_are_copied_and_pickled():
    assert copy(Spot("x", 1, 2)) == Spot("x", 1, 2)
    assert pickle.loads(pickle.dumps(Spot("x", 1, 2))) == Spot("x", 1, 2)


def test_a_derived_class_may_change_the_default_of_a_field():
    @frozen
    class Annotated(Lamp):
        watts: int = 7

    @frozen
    class Bare(Lamp):
        watts = 8

    assert (repr(Annotated("a")), Bare("a", 1).watts, Bare("a").watts) == (
        f"{Annotated.__qualname__}(name='a', watts=7)",
        1,
        8,
    )
    assert field_names(Annotated) == ("name", "watts")
    assert [field.default for field in dataclasses.fields(Annotated)] == [dataclasses.MISSING, 7]


def test_a_class_that_would_not_do_what_it_says_is_refused():
    class Later:
        first: int = 1
        second: int

    class Shared:
        names: list[str] = []  # noqa: RUF012

    class Factory:
        names: list[str] = dataclasses.field(default_factory=list)

    class Checked:
        def __post_init__(self) -> None: ...

    for cls, said in (
        (Later, "Later.second has no default"),
        (Shared, "Shared.names would be shared"),
        (Factory, "Factory.names would be shared"),
        (Checked, "Checked has a __post_init__"),
    ):
        with pytest.raises((TypeError, ValueError), match=said):
            frozen(cls)


def test_a_dataclass_may_derive_from_them():
    @dataclasses.dataclass
    class Strip(Lamp):
        length: int = 1

    assert Strip("a", length=3) == Strip("a", 5, 3)
    assert repr(Strip("a")).endswith("Strip(name='a', watts=5, length=1)")


def test_they_are_replaced_as_copy_does_since_python_3_13():
    assert Spot("x").__replace__(angle=1) == Spot("x", 5, 1)
