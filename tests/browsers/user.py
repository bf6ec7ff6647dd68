"""Uses a page as a person does, with what every driver can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browsers.driver import Driver

__all__ = ["User"]

PAGE = Path(__file__).with_name("page.js").read_text()


class User:
    """Somebody before a window; whatever is looked for is waited for."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Go to an address."""
        self.driver.open(url)

    def press(self, role: str, name: str) -> None:
        """Click on something."""
        x, y = self._ask("place", role, name)
        self.driver.click(x, y)

    def write(self, role: str, name: str, text: str) -> None:
        """Write a line in the place of what is in a field."""
        self.press(role, name)
        self._ask("focused", role, name)
        self.driver.press("a", control=True)
        self.driver.type(text)
        self.sees(role, name, text)

    def write_source(self, name: str, text: str) -> None:
        """Write a line in the place of what is in the editor, which is loaded when it is first touched."""
        self.press("textbox", name)
        self._ask("focused", "editor", name)
        self.driver.press("a", control=True)
        self.driver.type(text)
        self.sees("editor", name, text)

    def enter(self, role: str, name: str, text: str) -> None:
        """Write a line into a field, and press Enter."""
        self.write(role, name, text)
        self.driver.press("Enter")

    def choose(self, name: str, option: str) -> None:
        """Choose an option."""
        self._ask("choose", name, option)

    def sees(self, role: str, name: str, text: str, *, times: int = 1, frame: str | None = None) -> None:
        """Wait until a text is shown in something, so many times at least."""
        self._ask("reads", role, name, text, times, frame=frame)

    def sees_live(self) -> None:
        """Wait until the device has answered the page, and nothing that is shown is recorded any more."""
        self.sees_state("running")
        self._ask("bodyHas", "data-recorded", None)
        self.sees("status", "Answer", "200 OK")

    def sees_state(self, state: str) -> None:
        """Wait for a state of the device."""
        self._ask("bodyHas", "data-state", state)

    def _ask(self, question: str, *args: object, frame: str | None = None) -> Any:
        return self.driver.call(f"(...args) => {PAGE}[{question!r}](...args)", *args, frame=frame)
