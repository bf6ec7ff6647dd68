"""Makes the parts of the site: the Python image, the wheels and the bundled scripts."""

from __future__ import annotations

import fnmatch
import gzip
import hashlib
import json
import marshal
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from sim.lesson import parse
from tools.examples import read_examples, script_of, texts_of
from tools.help import help_text
from tools.licenses import licenses_text
from tools.recording import record
from tools.recording import script_of as recording_of

__all__ = ["CACHE", "DIST", "EPOCH", "ROOT", "build_site", "digest", "pyodide_version", "run"]

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
DIST = ROOT / "dist"
PYODIDE = ROOT / "node_modules" / "pyodide"
PYC_HEAD = 16
"""Bytes of a .pyc file before its code (PEP 552)."""
START = ("sitecustomize", "stdlib_ready", "stdlib_rest")
"""Modules of web/ that Python has beside its library."""
EPOCH = {"SOURCE_DATE_EPOCH": "315532800"}
"""The first moment that a zip file can express, for every file in every build."""
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
INDEX_PAGE = (
    '<!doctype html><meta charset="utf-8"><title>{name}</title><a href="../{file}#sha256={sha256}">{file}</a>\n'
)


def build_site(python: Path) -> None:
    """Make the whole site in dist/, with the tools in the environment of `python`."""
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        made = Path(folder) / "dist"
        (made / "pyodide").mkdir(parents=True)
        (made / "wheels").mkdir()
        copy_runtime(made / "pyodide")
        make_image(made / "pyodide")
        make_wheels(made / "wheels", python)
        (made / "LICENSES.txt").write_text(licenses_text(download_wheels(python)), "utf-8")
        examples = read_examples(ROOT / "examples")
        (made / "examples.json").write_text(texts_of(examples), "utf-8")
        (made / "catalog.json").write_text(help_text(), "utf-8")
        hello = {name: data.decode() for name, data in examples[0].files.items()}
        bundle_scripts(made, script_of(examples) + recording_of(record(hello)))
        for path in (ROOT / "web" / "types").glob("*.d.ts"):
            shutil.copyfile(path, made / path.name)
        for kind in ("*.html", "*.svg"):
            for path in (ROOT / "web").glob(kind):
                shutil.copyfile(path, made / path.name)
        inline_scripts(made / "preview.html")
        preload_chunks(made / "index.html")
        make_embed(made)
        make_offline(made)
        if DIST.exists():
            DIST.rename(Path(folder) / "old")
        made.rename(DIST)


def copy_runtime(out: Path) -> None:
    """Copy Pyodide, with a list of packages that names none."""
    for name in RUNTIME:
        shutil.copyfile(PYODIDE / name, out / name)
    script = out / "pyodide.asm.mjs"
    script.write_text(called_at_once(script.read_text("utf-8")), "utf-8")
    (out / "pyodide-lock.json").write_text(json.dumps(lock()))  # the page has it itself; others load Pyodide from here


def called_at_once(script: str) -> str:
    """Put the one function of Pyodide's script into parentheses, by which engines know not to read it twice.

    Else they pass over a function first, a megabyte here, and read it when it is called.

    Raises:
        ValueError: it has another shape.
    """
    found = re.fullmatch(r"(async function (\w+)\(.*\})(export default \2;\s*)", script, re.DOTALL)
    if not found:
        raise ValueError("pyodide.asm.mjs is not one function that is exported")
    function, name, export = found.groups()
    return f"const {name}=({function.replace(f' {name}', '', 1)});{export}"


def lock() -> dict[str, object]:
    """Return Pyodide's lock file without any package, as packages come from the site's own wheels."""
    return {**json.loads((PYODIDE / "pyodide-lock.json").read_text()), "packages": {}}


