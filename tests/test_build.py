"""The build makes a site that stands alone, from versions that stand in one place each."""

from __future__ import annotations

import gzip
import io
import json
import marshal
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from build import sharing
from tests.loads import before_live, brotli_size, chunk, gzip_size, shell, with_imports
from tools.site import DIST, ROOT, is_wanted, module_name, read_patterns

REGISTRIES = [".".join(parts) for parts in (("registry", "npmjs", "org"), ("pypi", "org"), ("pythonhosted", "org"))]


def tracked_files() -> list[Path]:
    """Return the text files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The tracked files by name, as far as they are text."""
    return {path.relative_to(ROOT).as_posix(): path.read_text(errors="replace") for path in tracked_files()}


def test_the_version_of_pyodide_stands_only_in_package_json(texts):
    version = json.loads(texts["package.json"])["devDependencies"]["pyodide"]
    places = [name for name, text in texts.items() if version in text and name != "package-lock.json"]
    assert places == ["package.json"]


def test_every_npm_version_is_exact(texts):
    manifest = json.loads(texts["package.json"])
    versions = [*manifest["devDependencies"].values()]
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_every_python_version_is_exact(texts):
    pinned = re.findall(r'^    "(.+)",$', texts["pyproject.toml"], re.MULTILINE)
    assert [name for name in pinned if "==" not in name] == []


