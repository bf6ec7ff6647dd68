"""No view breaks a rule of axe-core, be it light or dark, wide or narrow."""

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
WIDTHS = [(1280, 800), (390, 844)]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_no_rule_is_broken(page: Page, site: str, view: View):
    view.open(page, site)
    page.evaluate(AXE)
    found = []
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            result = page.evaluate(RUN)
            assert result["passes"] > 10
            found += [f"{width} {scheme}: {line}" for line in result["told"]]
    assert found == []
