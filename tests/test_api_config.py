"""Says what the configuration holds, where it comes from and how it changes (docs/reference/config.md)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.api.config import CONFIG_FILE, DEFAULTS, Config
from sim.api.schema import schema_entries
from sim.event import DeviceLogged
from tests.world import World

BOTH = pytest.mark.parametrize("main", ["init.js", "init.py"])

SHOW = {  # prints the values of paths as JSON
    "init.js": "let show = function(path) { print(JSON.stringify(Cfg.get(path)), typeof Cfg.get(path)); };\n",
    "init.py": "import json\ndef show(path): print(json.dumps(Cfg.get(path)), type(Cfg.get(path)).__name__)\n",
}


def shown(main: str, program: str, **options: object) -> tuple[World, list[str]]:
    """Boot a program that is the same in both languages; what it printed."""
    world = World(SHOW[main] + program, main, **options)
    assert world.failures == []
    return world, [line.strip() for line in world.printed]


@BOTH
def test_values_have_the_kinds_of_the_schema(main: str) -> None:
    paths = (
        "device.id",
        "board.led1.pin",
        "board.btn1.pull_up",
        "mqtt.server",
        "mqtt.reconnect_timeout_max",
        "pins.led",
    )
    _, lines = shown(main, "".join(f"show('{path}');" for path in paths))
    names = {"init.js": ("string", "number", "boolean"), "init.py": ("str", "int", "bool")}[main]
    text, number, truth = names
    maximum = "60 number" if main == "init.js" else "60.0 float"
    assert lines == [
        f'"device" {text}', f"2 {number}", f"true {truth}", f'"" {text}', maximum, f"2 {number}",
    ]  # fmt: skip


@BOTH
@pytest.mark.parametrize("path", ["wifi", "wifi.sta", "no", "wifi.sta.no", "device.id.no", "", ".", "wifi..sta"])
def test_an_object_or_an_unknown_path_is_undefined(main: str, path: str) -> None:
    _, [line] = shown(main, f"show('{path}');")
    assert line == ("undefined" if main == "init.js" else "null NoneType")


SET = {
    "init.js": "if (Cfg.get('mqtt.server') === '') {{ print(Cfg.set({tree}{save})); }}\n"
    "show('mqtt.server'); show('mqtt.keep_alive');",
    "init.py": "if Cfg.get('mqtt.server') == '': print(Cfg.set({tree}{save}))\n"
    "show('mqtt.server'); show('mqtt.keep_alive')",
}


def set_program(main: str, tree: str, save: bool | None = None) -> str:
    word = "" if save is None else ", " + (str(save).lower() if main == "init.js" else str(save))
    return SET[main].format(tree=tree, save=word)


@BOTH
@pytest.mark.parametrize("save", [None, True])
def test_a_change_outlives_a_reboot_when_it_is_saved(main: str, save: bool | None) -> None:
    world, lines = shown(main, set_program(main, "{'mqtt': {'server': 'broker:1883', 'keep_alive': 30}}", save))
    assert lines[0].lower() == "true"
    assert [line.split()[0] for line in lines[1:]] == ['"broker:1883"', "30"]
    assert json.loads(world.device.files[CONFIG_FILE]) == {"mqtt": {"server": "broker:1883", "keep_alive": 30}}
    world.device.reboot()
    assert [line.split()[0] for line in world.printed[3:]] == ['"broker:1883"', "30"]


@BOTH
def test_a_change_that_is_not_saved_is_lost(main: str) -> None:
    world, lines = shown(main, set_program(main, "{'mqtt': {'server': 'broker'}}", False))
    assert lines[1].split()[0] == '"broker"'
    assert CONFIG_FILE not in world.device.files


@BOTH
def test_unknown_keys_change_nothing_and_are_named_in_the_log(main: str) -> None:
    world, lines = shown(main, set_program(main, "{'mqtt': {'sevrer': 'x', 'keep_alive': 5}}"))
    assert (lines[0].lower(), lines[2].split()[0]) == ("true", "5")
    [logged] = world.trace.of(DeviceLogged)
    assert (logged.level, logged.file, logged.text) == (
        1,
        main,
        "Cfg.set: there is no key mqtt.sevrer in the schema of the configuration",
    )


@BOTH
@pytest.mark.parametrize(
    ("value", "wanted"),
    [("{'keep_alive': 'x'}", "mqtt.keep_alive must be a number"), ("{'server': 5}", "mqtt.server must be a string"),
     ("5", "mqtt must be an object"), ("{'enable': 1}", "mqtt.enable must be true or false")],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(main: str, value: str, wanted: str) -> None:
    world, lines = shown(main, set_program(main, f"{{'mqtt': {value}}}"))
    assert lines[0].lower() == "false"
    assert [event.text for event in world.trace.of(DeviceLogged)] == [f"Cfg.set: {wanted}"]
    assert CONFIG_FILE not in world.device.files


@BOTH
def test_files_of_the_project_set_values_in_their_order_and_conf0_adds_keys(main: str) -> None:
    files = {
        "conf0.json": '{"app": {"name": "mine", "rate": 1.5, "on": true, "n": 7}, "debug": {"level": 1}}',
        "conf2.json": '{"app": {"n": 8, "name": "two"}}',
        "conf5.json": '{"app": {"name": "five"}}',
        "conf9.json": '{"app": {"on": false}}',
    }
    _, lines = shown(
        main, "".join(f"show('{p}');" for p in ("app.name", "app.rate", "app.on", "app.n", "debug.level")), files=files
    )
    wanted = ['"five"', "1.500000" if main == "init.js" else "1.5", "false", "8", "1"]
    assert [line.split()[0] for line in lines] == wanted


def test_only_what_differs_from_the_project_is_saved() -> None:
    files = {"conf0.json": '{"app": {"n": 7}}', "conf3.json": '{"debug": {"level": 3}}'}
    world = World("Cfg.set({'app': {'n': 9}})", files=files)
    assert json.loads(world.device.files[CONFIG_FILE]) == {"app": {"n": 9}}


MOS_YML = """
author: me
config_schema:
  # the application's own
  - ["app", "o", {title: "My app"}]
  - ["app.name", "s", "a, [b]", {title: "Name"}]
  - ["app.n", "i", 5]
  - ['app.x', b, true]
  - ["app.at", "i", 0x77, {title: "Address"}]
  - ["app.d", "d", 5, {title: "Rate"}]
  - ["app.e", "s", {title: "Empty"}]
  - ["wifi.ap.enable", true]