def test_the_lock_file_names_no_addresses(texts):
    packages = json.loads(texts["package-lock.json"])["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_no_file_names_a_registry(texts):
    assert [name for name, text in texts.items() if any(host in text for host in REGISTRIES)] == []


def test_the_project_has_one_version(texts):
    in_python = re.search(r'^version = "(.+)"$', texts["pyproject.toml"], re.MULTILINE)
    assert in_python
    assert in_python[1] == json.loads(texts["package.json"])["version"]


def test_micropip_is_the_one_that_pyodide_names(texts):
    lock = json.loads((ROOT / "node_modules" / "pyodide" / "pyodide-lock.json").read_text())
    assert f"micropip=={lock['packages']['micropip']['version']} " in texts["web/wheels.txt"]


def test_the_pictures_that_are_kept_are_those_that_the_documentation_shows(texts):
    kept = {name for name in texts if name.startswith("docs/images/")}
    shown = {f"docs/{path}" for text in texts.values() for path in re.findall(r"images/[\w-]+\.png", text)}
    assert kept == shown & {f"docs/images/{path.name}" for path in (ROOT / "docs" / "images").glob("*")}
    assert sum((ROOT / name).stat().st_size for name in kept) <= 2_000_000


@pytest.mark.parametrize("name", ["index.html", "page.css", "main.js", "worker.js"])
def test_the_scripts_and_pages_of_the_site_name_no_other_origin(name):
    loads = re.findall(
        r"""(?:src|href)=["']([^"']+)|url\(["']?([^"')]+)|(?:import|from)\s*\(?["']([^"']+)""", read(name)
    )
    addresses = ["".join(groups) for groups in loads]
    assert [address for address in addresses if re.match(r"(?:https?:)?//", address)] == []


@pytest.mark.parametrize("name", ["index.html", "main.js", "worker.js"])
def test_the_site_works_from_any_folder_as_no_path_starts_at_the_root(name):
    assert re.findall(r"""(?:src|href)=["']/|(?:import|from|Worker|fetch)\s*\(?["']/""", read(name)) == []


def read(name: str) -> str:
    """Return a file of the site as text."""
    return (DIST / name).read_text()


def test_the_image_holds_sim_compiled_and_no_sources():
    (wheel,) = (DIST / "wheels").glob("mos_sim-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        sources = {name for name in archive.namelist() if name.startswith("sim/") and name.endswith(".py")}
    assert "sim/bridge/core.py" in sources
    elsewhere = re.compile(r"sim/(__main__|cli.*|gateway/.*|scenario/.*|testing/.*|website)(\.py)?$")
    kept = {name for name in sources if not elsewhere.match(name)}
    there = modules("image.bin") | modules("later.zip")
    assert {name for name in there if name.split(".")[0] == "sim"} == {module_name(name[:-3]) for name in kept}
    names = archive_names("image.bin") | archive_names("later.zip")
    assert [name for name in names if name.endswith(".py")] == []


def test_image_and_lists_of_what_comes_later_are_the_whole_library():
    with opened("image.bin") as archive:
        later, rest = (set(archive.read(f"{name}.txt").decode().split()) for name in ("later", "stdlib-full"))
    there = modules("image.bin") | modules("later.zip")
    assert {name for name in there - modules("stdlib-full.zip") if not name.startswith("sim")} == {
        "sitecustomize",
        "stdlib_ready",
        "stdlib_rest",
    }
    assert modules("later.zip") == later
    assert modules("stdlib-full.zip") - there == rest


def test_nothing_that_is_to_come_later_is_in_the_image_too():
    with opened("image.bin") as archive:
        table = marshal.loads(archive.read("pack.table"))
    names = [name.replace(".", "/") + ("/__init__" if entry[0] else "") for name, entry in table.items()]
    assert [name for name in names if is_wanted(name, read_patterns("later.txt"))] == []


START = """
const [image, pyodide] = process.argv.slice(1);
const { loadPyodide } = await import(pyodide);
const python = await loadPyodide({ stdLibURL: image, env: { PYTHONHASHSEED: "0" } });
console.log(python.runPython(`
import json, sys
import sim.bridge, sim.mjs.source, sitecustomize, stdlib_ready
missed = [key[:2] for key in stdlib_ready.missed]
is_lazy = type(sys.modules["_colorize"]) is sitecustomize.LazyModule
sitecustomize.release()
from sim.mjs.source import READY, _digest
from sim.script import api_file
is_ready = ("api_http.js", _digest(api_file("api_http.js").decode())) in READY
import _colorize, collections, dataclasses, re
point = dataclasses.make_dataclass("Point", ["x", "y"])(1, 2)
json.dumps([missed, is_lazy, is_ready, callable(_colorize.can_colorize), hasattr(dataclasses, "exec"), str(point)])
`));
"""


def test_the_start_compiles_nothing_that_the_image_could_have_ready(tmp_path):
    image = tmp_path / "image.zip"
    image.write_bytes(gzip.decompress((DIST / "pyodide" / "image.bin").read_bytes()))
    pyodide = ROOT / "node_modules" / "pyodide" / "pyodide.mjs"
    command = ["node", "--input-type=module", "-e", START, image, pyodide]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[], True, True, True, False, "Point(x=1, y=2)"]


def test_nothing_that_the_bridge_imports_comes_later():
    done = subprocess.run(
        [sys.executable, "-c", "import sim.bridge, sys; sim.bridge.warm_up(); print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {name for name in done.stdout.split() if name.split(".")[0] == "sim"}
    assert "sim.bridge.core" in imported
    assert imported & modules("later.zip") == set()


def modules(name: str) -> set[str]:
    """Return the names of the modules in an archive of the site, and in the pack that it holds."""
    found = {module_name(file[:-4]) for file in archive_names(name) if file.endswith(".pyc")}
    with opened(name) as archive:
        return found | set(marshal.loads(archive.read("pack.table")) if "pack.table" in archive.namelist() else ())


def opened(name: str) -> zipfile.ZipFile:
    """Open an archive of the site; the image is compressed as a whole."""
    path = DIST / "pyodide" / name
    return zipfile.ZipFile(io.BytesIO(gzip.decompress(path.read_bytes())) if path.suffix == ".bin" else path)


def archive_names(name: str) -> set[str]:
    """Return the names of the files in an archive of the site."""
    with opened(name) as archive:
        return set(archive.namelist())


def test_what_the_page_needs_to_be_drawn_is_60_kilobytes_at_most():
    """Measured by gzip: the page, its sheet, its first script, and its main script with all that this imports."""
    assert gzip_size(shell()) <= 60_000


def test_what_is_loaded_before_the_device_lives_is_5_megabytes_at_most():
    """Measured as a good static host sends it: each file by brotli at quality 11, archives as they are.

    tests/e2e/test_recorded.py watches that a first visit loads nothing else before the device has answered.
    """
    assert brotli_size(before_live()) <= 5_000_000


def test_the_editor_is_230_kilobytes_at_most():
    """Measured by gzip, with what it imports beyond what the page has loaded."""
    there = shell()
    assert gzip_size(name for name in with_imports(chunk("editor")) if name not in there) <= 230_000


def test_the_index_of_wheels_names_each_wheel_once():
    index = json.loads((DIST / "wheels" / "index.json").read_text())
    assert sorted(index.values()) == sorted(path.name for path in (DIST / "wheels").glob("*.whl"))
    for name, wheel in index.items():
        assert f'href="../{wheel}#sha256=' in (DIST / "wheels" / name / "index.html").read_text()


def test_the_wheels_run_anywhere():
    assert [path.name for path in (DIST / "wheels").glob("*.whl") if not path.name.endswith("-py3-none-any.whl")] == []


@pytest.mark.parametrize(
    ("name", "wanted"), [("json/decoder", True), ("json/tool", False), ("csv", False), ("jsonx", False)]
)
def test_a_pattern_takes_files_in_and_a_later_one_takes_them_out(name, wanted):
    assert is_wanted(name, ["json/*", "!json/tool"]) is wanted


@pytest.mark.parametrize(
    ("arguments", "is_shared"),
    [
        ([], True),
        (["tests/mjs", "-x"], True),
        (["--ignore=tests/test_build.py"], True),
        (["tests/test_build.py"], False),
        (["tests/test_build.py::test_a[x]", "-q"], False),
        (["-n2"], False),
        (["--pdb"], False),
    ],
)
def test_several_processes_share_the_tests_unless_a_file_or_their_number_is_named(arguments, is_shared):
    assert ("--dist" in sharing(arguments)) is is_shared
