"""`run` boots firmware in virtual time and prints its console or its records; its exit code says how it was."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sim.__main__ import main

ROOT = Path(__file__).parents[1]

PINGS_ITSELF = """
print('booted')

def raw(conn, ev, ev_data):
    if ev == Net.EV_RECV:
        print('got', ev_data)
        Net.disconnect(conn)

def ask(conn, ev):
    if ev == Net.EV_CONNECT:
        Net.send(conn, 'ping')

Net.bind('7', raw)
Net.connect('7', ask)
"""


ASKS = """
def got(conn, ev, data):
    if ev == Net.EV_CLOSE:
        print('closed')

Net.connect('tcp://192.168.4.77:80', got)
"""


@pytest.fixture
def firmware(tmp_path: Path) -> Path:
    return tmp_path / "init.py"


def test_console_is_printed(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text(PINGS_ITSELF)
    assert main(["run", str(firmware)]) == 0
    assert capsys.readouterr().out == "booted\ngot 4\n"


def test_time_stops_where_it_is_told_to(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text(PINGS_ITSELF)
    assert main(["run", str(firmware), "--for", "0"]) == 0
    assert capsys.readouterr().out == "booted\n"
    assert main(["run", str(firmware), "--for", "3.5"]) == 0
    assert capsys.readouterr().out == "booted\ngot 4\n"


def test_records_are_printed_as_lines_of_json(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text(PINGS_ITSELF)
    assert main(["run", str(firmware), "--json", "--seed", "9"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["seq"] for record in records] == list(range(len(records)))
    [booted] = [record for record in records if record["type"] == "device.booted"]
    assert (booted["seed"], booted["main"], booted["profile"]) == (9, "init.py", "documented")


def test_same_seed_prints_the_same_records(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text(PINGS_ITSELF)
    outputs = []
    for seed in ("5", "5", "6"):
        main(["run", str(firmware), "--json", "--seed", seed])
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1] != outputs[2]


def test_firmware_that_fails_to_start_is_exit_code_1(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text("print('before')\nboom()\n")
    assert main(["run", str(firmware)]) == 1
    printed = capsys.readouterr()
    assert printed.out == "before\n"
    assert "init.py:2" in printed.err
    assert "name 'boom' is not defined" in printed.err


def test_handler_that_fails_is_told_and_no_failure_to_start(
    firmware: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firmware.write_text("Net.connect('7', lambda conn, ev: boom())\n")
    assert main(["run", str(firmware)]) == 0
    assert "init.py:1" in capsys.readouterr().err


def test_console_shows_whatever_the_firmware_prints(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text("print('é \\udcff \\ud800')\n", encoding="utf-8")
    assert main(["run", str(firmware)]) == 0
    assert capsys.readouterr().out == "é \\udcff \\ud800\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["run", "nothing/init.py"], "cannot read nothing/init.py"),
        (["run", "{firmware}", "--for", "-1"], "--for must be between 0 and 1e+09 seconds, got -1"),
        (["run", "{firmware}", "--for", "nan"], "--for must be between 0 and 1e+09 seconds, got nan"),
        (["run", "{firmware}", "--for", "inf"], "--for must be between 0 and 1e+09 seconds, got inf"),
        (["run", "{firmware}", "--profile", "x"], "there is no profile 'x'"),
        (["run", "{firmware}", "--rule", "los"], "there is no rule 'los'; did you mean 'loss'?"),
        (["run", "{firmware}", "--rule", "loss percent=x"], "'percent' of the rule 'loss' must be a number"),
        (["run", "{firmware}", "--preset", "x"], "there is no preset 'x'"),
        (["run", "{firmware}", "--budget", "0"], "--budget must be at least 1 step, got 0"),
        (["run", "{firmware}", "--config", "nothing.json"], "cannot read nothing.json"),
        (["run", "{firmware}", "--config", "{firmware}"], "cannot read {firmware}: Expecting value"),
    ],
)
def test_what_cannot_be_done_is_exit_code_2_and_a_sentence(
    firmware: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], text: str
) -> None:
    firmware.write_text("")
    assert main([argument.format(firmware=firmware) for argument in arguments]) == 2
    assert capsys.readouterr().err.startswith(f"mos-sim: {text.format(firmware=firmware)}")


def test_network_is_broken_as_the_user_wants(firmware: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firmware.write_text(ASKS)
    rules = ["--rule", "latency ms=500 host=device", "--preset", "strict firewall"]
    assert main(["run", str(firmware), "--json", *rules]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["kind"] for record in records if record["type"] == "rule.added"] == ["latency", "refuse"]
    assert {record["effect"] for record in records if record["type"] == "rule.applied"} == {"delayed", "refused"}


def test_what_cannot_be_served_is_exit_code_2_and_a_sentence() -> None:
    command = [sys.executable, "-m", "sim", "serve", "nothing.zip", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True)  # by itself, for it starts an event loop
    assert done.returncode == 2
    assert done.stderr.startswith("mos-sim: cannot read nothing.zip")


def test_check_prints_a_line_for_each_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "blink.js"
    file.write_text("print(1);\nHTTP.bnd('80');\nprint(HTTP.EV_REQEST);\n")
    assert main(["check", str(file)]) == 1
    assert capsys.readouterr().out == (
        f"{file}:2:6: HTTP has no `bnd`; did you mean bind?\n"
        f"{file}:3:12: warning: HTTP has no `EV_REQEST`; did you mean EV_REQUEST? (it is undefined)\n"
    )


def test_check_takes_a_warning_for_no_error_unless_it_is_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "init.js").write_text("print(HTTP.EV_REQEST);")
    assert main(["check", str(tmp_path)]) == 0
    assert main(["check", "--strict", str(tmp_path)]) == 1
    (tmp_path / "init.js").write_text("print(HTTP.EV_REQUEST);")
    assert main(["check", "--strict", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count(": warning: ") == 2


def test_check_of_a_project_names_files_as_they_stand_on_disk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fs").mkdir()
    (tmp_path / "fs" / "init.js").write_text("load('lib.js');\nhelp(1);\noops(2);\n")
    (tmp_path / "fs" / "lib.js").write_text("function help(x) { print(x); }\n")
    assert main(["check", str(tmp_path)]) == 1
    assert capsys.readouterr().out == f"{tmp_path}/fs/init.js:3:1: `oops` is not defined\n"


def test_check_takes_files_of_one_folder_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "init.js").write_text("load('lib.js');")
    (tmp_path / "one" / "lib.js").write_text("")
    names = [str(tmp_path / name) for name in ("one/init.js", "one/lib.js", "two/init.js")]
    assert main(["check", *names]) == 1
    assert capsys.readouterr().out == f'{tmp_path}/two/init.js:1:6: there is no file "lib.js" to load\n'


def test_check_of_several_archives_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.zip", "b.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("init.py", "x = (")
    assert main(["check", "--json", str(tmp_path / "a.zip"), str(tmp_path / "b.zip")]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(one["file"], one["line"], one["level"], one["rule"]) for one in found] == [
        (f"{tmp_path}/a.zip/init.py", 1, "error", "parse"),
        (f"{tmp_path}/b.zip/init.py", 1, "error", "parse"),
    ]


def test_check_without_a_program_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "readme.txt").write_text("")
    for name in (tmp_path, tmp_path / "readme.txt"):
        assert main(["check", str(name)]) == 2
        assert f"there is no program in {name}" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "nothing.js")]) == 2


def test_api_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["api"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  HTTP.EV_REQUEST = 100" in lines
    assert any(line.startswith("  HTTP.bind(portStr)  Open another HTTP server") for line in lines)
    assert main(["api", "--json"]) == 0
    assert "HTTP" in [module["name"] for module in json.loads(capsys.readouterr().out)["modules"]]


@pytest.mark.parametrize("text", ["[1]", "{", '"x"', "[" * 100_000])
def test_configuration_that_is_no_json_object_is_refused(
    firmware: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    firmware.write_text("")
    config = firmware.with_name("config.json")
    config.write_text(text)
    assert main(["run", str(firmware), "--config", str(config)]) == 2
    assert capsys.readouterr().err.startswith(f"mos-sim: cannot read {config}: ")


@pytest.mark.parametrize("arguments", [[], ["run"], ["fly"], ["run", "init.py", "--fly"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: mos-sim" in capsys.readouterr().err


@pytest.fixture(params=["folder", "folder with fs", "zip archive", "zip archive with a folder around"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a project of two scripts that share a file."""
    files = {"init.js": "load('lib.js'); print(double(4));", "app.js": "print(double(8));"}
    files["lib.js"] = "function double(n) { return n + n; }"
    folder = {"folder with fs": "fs/", "zip archive with a folder around": "app-main/fs/"}.get(request.param, "")
    if not request.param.startswith("zip"):
        for name, text in files.items():
            (tmp_path / folder / name).parent.mkdir(exist_ok=True)
            (tmp_path / folder / name).write_text(text)
        return tmp_path
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{folder}{name}", text)
    return tmp_path / "project.zip"


