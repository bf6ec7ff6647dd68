"""The wheel and the npm archive hold the site and nothing more, and work in empty environments without a network."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

import pytest

from tools.licenses import bundled
from tools.package import make_packages
from tools.site import DIST, ROOT, esbuild

PATIENCE_S: Final = 60

FIRMWARE: Final = "print('it runs');\n"

PLUGIN_TEST: Final = """
import pytest, sim

@pytest.mark.firmware("init.js")
def test_the_device_of_the_package(device):
    assert "site-packages" in sim.__file__
    assert device.get("/init.js").text.startswith("print")
"""

IMPORTS: Final = """
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const { SimDeviceElement } = await import("mos-sim");
const page = fileURLToPath(import.meta.resolve("mos-sim/site/embed.html"));
const kit = fileURLToPath(import.meta.resolve("mos-sim/playwright"));
console.log(typeof SimDeviceElement, existsSync(page), existsSync(kit));
"""

TYPES: Final = """
import type { FromDevice, View } from "mos-sim";
import type { TraceRecord } from "mos-sim/api";

export const view: View = "console";
export const seen = (message: FromDevice): TraceRecord[] => (message.type === "traffic" ? message.records : []);
"""


@dataclass
class Packages:
    """Both packages, each as a file."""

    wheel: Path
    archive: Path


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    assert (DIST / "docs").exists(), "there is no documentation: python3 build.py docs builds it, or says why not"
    return Packages(*make_packages(Path(sys.executable), tmp_path_factory.mktemp("packages")))


@pytest.mark.parametrize("page", ["README.md", "docs/reference/install.md"])
def test_the_pages_on_installation_name_the_files_as_they_are(packages: Packages, page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert [name for name in (packages.wheel.name, packages.archive.name) if f"build/{name}" not in text] == []


def site_files() -> dict[str, str]:
    """Return the hashes of the site's files by their names."""
    files = (path for path in DIST.rglob("*") if path.is_file())
    return {path.relative_to(DIST).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_wheel_holds_the_package_and_the_site_as_it_was_built(packages: Packages) -> None:
    with zipfile.ZipFile(packages.wheel) as wheel:
        names = set(wheel.namelist())
        found = {name: hashlib.sha256(wheel.read(name)).hexdigest() for name in names if name.startswith("sim/site/")}
    assert {name.removeprefix("sim/site/"): digest for name, digest in found.items()} == site_files()
    rest = {name for name in names - found.keys() if not name.startswith("mos_sim-")}
    kept = {path.relative_to(ROOT).as_posix() for path in (ROOT / "sim").rglob("*") if "__pycache__" not in path.parts}
    assert rest == {name for name in kept if (ROOT / name).is_file()}
    assert packages.wheel.stat().st_size < 15_000_000


def test_the_archive_holds_the_site_the_kit_and_types(packages: Packages) -> None:
    with tarfile.open(packages.archive) as archive:
        names = {name.removeprefix("package/") for name in archive.getnames()}
    kit = {f"kit/{path.name}" for path in (ROOT / "kit").iterdir() if path.name != "tsconfig.json"}
    kit.add("web/types/api.d.ts")  # of which the types of the kit are made
    assert names == {"LICENSE", "README.md", "package.json"} | kit | {f"dist/{name}" for name in site_files()}
    assert packages.archive.stat().st_size < 15_000_000


def test_nothing_that_is_not_used_is_in_the_site() -> None:
    assert [name for name in site_files() if re.search(r"\.(map|tsbuildinfo|orig|pyc|log)$|__pycache__", name)] == []
    assert [name for name in site_files() if "sourceMappingURL=data:" in (DIST / name).read_text("latin-1")] == []


def test_the_licenses_of_all_that_is_bundled_are_there(tmp_path: Path) -> None:
    """What is bundled is what the bundler says."""
    told = tmp_path / "told.json"
    scripts = ["web/main.js", "web/worker.js", "web/embed/element.js", "web/offline.js"]
    options = [
        "--bundle",
        "--format=esm",
        "--splitting",
        f"--outdir={tmp_path}",
        f"--metafile={told}",
        "--external:node:*",
        "--log-level=error",
    ]
    subprocess.run([esbuild(), *scripts, *options], cwd=ROOT, check=True)
    inputs = json.loads(told.read_text())["inputs"]
    used = {match[1] for name in inputs if (match := re.match(r"node_modules/((?:@[^/]+/)?[^/]+)/", name))}
    assert used
    assert used <= set(bundled())
    licenses = (DIST / "LICENSES.txt").read_text("utf-8")
    assert [name for name in bundled() if f"\n{name} " not in licenses] == []
    assert "Mozilla Public License Version 2.0" in licenses
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in licenses
    assert [path.name for path in (DIST / "wheels").glob("*.whl") if f"\n{path.name}\n" not in licenses] == [
        next((DIST / "wheels").glob("mos_sim-*.whl")).name
    ]


@pytest.fixture(scope="module")
def python(packages: Packages, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("python") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    options = ["--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--no-compile"]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *options, packages.wheel], check=True)
    return python


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with firmware, far from the repository."""
    (tmp_path / "init.js").write_text(FIRMWARE)
    return tmp_path


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a program far from the repository; what it prints."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NODE"))
    } | environment
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout


def test_the_installed_package_runs_firmware_without_any_other(python: Path, elsewhere: Path) -> None:
    assert "Simulate a networked device" in run(python, "-m", "sim", "--help", cwd=elsewhere)
    assert run(python.with_name("mos-sim"), "run", "init.js", cwd=elsewhere) == "it runs \n"
    assert run(python, "-m", "sim", "check", "init.js", cwd=elsewhere) == ""


def test_the_installed_package_serves_the_page_and_the_documentation(python: Path, elsewhere: Path) -> None:
    def get(path: str) -> tuple[int, str | None, bytes]:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers["content-type"], body

    command = [python, "-m", "sim", "web", "--port", "0"]
    with subprocess.Popen(command, cwd=elsewhere, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().split("/")[2].partition(":")[2])
        assert get("/") == (200, "text/html; charset=utf-8", (DIST / "index.html").read_bytes())
        assert get("/pyodide/pyodide.asm.wasm")[:2] == (200, "application/wasm")
        assert get("/main.js")[:2] == (200, "text/javascript")
        assert get("/docs/index.html")[0] == 200
        process.send_signal(signal.SIGINT)


def test_the_installed_package_brings_its_fixtures_to_pytest(python: Path, elsewhere: Path) -> None:
    """pytest itself and what it needs are those of this run: nothing else of them is in the environment."""
    (elsewhere / "test_it.py").write_text(PLUGIN_TEST)
    libraries = Path(pytest.__file__).parents[1]
    printed = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=elsewhere, PYTHONPATH=str(libraries))
    assert "1 passed" in printed


@pytest.fixture(scope="module")
def module(packages: Packages, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the npm package is installed, and nothing else."""
    folder = tmp_path_factory.mktemp("node")
    (folder / "package.json").write_text('{"name": "empty", "version": "1.0.0", "private": true, "type": "module"}')
    npm = shutil.which("npm")
    assert npm
    options = ["--offline", "--no-audit", "--no-fund", "--ignore-scripts"]
    run(npm, "install", packages.archive, *options, cwd=folder, npm_config_cache=str(folder / "cache"))
    assert [path.name for path in (folder / "node_modules").iterdir() if not path.name.startswith(".")] == ["mos-sim"]
    return folder


def test_the_npm_package_is_imported_and_finds_its_site(module: Path) -> None:
    (module / "use.js").write_text(IMPORTS)
    assert run("node", "use.js", cwd=module) == "function true true\n"


def test_the_types_of_the_kit_find_those_that_they_are_made_of(module: Path) -> None:
    kit = module / "node_modules" / "mos-sim" / "kit"
    named = re.findall(r'from "(\.[^"]+)\.js"', (kit / "playwright.d.ts").read_text("utf-8"))
    assert [name for name in named if not (kit / f"{name}.d.ts").exists()] == []
    assert named


def test_the_npm_package_has_types(module: Path) -> None:
    (module / "use.ts").write_text(TYPES)
    compiler = ROOT / "node_modules" / ".bin" / "tsc"
    options = ["--noEmit", "--strict", "--module", "nodenext", "--moduleResolution", "nodenext", "--target", "es2022"]
    run(compiler, *options, "--skipLibCheck", "false", "--types", "", "use.ts", cwd=module)
