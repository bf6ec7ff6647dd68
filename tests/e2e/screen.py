"""Uses the page as a person does: by what is written on it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

__all__ = ["Screen"]

expect.set_options(timeout=20_000)

LIVE = "body:not([data-recorded])"

# As soon as it happens, for expect() looks again after 0.1, 0.25, 0.5 and then every 1 s; it has the last word
HAS_ANSWERED = """(field) => new Promise((resolve) => {
  const { body } = document;
  const look = () => !("recorded" in body.dataset) && field.textContent.includes("200 OK") && resolve();
  new MutationObserver(look).observe(field, { childList: true, subtree: true, characterData: true });
  new MutationObserver(look).observe(body, { attributes: true });
  setTimeout(resolve, 20_000);
  look();
})"""


class Screen:
    """The page of mos-sim in a browser; what it shows of a device is of the live one, unless `recorded` is true."""

    def __init__(self, page: Page, *, recorded: bool = False) -> None:
        self.page = page
        shown = page.locator("body" if recorded else LIVE)
        self.problems: list[str] = []
        page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.state = page.locator("sim-status").get_by_role("status").first
        self.files = page.get_by_role("tablist", name="Files").get_by_role("tab")
        self.source = page.get_by_role("tabpanel", name="File").locator("textarea, .cm-content")
        self.answer = shown.get_by_role("status", name="Answer")
        self.console = shown.get_by_role("log", name="Console")
        self.endpoints = shown.get_by_role("table", name="Endpoints").locator("tbody").get_by_role("row")
        self.methods = (
            shown.get_by_role("table", name="RPC methods of the firmware").locator("tbody").get_by_role("row")
        )
        self.connections = shown.get_by_role("table", name="Connections").locator("tbody").get_by_role("row")
        self.traffic = shown.get_by_role("grid", name="Traffic")
        self.messages = self.traffic.get_by_role("rowgroup", name="Messages").get_by_role("row")
        self.chosen = self.traffic.get_by_role("row", selected=True)
        self.inspector = shown.get_by_role("region", name="Message")
        self.socket_state = page.get_by_role("status", name="State of the WebSocket")
        self.frames = page.get_by_role("log", name="Frames")

    def open(self, url: str) -> Screen:
        """Go to the page and wait until the example has answered its first request."""
        self.page.goto(url)
        self.page.get_by_role("status", name="Answer").evaluate(HAS_ANSWERED)
        expect(self.answer).to_contain_text("200 OK")
        return self

    def expect_live(self) -> None:
        """Wait until nothing of what is shown is recorded."""
        expect(self.page.locator(LIVE)).to_be_attached()

    def expect_state(self, state: str) -> None:
        """Wait for a state of the device."""
        expect(self.page.locator("body")).to_have_attribute("data-state", state)

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def open_files(self, files: dict[str, str | bytes]) -> None:
        """Open files in the place of the project."""
        field = self.page.get_by_label("Open files")
        contents = {name: data.encode() if isinstance(data, str) else data for name, data in files.items()}
        field.set_input_files(
            [{"name": name, "mimeType": "", "buffer": data} for name, data in contents.items()],
        )

    def run(self, source: str, name: str = "init.py") -> None:
        """Open a firmware of one file in the place of the project, and run it."""
        self.open_files({name: source})
        expect(self.files).to_have_text([name])
        self.expect_source(source)
        self.press("Run")

    def expect_source(self, text: str) -> None:
        """Wait until this is the text in the editor; the loaded one tells it but for white space."""
        plain = self.page.get_by_role("tabpanel", name="File").locator("textarea")
        if plain.count():
            expect(plain).to_have_value(text)
        else:
            expect(self.source).to_have_text(text, use_inner_text=True)

    def enter(self) -> None:
        """Go into the editor, and wait until it is loaded."""
        self.source.click()
        expect(self.page.locator(".cm-content")).to_be_focused()

    def write(self, text: str) -> None:
        """Write a text in the place of that in the editor."""
        self.enter()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def send(self, method: str, path: str) -> None:
        """Write a request into the request line and send it."""
        line = self.page.get_by_role("tabpanel", name="Request", exact=True)
        line.get_by_label("Method", exact=True).select_option(method)
        field = line.get_by_label("Path", exact=True)
        field.fill(path)
        expect(self.page.get_by_role("button", name="Send")).to_be_enabled()
        field.press("Enter")

    def load(self, example: str) -> None:
        """Put an example into the editor."""
        self.page.get_by_label("Example", exact=True).select_option(example)

    def connect(self, path: str) -> None:
        """Open a WebSocket."""
        self.page.get_by_role("tab", name="WebSocket").click()
        field = self.page.get_by_label("WebSocket path")
        field.fill(path)
        field.press("Enter")

    def say(self, text: str) -> None:
        """Send a message over the WebSocket."""
        field = self.page.get_by_label("Message to send")
        field.fill(text)
        field.press("Enter")

    def inspect(self, part: str) -> Locator:
        """Look at a part of the message: Summary, Headers, Body, Bytes, Code or Timing."""
        self.inspector.get_by_role("tab", name=part, exact=True).click()
        return self.inspector.get_by_role("tabpanel")

    def show(self, kind: str) -> None:
        """Have a kind of rows shown in the traffic, or hidden again."""
        self.page.get_by_role("group", name="Kinds shown").get_by_role("button", name=kind, exact=True).click()

    def filter(self, text: str) -> None:
        """Write into the filter of the traffic."""
        self.page.get_by_label("Filter", exact=True).fill(text)

    def body(self) -> Locator:
        """The body of the answer."""
        return self.answer.get_by_label("Body of the answer")
