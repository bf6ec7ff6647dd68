"""The table of the API is what firmware finds, in both languages, with nothing left out."""

from __future__ import annotations

import json

import pytest

from sim.catalog import BUILT_IN, Member, make_catalog
from sim.mjs import Engine
from sim.script import API_FILES
from tests.world import World

CATALOG = make_catalog()
MEMBERS = [(module, member) for module in CATALOG.modules.values() for member in module.members.values()]
PYTHON = [(module, member) for module, member in MEMBERS if member.python is not None]
SCRIPT = [(module, member) for module, member in MEMBERS if member.mjs is not None]


def member(name: str) -> Member:
    module, _, last = name.rpartition(".")
    return CATALOG.modules[module].members[last]


def test_bound_function_has_its_exact_number_of_arguments_and_its_handlers() -> None:
    found = member("HTTP.add_endpoint")
    assert (found.kind, found.arguments, dict(found.handlers)) == ("function", 4, {2: 4})
    assert found.mjs == "HTTP.add_endpoint(listener, uri, handler, userdata)"
    assert found.types == ("pointer", "string", "function", "userdata")
    assert found.python is not None
    assert found.python.startswith("HTTP.add_endpoint(listener: HttpListener | None, uri: str, handler: Handler, ")
    assert (found.least, found.most, found.keywords) == (3, 4, ("listener", "uri", "handler", "userdata"))
    assert found.about == "Let a handler take the requests whose URI begins with `uri`, a pattern."


def test_function_of_a_script_has_its_parameters_and_no_exact_number() -> None:
    found = member("Net.send")
    assert (found.arguments, found.parameters, found.mjs) == (None, ("conn", "data"), "Net.send(conn, data)")


def test_constant_has_its_value() -> None:
    found = member("HTTP.EV_REQUEST")
    assert (found.kind, found.value, found.python, found.mjs) == (
        "constant",
        100,
        "HTTP.EV_REQUEST",
        "HTTP.EV_REQUEST",
    )


def test_what_the_engine_has_is_in_the_table_with_a_sentence() -> None:
    natives = {name for name, value in Engine().globals.items() if callable(value)}
    assert natives <= set(CATALOG.functions)
    assert all(CATALOG.functions[name].about for name in natives)
    assert {
        f"{name}.{each}" for name in ("JSON", "Object") for each in CATALOG.modules[name].members
    } | natives == set(BUILT_IN)


@pytest.mark.parametrize("file", API_FILES)
def test_every_global_of_every_file_is_in_the_table(file: str) -> None:
    for name in API_FILES[file]:
        entry = CATALOG.modules.get(name) or CATALOG.functions.get(name) or CATALOG.constants.get(name)
        assert entry is not None, name
        if name in CATALOG.modules:
            assert CATALOG.modules[name].file == file


def test_scripts_find_every_name_that_is_said_to_be_theirs() -> None:
    names = [f"{module.name}.{member.name}" for module, member in SCRIPT if member.name.isidentifier()]
    world = World("\n".join(f"if ({name} === undefined) print('{name}');" for name in names), "init.js")
    assert (world.printed, world.failures) == ([], [])


def test_firmware_in_python_finds_every_name_that_is_said_to_be_its_own() -> None:
    names = [f"{module.name}.{member.name}" for module, member in PYTHON]
    world = World("\n".join(names))
    assert world.failures == []


def test_no_public_name_of_a_module_is_left_out() -> None:
    firmware = (
        "for name, value in sorted(globals().items()):\n if name[0].isupper():\n  print(name, *dir(type(value)))"
    )
    for line in World(firmware).printed:
        name, *members = line.split()
        public = {each for each in members if not each.startswith("_")}
        assert public <= set(CATALOG.modules[name].members), name


@pytest.mark.parametrize("name", sorted({module.name for module, member in SCRIPT if member.arguments is not None}))
def test_number_of_arguments_is_the_one_that_calls_are_checked_for(name: str) -> None:
    exact = [entry for entry in CATALOG.modules[name].members.values() if entry.arguments is not None]
    calls = [f"{name}.{entry.name}({', '.join(['null'] * (entry.arguments + 1))});" for entry in exact]
    world = World("\n".join(f"Timer.set(1, 0, function() {{ {call} }}, null);" for call in calls), "init.js")
    world.settle()
    wanted = [f"got {entry.arguments + 1} actuals, but function takes {entry.arguments} args" for entry in exact]
    assert [failure.message.partition("function: ")[2] for failure in world.failures] == wanted


def test_table_is_json() -> None:
    table = json.loads(json.dumps(CATALOG.to_json()))
    [module] = [module for module in table["modules"] if module["name"] == "HTTP"]
    [entry] = [entry for entry in module["members"] if entry["name"] == "bind"]
    assert (module["file"], entry["arguments"], entry["mjs"]) == ("api_http.js", 1, "HTTP.bind(portStr)")
    assert "mgos_bind_http" in table["natives"]
    assert "api_http.js" in table["files"]
