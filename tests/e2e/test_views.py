"""No view breaks a rule of axe-core or cuts a text off, be it light or dark, wide or narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tools.site import ROOT
from tools.views import VIEWS, View

expect.set_options(timeout=20_000)

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
# What the device serves in its frame is its own affair
RUN = """async () => {
  const { violations, passes } = await axe.run(document, { iframes: false });
  const told = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any }) => `${id}: ${help}: ${target} ${any.map(({ message }) => message).join(" ")}`));
  return { told, passes: passes.length };
}"""
SIZES = [(1280, 800), (700, 520), (390, 844)]
NARROW = 700  # what axe-core judges is there the same as in one of the others

LAYOUT = (ROOT / "tests" / "e2e" / "layout.js").read_text("utf-8")
FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FAULTS = [
    ("cut off", '<p style="width: 60px; overflow: hidden; white-space: nowrap">a long sentence</p>'),
    ("cut off", '<p style="height: 10px; overflow: hidden" title="told">a line of text</p>'),
    ("one over another", '<p>a line</p><p style="margin-top: -30px">another</p>'),
    ("in several lines", '<button style="width: 60px">Rewind to here</button>'),
    (
        "tabs in several lines",
        '<div role="tablist" style="width: 60px"><button role="tab">One</button> '
        '<button role="tab">Another</button></div>',
    ),
    ("cut off in its field", '<select style="width: 60px"><option>Everything</option></select>'),
    ("cut off in its field", '<input style="width: 40px" placeholder="Find in the console">'),
    ("the page is", '<p style="width: 3000px">wide</p>'),
]
FINE = """<p style="width: 60px; overflow: hidden; white-space: nowrap" title="a long sentence">a long sentence</p>
<p style="width: 60px; overflow: auto; white-space: nowrap">a long sentence</p><button>Rewind to here</button>
<p style="height: 0; overflow: hidden">gone</p><select><option>Everything</option></select>"""


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_no_rule_is_broken_and_no_text_is_cut_off(page: Page, site: str, view: View):
    view.open(page, site)
    page.evaluate(AXE)
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(reduced_motion="reduce")
        page.evaluate(FRAMES)
        found += [f"{width}: {line}" for line in page.evaluate(LAYOUT)]
        for scheme in ("light", "dark") if width != NARROW else ():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            result = page.evaluate(RUN)
            assert result["passes"] > 10
            found += [f"{width} {scheme}: {line}" for line in result["told"]]
    assert found == []


def test_each_fault_of_the_layout_is_found(page: Page):
    for fault, content in FAULTS:
        page.set_content(content)
        found = page.evaluate(LAYOUT)
        assert [line for line in found if line.startswith(fault)], f"{fault}: {content}: {found}"
    page.set_content(FINE)
    assert page.evaluate(LAYOUT) == []
