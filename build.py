"""Builds, serves, tests, checks and measures mos-sim; needs only Python 3.11 and Node 20, and installs the rest here.

Everything that it installs or makes is in the folders .venv, node_modules, .cache, dist and build of the project.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

from sim import website
from tools import site

ROOT = site.ROOT
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NODE = 20
SOURCES = (
    "web",
    "sim",
    "tools",
    "examples",
    "lessons",
    "build.py",
    "pyproject.toml",
    "README.md",
    "package.json",
    "package-lock.json",
)


def install_python_tools() -> None:
    """Make the virtual environment with the pinned tools and the project in it."""
    stamp, wanted = VENV / "stamp", f"{sys.version}\n{site.digest([ROOT / 'pyproject.toml'])}\n"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("installing Python tools into .venv ...", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        hint = "Python's venv module does not work here; on Debian and Ubuntu: apt-get install python3-venv"
        raise SystemExit(f"{made.stdout}{made.stderr}\n{hint}")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    site.run(*pip, *project["optional-dependencies"]["dev"])
    site.run(*pip, "--no-deps", "--no-build-isolation", "--editable", ".")
    stamp.write_text(wanted)


def install_node_tools() -> None:
    """Install what package-lock.json names into node_modules."""
    stamp = ROOT / "node_modules" / ".stamp"
    wanted = site.digest([ROOT / "package.json", ROOT / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    npm, node = shutil.which("npm"), shutil.which("node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip() if node else "none"
    if not npm or not node or int(version.lstrip("v").partition(".")[0]) < NODE:
        raise SystemExit(f"Node {NODE} or later with npm is needed, and here is: {version}")
    print("installing Node tools into node_modules ...", flush=True)
    site.run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    stamp.write_text(wanted)


def install() -> None:
    """Install all tools that are missing or older than the project's files say."""
    install_python_tools()
    install_node_tools()


def build() -> None:
    """Build the site into dist/ unless it is already that of the present sources."""
    install()
    make("the site", site.DIST, SOURCES, site.build_site)


def docs() -> None:
    """Build the site and, within it, the documentation in dist/docs."""
    build()
    from tools import docs as pages

    make("the documentation", site.DIST / "docs", pages.SOURCES, pages.build_docs)


def make(what: str, folder: Path, sources: Sequence[str], builder: Callable[[Path], None]) -> None:
    """Let a builder fill a folder, unless that is already what the present sources give."""
    stamp = site.CACHE / f"{folder.name}.stamp"
    wanted = site.digest(ROOT / name for name in sources)
    if folder.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"building {what} into {folder.relative_to(ROOT)} ...", flush=True)
    started = time.monotonic()
    stamp.unlink(missing_ok=True)
    builder(PYTHON)
    stamp.write_text(wanted)
    print(f"built in {time.monotonic() - started:.1f} s", flush=True)


def package(out: Path) -> None:
    """Build the site with its documentation, and make the packages that carry it."""
    docs()
    from tools.package import make_packages

    for path in make_packages(PYTHON, out):
        print(f"{path} ({path.stat().st_size / 1_000_000:.1f} MB)")


def serve(port: int) -> int:
    """Build the site and serve it until interrupted."""
    docs()
    try:
        server = website.listen(site.DIST, port, log=lambda line: None)
    except website.SiteError as error:
        raise SystemExit(str(error)) from error
    with server as http:
        print(f"mos-sim is at http://127.0.0.1:{http.server_port}/ (stop with Ctrl+C)", flush=True)
        try:
            http.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def test(arguments: Sequence[str]) -> int:
    """Build the site and run all tests, or those that pytest's arguments select."""
    build()
    try:
        docs()
    except SystemExit as error:  # a link that leads nowhere is a failure of the tests of the documentation alone
        print(error)
    for needed in ("tools.browser", "tools.browsers", "tools.programs"):
        if code := call(PYTHON, "-m", needed, *arguments):
            return code
    return call(PYTHON, "-m", "pytest", *sharing(arguments), *arguments)


