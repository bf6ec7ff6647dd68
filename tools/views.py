"""Brings the page into each of its views, as a user would, for those who judge them by eye or by rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

__all__ = ["VIEWS", "View"]

BROKEN = "let led = 2;\nGPIO.setup_output(led, 0);\nlet config = null;\nprint('name:', config.name);\n"
BOARD = """\
led = Cfg.get('board.led1.pin')
GPIO.setup_output(led, 1)
GPIO.setup_input(4, GPIO.PULL_UP)
GPIO.set_button_handler(Cfg.get('board.btn1.pin'), GPIO.PULL_UP, GPIO.INT_EDGE_NEG, 20, lambda pin: GPIO.toggle(led))
ADC.enable(34)
DHT.create(5, DHT.DHT22)
"""
RUN = "(files) => simdevice.run(files)"
REPLAY_CHANGED = """async () => {
  const { run } = await simdevice.saveRun({ name: "tests/test_lamp.py::test_it_answers" });
  const changed = run.replace('"target":"/my/api"', '"target":"/another"');
  return simdevice.replay(changed);
}"""
WAIT_MS = 30_000


@dataclass(frozen=True)
class View:
    """One view: its name for files, what is done once the page is there, and the options of its address.

    `about` selects what is to be seen of it where the page is scrolled; with `holds_worker`, Python never comes.
    """

    name: str
    do: Callable[[Page], None]
    options: str = ""
    holds_worker: bool = False
    about: str = ""

    def open(self, page: Page, site: str) -> None:
        """Open the site at the address `site` and bring it into this view."""
        if self.holds_worker:
            page.route("**/worker.js", lambda route: None)
        page.goto(f"{site}{self.options}")
        self.do(page)


def recorded(page: Page) -> None:
    """Show what is there before Python: the recorded run."""
    expect(part(page, "Message")).to_contain_text("200 OK")


def live(page: Page) -> None:
    """Wait until the device has answered."""
    expect(page.locator("body:not([data-recorded])[data-state=running]")).to_be_attached(timeout=WAIT_MS)
    expect(page.get_by_role("status", name="Answer")).to_contain_text("200 OK", timeout=WAIT_MS)


def running(page: Page) -> None:
    """Wait for the device where no request line is shown."""
    expect(page.locator("body:not([data-recorded])[data-state=running]")).to_be_attached(timeout=WAIT_MS)
    expect(page.frame_locator("sim-page iframe").locator("body")).to_be_attached()


def crashed(page: Page) -> None:
    """Run a firmware that fails."""
    live(page)
    page.evaluate(RUN, {"init.js": BROKEN})
    expect(page.locator("body")).to_have_attribute("data-state", "crashed")


def lesson(page: Page) -> None:
    """Begin a lesson, look at its second step and check it."""
    region = part(page, "Lesson")
    expect(page.locator("body")).to_have_attribute("data-state", "running", timeout=WAIT_MS)
    region.get_by_role("button", name="Next", exact=True).click()
    region.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("status", name="Result")).to_contain_text("checks pass")


def websocket(page: Page) -> None:
    """Talk over a WebSocket."""
    example(page, "echo")
    page.get_by_role("tab", name="WebSocket").click()
    page.get_by_label("WebSocket path").press("Enter")
    expect(page.get_by_role("status", name="State of the WebSocket")).to_have_text("Connected")
    message = page.get_by_label("Message to send")
    for text in ("hello", "one more"):
        message.fill(text)
        message.press("Enter")
    page.get_by_role("tabpanel", name="WebSocket").get_by_role("button", name="Ping").click()
    expect(page.get_by_role("log", name="Frames")).to_contain_text("pong")


def hardware(page: Page) -> None:
    """Look at pins, sensors and the configuration."""
    live(page)
    page.evaluate(RUN, {"init.py": BOARD})
    page.get_by_role("tab", name="Hardware").click()
    expect(page.get_by_role("tabpanel", name="Hardware").get_by_role("slider").first).to_be_visible()


def faults(page: Page) -> None:
    """Set a preset and a rule of one's own, and let them act."""
    live(page)
    page.get_by_role("tab", name="Faults").click()
    panel = page.get_by_role("tabpanel", name="Faults")
    panel.get_by_label("Network", exact=True).select_option("satellite link")
    panel.get_by_role("button", name="Set these rules").click()
    panel.get_by_label("Fault", exact=True).select_option("http-status")
    panel.get_by_label("Path", exact=True).fill("/none/*")
    panel.get_by_role("button", name="Add rule").click()
    expect(panel.get_by_role("switch")).to_have_count(3)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status", name="Answer")).to_contain_text("200 OK")
    expect(panel.get_by_text("never fired")).to_have_count(1)
    panel.evaluate("(panel) => panel.scrollTo(0, 0)")


def fault_form(page: Page) -> None:
    """Ask for a rule that cannot be."""
    live(page)
    page.get_by_role("tab", name="Faults").click()
    panel = page.get_by_role("tabpanel", name="Faults")
    panel.get_by_label("Fault", exact=True).select_option("http-status")
    panel.get_by_label("Status", exact=True).fill("99")
    panel.get_by_role("button", name="Add rule").click()
    expect(panel.get_by_label("Status", exact=True)).to_be_focused()


