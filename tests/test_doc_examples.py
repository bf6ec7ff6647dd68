"""Every block of code in the documentation does what it says: it is run, booted, served, asked, parsed or played."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.doc_page import DocPage
from tools.fences import find_fences
from tools.site import ROOT

PAGES: Final = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

FILES: Final = {  # what a page takes for granted in the reader's folder
    "docs/howto/clients.md": {
        "photo.jpg": bytes(range(256)) * 300,
        "notes.txt": b"some lines\n" * 200,
        "coap.py": b"Net.serve('tcp://8266', lambda c, e, d: None)\nNet.serve('udp://5683', lambda c, e, d: None)\n",
        "client.py": b"HTTP.connect('127.0.0.1:9000', lambda conn, ev, data: None)\n",
    },
}

IN_BROWSER: Final = {"docs/howto/playwright.md": "tests/e2e/test_sim_page.py"}
"""Pages whose programs are tests in a browser, and what runs them."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def with_code(path: Path) -> bool:
    return any(find_fences(path.read_text("utf-8"))) and name_of(path) not in IN_BROWSER


@pytest.mark.parametrize("path", [*filter(with_code, PAGES)], ids=name_of)
def test_every_block_of_code_does_what_the_page_says(path: Path, tmp_path: Path) -> None:
    for name, data in FILES.get(name_of(path), {}).items():
        (tmp_path / name).write_bytes(data)
    DocPage(path, tmp_path).play()


@pytest.mark.parametrize(("name", "where"), IN_BROWSER.items())
def test_pages_for_a_browser_are_run_elsewhere(name: str, where: str) -> None:
    assert Path(name).name in (ROOT / where).read_text("utf-8")


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("```\nx\n```\n", "a block of code of the kind ''"),
        ("```python\nassert 1 == 2\n```\n", "README.md:1"),
        ("```js\nlet a = ;\n```\n", "README.md:1"),
        ("```js\nnowhere();\n```\n", "README.md:1"),
        ("```json\n{]\n```\n", "README.md:1"),
        ("```yaml\na: [\n```\n", "README.md:1"),
        ("```console\n$ python -m sim run nowhere.js\n```\n", "cannot read nowhere.js"),
        ("```console\n$ python -m sim api\nNothing  of that\n```\n", "no line 'Nothing  of that'"),
        ("```sh\npython3 -m sim run examples/hello.js --jason\n```\n", "unrecognized arguments"),
        ("```python\ndef test_a():\n    assert 1 == 2\n```\n", "1 failed"),
        ('```html\n<script type="text/mjs">nowhere();</script>\n```\n', "README.md:1"),
    ],
)
def test_a_block_that_does_not_is_named(
    block: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = DocPage(ROOT / "README.md", tmp_path)
    page.text = block
    with pytest.raises(AssertionError, match=reason):
        page.play()
