"""A project, as a folder or a zip archive, becomes the files of a device, or a sentence says why it cannot."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile

import pytest

from sim import project
from sim.project import ProjectError, device_files, from_zip, is_zip


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def named(*names: str) -> dict[str, bytes]:
    return {name: name.encode() for name in names}


def test_files_of_a_folder_keep_their_names() -> None:
    assert device_files(named("init.js", "lib/a.js")) == named("init.js", "lib/a.js")


@pytest.mark.parametrize(
    "name",
    [".git/config", "a/.hidden", "__pycache__/x.pyc", "node_modules/a/b.js", "build/fw.zip", "__MACOSX/init.js"],
)
def test_what_tools_leave_behind_is_ignored(name: str) -> None:
    assert device_files(named("init.js", name)) == named("init.js")


def test_folder_fs_becomes_the_root_and_only_files_beside_it_stay() -> None:
    found = device_files(named("mos.yml", "src/main.c", "fs/init.js", "fs/www/index.html"))
    assert found == {"mos.yml": b"mos.yml", "init.js": b"fs/init.js", "www/index.html": b"fs/www/index.html"}


def test_file_of_fs_comes_before_one_beside_it() -> None:
    assert device_files(named("fs/init.js", "init.js")) == {"init.js": b"fs/init.js"}


def test_archive_gives_what_the_folder_gives() -> None:
    files = named("mos.yml", "src/main.c", "fs/init.js")
    assert from_zip(zipped(files)) == device_files(files)


@pytest.mark.parametrize("extra", [{}, {"__MACOSX/app-main/._mos.yml": b""}])
def test_folder_around_everything_in_an_archive_is_left_out(extra: dict[str, bytes]) -> None:
    assert from_zip(zipped({**named("app-main/mos.yml", "app-main/fs/init.js"), **extra})) == {
        "mos.yml": b"app-main/mos.yml",
        "init.js": b"app-main/fs/init.js",
    }


def test_archive_of_nothing_but_fs_has_its_files_in_the_root() -> None:
    assert from_zip(zipped(named("fs/init.js", "fs/a/b.txt"))) == {"init.js": b"fs/init.js", "a/b.txt": b"fs/a/b.txt"}


def test_link_in_an_archive_is_left_out() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.js")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("init.js", "")
    assert from_zip(out.getvalue()) == {"init.js": b""}


@pytest.mark.parametrize("name", ["../init.js", "a/../../b.js", "/etc/init.js", "a//b.js", "C:/a.js", "a\\..\\b.js"])
def test_name_that_leads_out_of_an_archive_is_refused(name: str) -> None:
    with pytest.raises(ProjectError, match="leads out of it"):
        from_zip(zipped(named("init.js", name)))


def test_two_files_with_one_name_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("init.js", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("init.js", "2")
    with pytest.raises(ProjectError, match=r"two files with the name 'init\.js'"):
        from_zip(out.getvalue())


def test_what_is_no_archive_is_refused() -> None:
    for data in (b"", b"print(1)", b"PK\x03\x04 and so on"):
        with pytest.raises(ProjectError, match="no zip archive"):
            from_zip(data)


def test_archive_with_a_password_is_refused() -> None:
    data = bytearray(zipped(named("init.js")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    with pytest.raises(ProjectError, match=r"'init\.js' is protected by a password"):
        from_zip(bytes(data))


def test_project_with_too_many_files_or_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "MAX_FILES", 3)
    monkeypatch.setattr(project, "MAX_BYTES", 1 << 20)
    assert len(device_files(named("a", "b", "c"))) == 3
    for make in (device_files, lambda files: from_zip(zipped(files))):
        with pytest.raises(ProjectError, match="more than 3 files"):
            make(named("a", "b", "c", "d"))
        with pytest.raises(ProjectError, match="more than 1 MiB"):
            make({"a": bytes(1 << 19), "b": bytes((1 << 19) + 1)})


def test_damaged_archive_is_refused_or_read_and_nothing_else() -> None:
    data = zipped({"app/fs/init.js": b"print('hello');" * 20, "app/mos.yml": b"name: app"})
    chance = random.Random(1)
    for _ in range(500):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with contextlib.suppress(ProjectError):
            from_zip(bytes(damaged[: chance.choice([len(data), chance.randrange(len(data))])]))


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [("a.zip", b"", True), ("A.ZIP", b"", True), ("a", b"PK\x03\x04...", True), ("a.js", b"PK", False)],
)
def test_archive_is_known_by_its_name_or_its_first_bytes(name: str, data: bytes, expected: bool) -> None:
    assert is_zip(name, data) is expected