def devices(page: Page) -> None:
    """Add a device, let it answer, and begin to add another."""
    live(page)
    page.get_by_role("button", name="Add a device").click()
    form = page.get_by_role("form", name="New device")
    form.get_by_label("Program").select_option(index=1)
    form.get_by_role("button", name="Add device").click()
    expect(page.get_by_role("button", name="Remove cloud")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status", name="Answer")).to_contain_text('{"number":1}')
    page.get_by_role("button", name="Add a device").click()
    form.get_by_label("Address").fill("cloud")
    form.get_by_role("button", name="Add device").click()
    expect(form.get_by_label("Address")).to_be_focused()


def served_page(page: Page) -> None:
    """Look at the page that the device serves."""
    example(page, "dashboard")
    page.get_by_role("tab", name="Page", exact=True).click()
    expect(page.frame_locator("sim-page iframe").get_by_text("Live")).to_be_visible()


def inspector(name: str) -> Callable[[Page], None]:
    """Return what shows a part of the message in the inspector."""

    def show(page: Page) -> None:
        live(page)
        part(page, "Message").get_by_role("tab", name=name, exact=True).click()
        expect(part(page, "Message").get_by_role("tabpanel")).to_be_visible()

    return show


def test_of_message(page: Page) -> None:
    """Write an exchange as a test."""
    inspector("Test")(page)
    expect(page.get_by_role("group", name="Text of the test")).to_contain_text("import pytest")


def openapi(page: Page) -> None:
    """Look at the description of the device."""
    live(page)
    page.get_by_role("button", name="OpenAPI").click()
    expect(page.get_by_role("dialog", name="OpenAPI")).to_contain_text('"paths"')


def export(page: Page) -> None:
    """Open what saves the trace."""
    live(page)
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_role("dialog", name="Export")).to_be_visible()


def file_menu(page: Page) -> None:
    """Open the menu of files, with a new file being named."""
    live(page)
    page.get_by_role("button", name="New file", exact=True).click()
    page.get_by_role("button", name="File menu").click()


def keys(page: Page) -> None:
    """Open the help."""
    live(page)
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def editor(page: Page) -> None:
    """Load the editor, with a mistake in the text."""
    live(page)
    page.locator("sim-firmware textarea").click()
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.insert_text("let a = (;\n")
    expect(page.locator(".cm-lintRange, .cm-lintPoint").first).to_be_visible()


def stopped(page: Page) -> None:
    """Stop the device."""
    live(page)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-state", "stopped")


def replayed(page: Page) -> None:
    """Play a run that goes otherwise than it was recorded, and look at the first record that differs."""
    live(page)
    page.evaluate(REPLAY_CHANGED)
    outcome = page.get_by_role("status", name="Run", exact=True)
    outcome.get_by_text("as it was and as it is").click()
    expect(outcome.get_by_text("GET /another").first).to_be_visible()


def cover(page: Page) -> None:
    """Wait for the button that starts an embedded device."""
    expect(page.get_by_role("button", name="Start device")).to_be_visible()


def example(page: Page, title: str) -> None:
    """Run an example."""
    live(page)
    page.get_by_label("Example", exact=True).select_option(title)
    expect(page.locator("sim-switches .pending")).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("sim-switches .pending")).to_be_hidden()
    expect(page.locator("body")).to_have_attribute("data-state", "running")


def part(page: Page, name: str) -> Locator:
    """Return a region of the page."""
    return page.get_by_role("region", name=name, exact=True)


EMBEDDED = "embed.html?autostart=now&view="
VIEWS = [
    View("recorded", recorded, holds_worker=True),
    View("live", live),
    View("crashed", crashed),
    View("stopped", stopped),
    View("lesson", lesson, "?lesson=first-endpoint"),
    View("websocket", websocket, about="sim-traffic"),
    View("hardware", hardware, about="sim-hardware"),
    View("page", served_page, about="sim-page"),
    View("devices", devices, about="sim-devices"),
    View("faults", faults, about="sim-faults"),
    View("fault-form", fault_form, about="sim-fault-form"),
    View("replayed", replayed, about="sim-run"),
    View("editor", editor),
    *(
        View(f"inspector-{name.lower()}", inspector(name), about="#part")
        for name in ("Headers", "Body", "Bytes", "Code", "Timing")
    ),
    View("inspector-test", test_of_message, about="#part"),
    View("openapi", openapi),
    View("export", export),
    View("file-menu", file_menu),
    View("keys", keys),
    View("embedded-cover", cover, "embed.html"),
    View("embedded-traffic", live, f"{EMBEDDED}traffic"),
    View("embedded-tutorial", live, f"{EMBEDDED}tutorial"),
    View("embedded-console", live, f"{EMBEDDED}console"),
    View("embedded-full", live, f"{EMBEDDED}full"),
    View("embedded-page", running, f"{EMBEDDED}page"),
]
"""All views, with names of their own."""
