"""Says how firmware reads and writes the device's files (docs/reference/file.md)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.api.services import FS_SIZE
from tests.world import World

BOTH = pytest.mark.parametrize("main", ["init.js", "init.py"])


def boot(js: str, py: str, main: str, **options: object) -> World:
    """Boot one of two programs that mean the same."""
    world = World(js if main == "init.js" else py, main, **options)
    assert world.failures == []
    return world


@BOTH
def test_a_file_is_written_read_added_to_and_removed(main: str) -> None:
    calls = (
        "File.write('one', 'a.txt')", "File.write(' two', 'a.txt', 'a')", "File.read('a.txt')", "File.read('/a.txt')",
        "File.rename('a.txt', 'b.txt')", "File.rename('a.txt', 'c')", "File.read('a.txt')", "File.remove('b.txt')",
        "File.remove('b.txt')", "File.write('', 'empty')", "File.read('empty')", "File.write('x', '')",
        "File.write('x', 'y', 'q')",
    )  # fmt: skip
    program = ";\n".join(f"print({call})" for call in calls) + ";"
    world = boot(program, program, main)
    null = "null" if main == "init.js" else "None"
    wanted = ["3", "4", "one two", "one two", "0", "-1", null, "0", "-1", "0", "", "0", "0"]
    assert [line.strip() for line in world.printed] == wanted
    assert world.device.files["empty"] == b""


@BOTH
def test_files_outlive_a_reboot_and_are_served(main: str) -> None:
    world = boot(
        "if (File.read('n.txt') === null) { File.write('hello', 'n.txt'); } print(File.read('n.txt'));",
        "if File.read('n.txt') is None: File.write('hello', 'n.txt')\nprint(File.read('n.txt'))",
        main,
    )
    world.device.reboot()
    assert [line.strip() for line in world.printed] == ["hello", "hello"]
    assert world.get("/n.txt").body == b"hello"


def test_all_bytes_pass_unharmed() -> None:
    world = World(r"File.write('\x00\xff\xc3\xa9', 'b'); let s = File.read('b'); print(s.length, s.at(1));", "init.js")
    assert world.printed == ["4 255 "]
    assert world.device.files["b"] == b"\0\xff\xc3\xa9"


@given(st.binary(max_size=50))
def test_what_python_reads_it_can_write(data: bytes) -> None:
    world = World(f"File.write({data!r}, 'a')\nFile.write(File.read('a'), 'b')")
    assert world.device.files["a"] == world.device.files["b"] == data


@BOTH
def test_what_does_not_fit_is_not_written(main: str) -> None:
    space = FS_SIZE - 1000
    world = boot(
        "print(File.write('12345', 'a', 'a'), File.write('12345', 'big', 'a')); let s = '0123456789';\n"
        "for (let i = 0; i < 7; i++) { s = s + s; } print(File.write(s, 'b'));",
        "print(File.write('12345', 'a', 'a'), File.write('12345', 'big', 'a'))\n"
        "print(File.write('0123456789' * 128, 'b'))",
        main,
        files={"big": "x" * space},
    )
    assert [line.split() for line in world.printed] == [["5", "5"], ["0"]]
    assert len(world.device.files["big"]) == space + 5


OPEN_JS = """let p = Sys.malloc(8), f = File.fopen('a', 'w+');
print(File.fwrite('abcdef', 2, 3, f)); File.fclose(f); print(File.fwrite('x', 1, 1, f));
f = File.fopen('a', 'r'); print(File.fread(p, 1, 4, f), mkstr(p, 4)); print(File.fread(p + 2, 2, 9, f), mkstr(p, 4));
print(File.fread(p, 1, 1, f), File.fwrite('x', 1, 1, f),
  File.fopen('none', 'r') === null, File.fopen('a', 'z') === null);
f = File.fopen('a', 'r+'); File.fwrite('AB', 1, 2, f);
f = File.fopen('a', 'ab'); File.fwrite(p, 1, 2, f); File.fclose(null);
print(File.read('a'));"""

OPEN_PY = """p = bytearray(8); f = File.fopen('a', 'w+')
print(File.fwrite('abcdef', 2, 3, f)); File.fclose(f); print(File.fwrite('x', 1, 1, f))
f = File.fopen('a', 'r'); print(File.fread(p, 1, 4, f), p[:4].decode()); q = bytearray(6)
print(File.fread(q, 2, 9, f), (p[:2] + q[:2]).decode()); p[2:] = q
print(File.fread(p, 1, 1, f), File.fwrite('x', 1, 1, f), 'true' if File.fopen('none', 'r') is None else 0,
      'true' if File.fopen('a', 'z') is None else 0)
f = File.fopen('a', 'r+'); File.fwrite('AB', 1, 2, f)
f = File.fopen('a', 'ab'); File.fwrite(p, 1, 2, f); File.fclose(None)
print(File.read('a'))"""


@BOTH
def test_files_are_opened_read_and_written_as_in_c(main: str) -> None:
    world = boot(OPEN_JS, OPEN_PY, main)
    assert [line.strip() for line in world.printed] == ["3", "0", "4 abcd", "1 abef", "0 0 true true", "ABcdefab"]


def test_a_string_cannot_be_read_into() -> None:
    [failure] = World("let f = File.fopen('init.js', 'r');\nFile.fread('buffer', 1, 6, f);\n", "init.js").failures
    assert (failure.message, failure.line) == ("fread: the buffer must be memory of Sys.malloc", 2)


@pytest.mark.parametrize(
    ("main", "call", "message"),
    [
        ("init.py", "File.read(5)", "File.read: name must be a str, got int"),
        ("init.py", "File.write(5, 'a')", "File.write: data must be bytes or str, got int"),
        ("init.py", "File.fread(b'', 1, 1, None)", "File.fread: the buffer must be memory of Sys.malloc, got bytes"),
        (
            "init.js",
            "File.read(5);",
            "failed to call FFIed function: actual arg #0 is not a string (the type idx is: number)",
        ),
    ],
)
def test_wrong_use_is_an_error(main: str, call: str, message: str) -> None:
    assert World(call, main).failures[0].message == message


def test_what_c_would_crash_on_does_nothing() -> None:
    world = World(
        "let s = HTTP.get_system_server(); File.fclose(s); File.fclose('x'); let p = Sys.malloc(4);\n"
        "print(File.fread(p, 1, 4, null), File.fread(p, -1, 4, s), File.fwrite('x', 0, 4, s),\n"
        "  File.fwrite('x', 1, -4, null),\n"
        "  File.read(null), File.write(null, null, null), File.remove(null), File.rename(null, null),\n"
        "  File.fopen(null, null) === null);",
        "init.js",
    )
    assert (world.printed, world.failures) == (["0 0 0 0 null 0 -1 -1 true "], [])