libs:
  - ["app.other", "i", 4]
"""


def test_the_project_file_of_the_real_tool_adds_keys() -> None:
    config = Config("device", "", {"mos.yml": MOS_YML.encode()})
    assert config.get("app") == {"name": "a, [b]", "n": 5, "x": True, "at": 119, "d": 5.0, "e": ""}
    assert config.get("wifi.ap.enable") is True
    assert isinstance(config.get("app.d"), float)
    assert config.complaints == []


@pytest.mark.parametrize(
    ("file", "content", "wanted"),
    [
        ("conf0.json", "{", "this is no JSON"),
        ("conf1.json", "[1]", "the configuration must be a JSON object"),
        ("conf1.json", '{"no": 1}', "there is no key no in the schema"),
        ("conf0.json", '{"mqtt": {"keep_alive": "x"}}', 'mqtt.keep_alive must be a number, got "x"'),
        ("conf0.json", '{"app": null}', "app must be an object, got null"),
        ("mos.yml", 'config_schema:\n - ["mqtt.enable", 5]\n', "mqtt.enable must be true or false, got 5"),
    ],
)
def test_what_cannot_be_used_of_a_file_is_told_by_its_name(file: str, content: str, wanted: str) -> None:
    world = World("print(Cfg.get('mqtt.keep_alive'))", files={file: content})
    [logged] = world.trace.of(DeviceLogged)
    assert (logged.level, logged.file) == (0, file)
    assert wanted in logged.text
    assert world.printed == ["60"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["wifi", "sta", "ssid", "x"]), inner),
    max_leaves=8,
)


@given(JSON, JSON)
def test_no_file_raises_and_all_values_keep_their_kind(first: object, second: object) -> None:
    config = Config("device", "", {"conf0.json": json.dumps(first).encode(), CONFIG_FILE: json.dumps(second).encode()})

    def same_kinds(values: object, defaults: object) -> bool:
        if isinstance(defaults, dict):
            return isinstance(values, dict) and all(same_kinds(values[key], defaults[key]) for key in defaults)
        return type(values) is type(defaults)

    assert same_kinds(config.values, DEFAULTS)
    again = Config("device", "", {"conf0.json": json.dumps(first).encode(), CONFIG_FILE: config.to_file()})
    assert again.values == config.values


@given(st.text() | st.text("-[]\"',:{} abo\n").map("config_schema:\n".__add__))
def test_no_text_of_a_project_file_raises(text: str) -> None:
    list(schema_entries(text))


def test_c_reads_the_configuration_by_entries_of_the_schema() -> None:
    world = World(
        "let find = ffi('void *mgos_conf_find_schema_entry(char *, void *)');\n"
        "let schema = ffi('void *mgos_config_schema()')();\n"
        "let type = ffi('int mgos_conf_value_type(void *)'); let cfg = ffi('void *mgos_mjs_get_config()')();\n"
        "print(type(find('debug.level', schema)), type(find('http.enable', schema)),\n"
        "  type(find('device.id', schema)),\n"
        "  type(find('mqtt.reconnect_timeout_min', schema)), type(find('wifi', schema)),\n"
        "  find('no', schema) === null,\n"
        "  ffi('int mgos_conf_value_int(void *, void *)')(find('debug.level', schema), cfg),\n"
        "  ffi('char *mgos_conf_value_string(void *, void *)')(find('mqtt.user', schema), cfg));",
        "init.js",
    )
    assert world.printed == ["0 1 3 2 4 true 2 null "]


@pytest.mark.parametrize(
    ("main", "call", "message"),
    [
        ("init.py", "Cfg.get(5)", "Cfg.get: path must be a str, got int"),
        ("init.py", "Cfg.set('x')", "Cfg.set: obj must be a dict, got str"),
        (
            "init.js",
            "Cfg.get(5);",
            "failed to call FFIed function: actual arg #0 is not a string (the type idx is: number)",
        ),
    ],
)
def test_wrong_use_is_an_error(main: str, call: str, message: str) -> None:
    assert World(call, main).failures[0].message == message


def test_what_is_no_object_is_not_set() -> None:
    assert World("print(Cfg.set(5), Cfg.set([1]), Cfg.set('x'));", "init.js").printed == ["false false false "]
