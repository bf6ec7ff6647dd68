"""The OpenAPI description is valid, and says what the firmware registers and what was seen of it, no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from sim.__main__ import main
from sim.export import to_jsonl, to_openapi
from sim.export.infer import infer, infer_texts
from tests.world import World

ROOT: Final = Path(__file__).parents[2]

FIRMWARE: Final = """
server = HTTP.get_system_server()

def answer(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        target = HTTP.param(ev_data, HTTP.URI)
        if target == '/none':
            return
        if target == '/plain':
            head, body = '', 'hello'
        elif target == '/image':
            head, body = 'Content-Type: image/png\\r\\n', '\\x89PNG\\xff'
        else:
            head, body = 'Content-Type: application/json; charset=utf-8\\r\\n', '{"at": %r, "n": 1}' % target
            body = body.replace("'", '"')
        Net.send(conn, 'HTTP/1.1 200 OK\\r\\n%sConnection: close\\r\\n\\r\\n%s' % (head, body))
        Net.disconnect(conn)

for uri in ('/state', '/led/*/on', '/plain', '/image', '/none', '/old|/older$', '/{odd}'):
    HTTP.add_endpoint(server, uri, answer)
RPC.addHandler('Sum', lambda args: args['a'] + args['b'])
"""


def described(world: World) -> dict[str, Any]:
    text = to_openapi(world.network.trace, title="Test")
    made: dict[str, Any] = json.loads(text)
    OpenAPIV31SpecValidator(made).validate()
    assert to_openapi(world.network.trace, title="Test") == text
    return made


def send(world: World, method: str, target: str, body: bytes, media_type: str) -> None:
    world.peer.request(method, target, {"Content-Type": media_type}, body)


@pytest.fixture
def world() -> World:
    return World(FIRMWARE)


def test_endpoints_and_rpc_methods_are_paths_although_nobody_asked(world: World) -> None:
    paths = described(world)["paths"]
    names = ["/%7Bodd%7D", "/image", "/led/{part1}/on", "/none", "/old", "/older", "/plain", "/rpc/Sum", "/state"]
    assert list(paths) == names
    assert paths["/state"] == {"description": "Firmware: init.py:4. Not asked so far."}
    [parameter] = paths["/led/{part1}/on"]["parameters"]
    assert (parameter["name"], parameter["in"]) == ("part1", "path")


def test_methods_queries_statuses_and_bodies_are_those_seen(world: World) -> None:
    world.get("/state?n=1&name=a%20b&on=true")
    world.get("/state?n=2.5&tag=x&tag=y")
    send(world, "PUT", "/state", b'{"a": [1, null], "b": "x"}', "application/json")
    send(world, "PUT", "/state", b'{"a": []}', "application/json")
    world.get("/state", "PURGE")
    path = described(world)["paths"]["/state"]
    assert set(path) == {"description", "get", "put", "x-other-methods"}
    assert {one["name"]: one["schema"] for one in path["get"]["parameters"]} == {
        "n": {"type": "number"},
        "name": {"type": "string"},
        "on": {"type": "boolean"},
        "tag": {"type": "array", "items": {"type": "string"}},
    }
    assert path["put"]["requestBody"] == {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "a": {"type": "array", "items": {"type": ["integer", "null"]}},
                        "b": {"type": "string"},
                    },
                    "required": ["a"],
                },
                "example": {"a": [1, None], "b": "x"},
            }
        },
    }
    assert path["get"]["responses"] == {
        "200": {
            "description": "OK",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {"at": {"type": "string"}, "n": {"type": "integer"}},
                        "required": ["at", "n"],
                    },
                    "example": {"at": "/state", "n": 1},
                }
            },
        }
    }


def test_what_fits_a_pattern_is_its_path_and_what_is_longer_has_its_own(world: World) -> None:
    for target in ("/led/1/on", "/led/2/ON", "/led/2/only", "/STATE", "/state/now", "/older"):
        world.get(target)
    paths = described(world)["paths"]
    asked = [name for name, path in paths.items() if "get" in path]
    assert asked == ["/led/2/only", "/led/{part1}/on", "/older", "/state", "/state/now"]


def test_bodies_without_a_type_binary_ones_and_forms(world: World) -> None:
    world.get("/plain")
    world.get("/image")
    send(world, "POST", "/state", b"a=1&b=x+y&c=2", "application/x-www-form-urlencoded")
    send(world, "POST", "/state", b"a=z", "application/x-www-form-urlencoded")
    send(world, "PUT", "/state", b"\xff\xfe", "text/plain")
    paths = described(world)["paths"]
    assert paths["/state"]["put"]["requestBody"]["content"] == {"text/plain": {}}
    plain = paths["/plain"]["get"]["responses"]["200"]["content"]
    assert plain == {"*/*": {"schema": {"type": "string"}, "example": "hello"}}
    assert paths["/image"]["get"]["responses"]["200"]["content"] == {"image/png": {}}
    form = paths["/state"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    assert form["example"] == {"a": "1", "b": "x y", "c": 2}
    assert form["schema"]["required"] == ["a"]


def test_rpc_calls_are_seen_and_what_is_not_there_is_left_out(world: World) -> None:
    send(world, "POST", "/rpc/Sum", b'{"a": 1, "b": 2}', "application/json")
    world.get("/nothing")
    paths = described(world)["paths"]
    assert "/nothing" not in paths
    assert paths["/rpc/Sum"]["post"]["responses"]["200"]["content"]["application/json"]["example"] == 3


def test_several_runs_are_one_description(world: World) -> None:
    other = World(FIRMWARE)
    world.get("/state")
    other.get("/plain", "POST", b"x")
    paths = json.loads(to_openapi(world.network.trace, other.network.trace))["paths"]
    assert "get" in paths["/state"]
    assert "post" in paths["/plain"]


def test_a_schema_takes_all_the_values_that_it_was_made_of() -> None:
    values: list[Any] = [1, 2.5, None, "x", [1, [2]], {"a": {"b": True}}, {"a": 1, "c": []}, [], {}]
    schema = infer(values)
    Draft202012Validator.check_schema(schema)
    for value in values:
        Draft202012Validator(schema).validate(value)


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["1", "-20"], "integer"),
        (["1", "0.5"], "number"),
        (["true", "false"], "boolean"),
        (["true", "1"], "string"),
        (["007"], "string"),
        (["1e5"], "string"),
        (["9" * 30], "string"),
        ([""], "string"),
    ],
)
def test_texts_are_numbers_where_all_are(texts: list[str], wanted: str) -> None:
    assert infer_texts(texts) == {"type": wanted}


def test_the_command_takes_scenarios_and_traces(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["openapi", str(ROOT / "examples/led.js")]
    assert main([*arguments, "--scenario", str(ROOT / "scenarios/led.yaml")]) == 0
    made = json.loads(capsys.readouterr().out)
    OpenAPIV31SpecValidator(made).validate()
    assert set(made["paths"]["/led"]) == {"description", "get", "post"}
    assert "get" not in made["paths"]["/led/off"]
    assert made["info"]["title"] == "led.js"
    (tmp_path / "init.py").write_text(FIRMWARE)
    world.get("/state")
    (tmp_path / "trace.jsonl").write_text(to_jsonl(world.network.trace))
    out = tmp_path / "api.json"
    arguments = ["openapi", str(tmp_path / "init.py"), "--from", str(tmp_path / "trace.jsonl"), "-o", str(out)]
    assert main(arguments) == 0
    assert "get" in json.loads(out.read_text())["paths"]["/state"]


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "init.js").write_text("print(a +);")
    (tmp_path / "wrong.yaml").write_text(
        "name: x\nversion: 1\nfirmware: {source: 'print(1);'}\nsteps: [request: {path: /, expect: {status: 200}}]"
    )
    hello = str(ROOT / "examples/hello.js")
    assert main(["openapi", str(tmp_path / "init.js")]) == 1
    assert "init.js:1" in capsys.readouterr().err
    assert main(["openapi", hello, "--scenario", str(tmp_path / "wrong.yaml")]) == 1
    assert "wrong.yaml:4: expected status 200" in capsys.readouterr().err
    assert main(["openapi", hello, "--from", str(tmp_path / "no.jsonl")]) == 2
    assert main(["openapi", hello, "-o", str(tmp_path)]) == 2
    assert main(["openapi", hello, "--for", "nan"]) == 2