def test_project_of_several_files_runs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(project)]) == 0
    assert capsys.readouterr().out == "8 \n16 \n"


def test_script_alone_runs_under_its_own_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "blink.js").write_text("print('on');\nundefined_name();\n")
    assert main(["run", str(tmp_path / "blink.js")]) == 1
    printed = capsys.readouterr()
    assert printed.out == "on \n"
    assert printed.err == "  at blink.js:2\nMJS error: [undefined_name] is not defined\n"


def test_parse_error_shows_the_line_with_a_caret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "init.js").write_text("let a = 1;\nprint(a +);\n")
    assert main(["run", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        "MJS error: parse error at line 2: [);\n]\ninit.js:2:10\n  print(a +);\n           ^\n"
    )


def test_archive_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.zip").write_text("hello")
    assert main(["run", str(tmp_path / "x.zip")]) == 2
    assert "x.zip: it is no zip archive that can be read" in capsys.readouterr().err


def test_budget_is_what_the_watchdog_allows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "init.js").write_text("for (let i = 0; i < 1000; i++) {} print('done');")
    assert main(["run", str(tmp_path), "--budget", "1001"]) == 0
    assert capsys.readouterr().out == "done \n"
    assert main(["run", str(tmp_path), "--budget", "999"]) == 1
    assert "watchdog: more than 999 steps" in capsys.readouterr().err