def sharing(arguments: Sequence[str]) -> Sequence[str]:
    """Return the options by which several processes share the tests; one runs those of a file, and what -n says."""
    is_told = any(
        argument.startswith(("-n", "--numprocesses", "--dist", "--pdb", "--trace")) for argument in arguments
    )
    names_file = any(re.match(r"[^-].*\.py(::|$)", argument) for argument in arguments)
    return () if is_told or names_file else ("-n", "auto", "--maxprocesses", "4", "--dist", "loadscope")


def check() -> int:
    """Check format, style and types of Python and JavaScript."""
    install()
    tsc = ROOT / "node_modules" / ".bin" / ("tsc.cmd" if os.name == "nt" else "tsc")
    commands = [
        (PYTHON, "-m", "ruff", "format", "--check", "."),
        (PYTHON, "-m", "ruff", "check", "."),
        (PYTHON, "-m", "mypy"),
        (tsc, "--project", "tsconfig.json"),
        (tsc, "--project", "kit/tsconfig.json"),
    ]
    return max([call(*command) for command in commands])


def screenshots(names: Sequence[str]) -> int:
    """Build the site and take a picture of each view of the page, or of those that are named, into docs/images."""
    build()
    return call(PYTHON, "-m", "tools.browser") or call(PYTHON, "-m", "tools.screenshots", *names)


def bench(names: Sequence[str]) -> int:
    """Run the programs in bench/, print their figures as a table and then as JSON."""
    build()
    programs = sorted(path for path in (ROOT / "bench").glob("*.py") if not names or path.stem in names)
    figures = []
    for program in programs:
        done = subprocess.run([PYTHON, program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            return done.returncode
        figures += [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    for row in [dict(zip(COLUMNS, COLUMNS, strict=True)), *figures]:
        print("  ".join(f"{shown(row.get(name)):<{width}}" for name, width in COLUMNS.items()).rstrip())
    print(json.dumps(figures))
    return 0


COLUMNS = {"name": 36, "value": 10, "unit": 8, "peer": 32, "peer_value": 10, "ratio": 6, "goal": 6}


def shown(value: object) -> str:
    """Return a figure as the table shows it."""
    return f"{value:.4g}" if isinstance(value, float) else "-" if value is None else str(value)


def call(*command: str | Path) -> int:
    """Run one tool in the project's folder in sight of the user, and return its exit code."""
    return subprocess.run(command, cwd=ROOT).returncode


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="build the site into dist/")
    commands.add_parser("docs", help="build the site and its documentation, which is then in dist/docs/")
    commands.add_parser("package", help="make the wheel and the npm archive, which carry the site").add_argument(
        "--output", type=Path, default=ROOT / "build", metavar="FOLDER", help="folder for them (default: build)"
    )
    commands.add_parser("serve", help="build the site and serve it on this computer").add_argument(
        "--port", type=int, default=8000
    )
    commands.add_parser("test", help="run all tests; further arguments go to pytest", add_help=False)
    commands.add_parser("check", help="check format, style and types")
    commands.add_parser("bench", help="measure; NAME.. selects programs in bench/").add_argument("names", nargs="*")
    commands.add_parser("screenshots", help="take pictures of the page; NAME.. selects views").add_argument(
        "names", nargs="*"
    )
    return parser


def main() -> int:
    """Run the command that the user named."""
    parser = make_parser()
    options, rest = parser.parse_known_args()
    if rest and options.command != "test":
        parser.error(f"unknown arguments: {' '.join(rest)}")
    match options.command:
        case "build":
            build()
            return 0
        case "docs":
            docs()
            return 0
        case "package":
            package(options.output)
            return 0
        case "serve":
            return serve(options.port)
        case "test":
            return test(rest)
        case "check":
            return check()
        case "screenshots":
            return screenshots(options.names)
        case _:
            return bench(options.names)


if __name__ == "__main__":
    sys.exit(main())