def make_image(out: Path) -> None:
    """Make image.bin, what every visit loads, later.zip, what most load later, and stdlib-full.zip, without sim.

    The image has most of its modules in one pack: their code, and a table that says where each begins and ends. It is
    an archive that is compressed as a whole, which a browser expands sooner than Python its parts.
    """
    full = CACHE / f"stdlib-{pyodide_version()}-{digest([ROOT / 'tools' / 'compile.mjs'])[:12]}.zip"
    if not full.exists():
        part = full.with_suffix(".part")
        run("node", "tools/compile.mjs", part)
        part.replace(full)
    shutil.copyfile(full, out / "stdlib-full.zip")
    package = CACHE / "package.zip"
    run("node", "tools/compile.mjs", package, full, "sim", *(f"web/{name}.py" for name in START))
    start, later, first = (read_patterns(f"{name}.txt") for name in ("stdlib", "later", "first"))
    lists: dict[str, list[str]] = {"later": [], "stdlib-full": []}
    pack: dict[str, bytes] = {}
    plain = CACHE / "image.zip"
    with (
        zipfile.ZipFile(plain, "w") as image,
        zipfile.ZipFile(out / "later.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as second,
    ):
        for source, info, data in members(full, package):
            name = info.filename.removesuffix(".pyc")
            is_code = info.filename.endswith(".pyc")
            if is_wanted(name, start):
                if is_code and not is_wanted(name, first):
                    pack[name] = data[PYC_HEAD:]
                else:
                    image.writestr(info, data, zipfile.ZIP_STORED)
                continue
            is_later = is_wanted(name, later)
            if is_later:
                second.writestr(info, data, zipfile.ZIP_DEFLATED, 9)
            if is_code and (is_later or source == full):
                lists["later" if is_later else "stdlib-full"].append(module_name(name))
        for listed, modules in lists.items():
            image.writestr(zipfile.ZipInfo(f"{listed}.txt"), "\n".join(modules))
        image.writestr(zipfile.ZipInfo("pack.code"), b"".join(pack.values()))
        image.writestr(zipfile.ZipInfo("pack.table"), marshal.dumps(table_of(pack)))
    ready = CACHE / "ready.table"
    run("node", "tools/prepare.mjs", plain, ready)
    with zipfile.ZipFile(plain, "a") as image:
        image.writestr(zipfile.ZipInfo(ready.name), ready.read_bytes())
    (out / "image.bin").write_bytes(gzip.compress(plain.read_bytes(), 9, mtime=0))


def table_of(pack: dict[str, bytes]) -> dict[str, tuple[bool, int, int]]:
    """Tell of each module whether it is a package, and where its code begins and ends."""
    table, end = {}, 0
    for name, code in pack.items():
        start, end = end, end + len(code)
        table[module_name(name)] = (name.endswith("/__init__"), start, end)
    return table


def module_name(path: str) -> str:
    """Return the name of the module in a file, which is given without its suffix."""
    return path.removesuffix("/__init__").replace("/", ".")


def read_patterns(name: str) -> list[str]:
    """Return the lines of a list in tools/, without comments."""
    return [line for line in (ROOT / "tools" / name).read_text().splitlines() if line and not line.startswith("#")]


def members(*archives: Path) -> Iterator[tuple[Path, zipfile.ZipInfo, bytes]]:
    """Yield the files in some archives."""
    for path in archives:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                yield path, info, archive.read(info)


def is_wanted(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether the last pattern that fits the name takes it in."""
    fitting = [pattern for pattern in patterns if fnmatch.fnmatchcase(name, pattern.removeprefix("!"))]
    return bool(fitting) and not fitting[-1].startswith("!")


def make_wheels(out: Path, python: Path) -> None:
    """Gather the wheels with an index of them (PEP 503), so that micropip asks this site and no other."""
    for wheel in download_wheels(python).glob("*.whl"):
        shutil.copyfile(wheel, out / wheel.name)
    run(python, "-m", "hatchling", "build", "-t", "wheel", "-d", out, env={**os.environ, **EPOCH})
    index = {}
    for wheel in sorted(out.glob("*.whl")):
        name = re.sub(r"[-_.]+", "-", wheel.name.split("-")[0]).lower()
        index[name] = wheel.name
        (out / name).mkdir()
        page = INDEX_PAGE.format(name=name, file=wheel.name, sha256=hashlib.sha256(wheel.read_bytes()).hexdigest())
        (out / name / "index.html").write_text(page)
    (out / "index.json").write_text(json.dumps(index, indent=1) + "\n")


def download_wheels(python: Path) -> Path:
    """Download the wheels that web/wheels.txt names, once, and return their folder."""
    wanted = ROOT / "web" / "wheels.txt"
    folder = CACHE / f"wheels-{digest([wanted])[:12]}"
    if not folder.exists():
        target = json.loads((PYODIDE / "pyodide-lock.json").read_text())["info"]["python"].rpartition(".")[0]
        with tempfile.TemporaryDirectory(dir=CACHE) as part:
            where = ["--dest", part, "--python-version", target, "--platform", "any", "--implementation", "py"]
            what = ["--only-binary=:all:", "--no-deps", "--require-hashes", "-r", wanted]
            run(python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *where, *what)
            shutil.copytree(part, folder)
    return folder


def bundle_scripts(out: Path, data: str) -> None:
    """Bundle the page's scripts and its sheets; what is imported only when wanted becomes a file of its own.

    `data` is a module with what the page's scripts know of the examples.
    """
    listed = CACHE / "examples.js"
    listed.write_text(data, "utf-8")
    sizes = {path.name: path.stat().st_size for path in (out / "pyodide").iterdir()}
    options = ["--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=warning", f"--outdir={out}"]
    split = ["--splitting", "--chunk-names=[name]-[hash]", f"--inject:{listed}"]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    defined = [f"--define:VERSION={json.dumps(version)}", f"--define:LESSONS={json.dumps(make_lessons(out))}"]
    run(esbuild(), "web/main.js", *options, *split, *defined)
    run(esbuild(), "web/first.js", *options[:2], "--format=iife", *options[3:])
    known = {"SIZES": sizes, "VERSION": version, "BUILD": build_name(out), "LOCK": lock()}
    run(esbuild(), "web/page.css", "web/later.css", "--bundle", "--minify", "--log-level=warning", f"--outdir={out}")
    defined = ["--external:node:*", *(f"--define:{name}={json.dumps(value)}" for name, value in known.items())]
    run(esbuild(), "web/worker.js", *options, *defined)


def inline_scripts(path: Path) -> None:
    """Put the scripts that a page names into it, bundled: one that has no origin can load none from this site."""

    def bundled(match: re.Match[str]) -> str:
        options = ["--bundle", "--minify", "--format=iife", "--target=es2022", "--charset=ascii"]
        return f"<script>{run(esbuild(), f'web/{match[1]}', *options).strip()}</script>"

    path.write_text(re.sub(r'<script src="([^"]+)"></script>', bundled, path.read_text()))


def preload_chunks(page: Path) -> None:
    """Have the page ask at once for what its script imports, not only when that has come."""
    chunks = re.findall(r'(?:from|import)\s*"\./([^"]+\.js)"', (page.parent / "main.js").read_text("utf-8"))
    links = "".join(f'<link rel="modulepreload" href="{name}" />\n    ' for name in dict.fromkeys(chunks))
    script = '<script type="module" src="main.js"'
    page.write_text(page.read_text("utf-8").replace(script, links + script), "utf-8")


def make_embed(out: Path) -> None:
    """Make the page that others embed, which by its name waits until it is wanted, and the script that they load."""
    shutil.copyfile(out / "index.html", out / "embed.html")
    options = ["--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=warning"]
    run(esbuild(), "web/embed/element.js", *options, f"--outfile={out / 'embed.js'}")


def make_offline(out: Path) -> None:
    """Make the service worker, last of all: it knows the names of all files that the page may ask for."""
    files = sorted(path for path in out.rglob("*") if path.is_file() and "wheels" not in path.parts)
    names = ["./", *(path.relative_to(out).as_posix() for path in files)]
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    options = ["--bundle", "--minify", "--format=iife", "--target=es2022", "--log-level=warning"]
    known = {"SITE": whole.hexdigest()[:16], "FILES": names, "BUILD": build_name(out)}
    defined = [f"--define:{name}={json.dumps(value)}" for name, value in known.items()]
    run(esbuild(), "web/offline.js", *options, *defined, f"--outfile={out / 'offline.js'}")


def make_lessons(out: Path) -> list[dict[str, str]]:
    """Write the lessons as the page shows them into lessons.json; return their names and titles, in their order."""
    lessons: dict[str, dict[str, object]] = {}
    for path in (ROOT / "lessons").glob("*.md"):
        source = path.read_text("utf-8")
        lessons[path.stem] = {**parse(source).to_json(), "source": source}
    names = sorted(lessons, key=lambda name: (lessons[name]["order"], name))
    (out / "lessons.json").write_text(json.dumps({name: lessons[name] for name in names}), "utf-8")
    return [{"name": name, "title": str(lessons[name]["title"])} for name in names]


def build_name(out: Path) -> str:
    """Return a name that changes with anything that Python's memory after its start depends on."""
    whole = hashlib.sha256()
    for path in [*sorted((out / "pyodide").iterdir()), *sorted((ROOT / "web").glob("*.js"))]:
        whole.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()[:16]


def esbuild() -> Path:
    """Return the path of the bundler."""
    return ROOT / "node_modules" / ".bin" / ("esbuild.cmd" if os.name == "nt" else "esbuild")


def pyodide_version() -> str:
    """Return the version of Pyodide that is installed, which is the one that package.json names."""
    version = json.loads((PYODIDE / "package.json").read_text())["version"]
    assert isinstance(version, str)
    return version


def digest(paths: Iterable[Path]) -> str:
    """Return a hash of the names and contents of files, and of all files in folders, in order."""
    whole = hashlib.sha256()
    for path in paths:
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        for file in files:
            if "__pycache__" not in file.parts:
                whole.update(f"{file.relative_to(ROOT).as_posix()}\n".encode())
                whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def run(*command: str | Path, env: dict[str, str] | None = None) -> str:
    """Run one tool in the project's folder, and return what it prints."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        name = " ".join(str(part) for part in command)
        raise SystemExit(f"{done.stdout}{done.stderr}\nthis command failed ({done.returncode}): {name}")
    return done.stdout