def test_configuration_given_beside_the_firmware_is_the_device_s(
    firmware: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firmware.write_text("")
    config = firmware.with_name("my.json")
    config.write_text('{"http": {"listen_addr": "8080"}}')
    ports = []
    for more in ([], ["--config", str(config)]):
        assert main(["run", str(firmware), "--json", "--for", "0", *more]) == 0
        records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        ports += [record["port"] for record in records if record["type"] == "listener.opened"]
    assert ports == [80, 8080]


WANTS_ALL_MEMORY = """
let text = 'x', all = [];
while (text.length < 2000000) { text = text + text; }
while (true) { all.push(text + 'x'); }
"""


def test_script_that_wants_all_memory_gets_the_error_of_the_engine(tmp_path: Path) -> None:
    (tmp_path / "init.js").write_text(WANTS_ALL_MEMORY)
    # A lower limit than the command's own is kept, and quicker to reach
    lower = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29));"
    program = lower + "runpy.run_module('sim', run_name='__main__')"
    command = [sys.executable, "-c", program, "run", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "  at init.js:4\nMJS error: out of memory\n")


def test_memory_is_limited_while_firmware_runs_and_not_longer(tmp_path: Path) -> None:
    (tmp_path / "init.py").write_text("import resource\nprint(resource.getrlimit(resource.RLIMIT_AS)[0])")
    program = (
        "import resource, sim.__main__; infinite = resource.RLIM_INFINITY;"
        "resource.setrlimit(resource.RLIMIT_AS, (infinite, infinite));"
        f"sim.__main__.main(['run', {str(tmp_path)!r}]);"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0] == infinite)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == f"{4 << 30}\nTrue\n"


def test_package_is_a_program() -> None:
    command = [sys.executable, "-m", "sim", "run", "examples/hello.py", "--for", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_reader_that_has_enough_ends_the_run_quietly(firmware: Path) -> None:
    firmware.write_text("for number in range(50_000): print(number)\n")
    command = [sys.executable, "-m", "sim", "run", str(firmware), "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert (running.stderr.read(), running.wait()) == (b"", 0)


@pytest.mark.parametrize("name", ["init.py", "none.py"])
def test_terminal_without_a_sign_for_a_text_gets_escapes(firmware: Path, name: str) -> None:
    firmware.write_text("print('\u20ac')\nraise ValueError('\u20ac')\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "sim",
        "run",
        str(firmware.with_name(f"\u20ac{name}" if name == "none.py" else name)),
    ]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert "Traceback" not in done.stderr
    assert "\\u20ac" in done.stderr
    assert done.returncode == (1 if name == "init.py" else 2)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert re.fullmatch(r"mos-sim \S+\n", capsys.readouterr().out)
