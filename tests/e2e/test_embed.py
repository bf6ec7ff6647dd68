"""A page of another origin embeds a device and drives it by messages; nothing is loaded before it is wanted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.test_docs import text_of
from tools.site import DIST, ROOT

expect.set_options(timeout=20_000)

INLINE = """<sim-device view="full" {options}>
  <script type="text/mjs" name="init.js">
    print('from the page');
    HTTP.add_endpoint(HTTP.get_system_server(), '/hi', function(conn, ev) {{
      if (ev === HTTP.EV_REQUEST) Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi');
    }}, null);
  </script>
</sim-device>"""
LISTEN = """<script>
  globalThis.heard = [];
  for (const type of ["ready", "state", "traffic", "console", "check", "resize", "problem"]) {
    document.querySelector("sim-device").addEventListener(type, (event) => heard.push([type, event.detail]));
  }
</script>"""


@pytest.fixture
def embed(page: Page, open_site: str, serve, tmp_path: Path, server_log: list[str]):
    """Put something into a page of another origin, and open it; gives the frame of the device."""

    def put(body: str, files: dict[str, str] | None = None) -> FrameLocator:
        for name, text in (files or {}).items():
            (tmp_path / name).write_text(text)
        script = f'<script type="module" src="{open_site}embed.js"></script>'
        (tmp_path / "index.html").write_text(
            f"<!doctype html><title>outer</title><h1>A course</h1>{body}{LISTEN}{script}"
        )
        page.goto(serve(tmp_path))
        return page.frame_locator("sim-device iframe")

    return put


def wait_for(page: Page, kind: str, condition: str = "true") -> object:
    """Wait for a message of the device that is as wanted."""
    return page.evaluate(
        """async ([kind, condition]) => {
          const fits = new Function("detail", `return ${condition}`);
          for (;;) {
            const found = heard.find(([type, detail]) => type === kind && fits(detail));
            if (found) return found[1];
            await new Promise(requestAnimationFrame);
          }
        }""",
        [kind, condition],
    )


@pytest.fixture
def open_site(serve) -> str:
    """The site as a host that lets others load its script."""
    address = serve(DIST, headers={"Access-Control-Allow-Origin": "*"})
    assert isinstance(address, str)
    return address


def test_nothing_of_python_is_loaded_before_the_device_is_wanted(page: Page, embed):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    frame = embed(INLINE.format(options=""))
    start = frame.get_by_role("button", name="Start device")
    expect(start).to_be_visible()
    expect(frame.locator("main")).to_be_hidden()
    assert [url for url in asked if "pyodide" in url or "worker" in url] == []
    start.click()
    expect(frame.get_by_role("log", name="Console")).to_contain_text("from the page")
    assert [url for url in asked if "pyodide" in url] != []
    # What is inline is run as it stands, without its indentation
    state = wait_for(page, "state", "detail.state === 'running'")
    assert isinstance(state, dict)
    assert state["simdevice"] == 1


def test_a_host_that_leaves_the_suffix_of_pages_out_embeds_it_too(page: Page, site: str):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.route("**/embed", lambda route: route.fulfill(path=DIST / "embed.html"))
    page.goto(f"{site}embed")
    expect(page.get_by_role("button", name="Start device")).to_be_visible()
    assert [url for url in asked if "worker" in url] == []


def test_the_page_around_it_drives_it_and_hears_of_it(page: Page, embed):
    embed(INLINE.format(options='autostart="now"'))
    wait_for(page, "console", "detail.lines.some(({text}) => text.includes('from the page'))")
    answer = page.evaluate("document.querySelector('sim-device').send('GET', '/hi')")
    assert (answer["status"], answer["body"]) == (200, "hi")
    wait_for(page, "traffic", "detail.records.some(({type, status}) => type === 'http.responded' && status === 200)")
    page.evaluate("document.querySelector('sim-device').stop()")
    wait_for(page, "state", "detail.state === 'stopped'")
    page.evaluate("""document.querySelector('sim-device').load({files: {"init.js": "print('second');"}})""")
    wait_for(page, "console", "detail.lines.some(({text}) => text.includes('second'))")
    assert page.evaluate("document.querySelector('sim-device').ask({type: 'x'}).catch(({message}) => message)") == (
        "there is no message type x"
    )
    said = page.evaluate(
        "document.querySelector('sim-device').load({files: {'../x': ''}}).catch(({message}) => message)"
    )
    assert said.startswith("The project cannot be opened.")


def test_views_show_parts_of_it(page: Page, embed):
    frame = embed(INLINE.format(options='autostart="now"').replace('"full"', '"console"'))
    console = frame.get_by_role("log", name="Console")
    expect(console).to_contain_text("from the page")
    expect(frame.get_by_role("region", name="Firmware")).to_be_hidden()
    for view, shown in (("traffic", "Traffic"), ("full", "Firmware"), ("tutorial", "Firmware")):
        page.evaluate("(view) => document.querySelector('sim-device').setView(view)", view)
        expect(frame.get_by_role("region", name=shown)).to_be_visible()
    page.evaluate("document.querySelector('sim-device').setView('page')")
    expect(frame.get_by_role("tabpanel", name="Page")).to_be_visible()


def test_a_lesson_comes_from_the_page_around_it_and_its_checks_go_back(page: Page, embed):
    lesson = (ROOT / "lessons" / "first-endpoint.md").read_text("utf-8")
    frame = embed(
        '<sim-device src="l.md" view="tutorial" autostart="now" height="900"></sim-device>', {"l.md": lesson}
    )
    expect(frame.get_by_role("heading", name="First endpoint")).to_be_visible()
    frame.get_by_role("button", name="Solution").click()
    frame.get_by_role("button", name="Check").click()
    checks = wait_for(page, "check")
    assert isinstance(checks, dict)
    assert [check["state"] for check in checks["checks"]] == ["pass"] * 4


def test_a_device_out_of_sight_starts_when_it_is_scrolled_to(page: Page, embed):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    embed(f'<div style="height: 5000px">far</div>{INLINE.format(options=chr(32) + "autostart=visible")}')
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "pyodide" in url] == []
    page.locator("sim-device").scroll_into_view_if_needed()
    wait_for(page, "console", "detail.lines.some(({text}) => text.includes('from the page'))")


def test_the_plain_frame_has_the_same_options(page: Page, embed, open_site: str):
    frame = embed(
        "<sim-device hidden></sim-device>"
        f'<iframe src="{open_site}?embed=1&view=console&autostart=now&theme=dark"></iframe>'
    )
    inner = page.frame_locator("body > iframe")
    expect(inner.locator("body")).to_have_attribute("data-state", "running")
    expect(inner.get_by_role("region", name="Firmware")).to_be_hidden()
    assert inner.locator("html").evaluate("(root) => root.style.colorScheme") == "dark"
    assert inner.locator("html").evaluate("() => localStorage.length") == 0
    del frame


def test_messages_of_anybody_else_are_not_taken(page: Page, embed):
    frame = embed(INLINE.format(options='autostart="now"'))
    wait_for(page, "state", "detail.state === 'running'")
    # Another frame of the same page is not the page
    page.evaluate("""async () => {
      const other = document.createElement("iframe");
      other.srcdoc = `<script>
        const device = parent.document.querySelector("sim-device").shadowRoot.firstChild.contentWindow;
        device.postMessage({simdevice: 1, id: 1, type: "stop"}, "*");
        parent.postMessage({simdevice: 1, type: "state", state: "faked"}, "*");
      </script>`;
      document.body.append(other);
      await new Promise((resolve) => other.addEventListener("load", resolve));
    }""")
    # Nor does what is said in another way do anything
    for message in ("null", "'stop'", "{type: 'stop', id: 2}", "{simdevice: 2, type: 'stop', id: 3}"):
        page.evaluate(
            f"document.querySelector('sim-device').shadowRoot.firstChild.contentWindow.postMessage({message}, '*')"
        )
    answer = page.evaluate("document.querySelector('sim-device').send('GET', '/hi')")
    assert answer["status"] == 200
    assert page.evaluate("heard.some(([type, detail]) => detail.state === 'faked')") is False
    expect(frame.locator("body")).to_have_attribute("data-state", "running")
    assert page.title() == "outer"


def test_the_script_is_small_and_stands_alone():
    script = (DIST / "embed.js").read_bytes()
    assert len(script) < 5000
    assert b"import{" not in script
    assert (DIST / "embed.d.ts").exists()


def test_every_message_and_option_is_described():
    page = text_of("reference/embed.md")
    types = (ROOT / "web" / "types" / "embed.d.ts").read_text("utf-8")
    element = (ROOT / "web" / "embed" / "element.js").read_text("utf-8")
    names = set(re.findall(r'type: "(\w+)"', types)) | set(re.findall(r'"(\w+)"', element.partition("EVENTS =")[0]))
    assert {"ready", "load", "setView", "view", "autostart"} <= names
    for name in names:
        assert re.search(rf"`{name}\b", page), name
