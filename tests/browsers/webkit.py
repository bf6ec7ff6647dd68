"""Drives WebKitGTK over WebDriver, on a screen of its own."""

from __future__ import annotations

import json
import os
import socket
from http.client import HTTPConnection
from typing import Any

from tests.browsers import action
from tests.browsers.driver import TIMEOUT_S, DriverError
from tests.browsers.program import Programs
from tools.browsers import Paths

__all__ = ["WebKit"]

SCREEN = "1400x1000x24"
WINDOW = {"x": 0, "y": 0, "width": 1280, "height": 900}
FOLDERS = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
LOADED = "() => document.readyState === 'complete' || new Promise((resolve) => { onload = resolve }).then(() => true)"
CALL = """
const args = [...arguments];
const done = args.pop();
(async () => {
  try {
    done({ value: await (%s)(...args) });
  } catch (error) {
    done({ error: String(error) });
  }
})();
"""


class WebKit:
    """A MiniBrowser that has kept nothing; what it writes goes into a folder that is dropped afterwards."""

    def __init__(self, paths: Paths) -> None:
        self.programs = Programs()
        folders = dict.fromkeys(FOLDERS, str(self.programs.folder))
        environment = {**os.environ, **folders, "LIBGL_ALWAYS_SOFTWARE": "1", "NO_AT_BRIDGE": "1"}
        environment["DISPLAY"] = self._start_screen(paths["Xvfb"])
        self.port = free_port()
        self.programs.start([paths["WebKitWebDriver"], f"--port={self.port}"], environment)
        self.programs.wait_for(self._is_listening)
        options = {
            "binary": paths["MiniBrowser"],
            "args": ["--automation", "--enable-write-console-messages-to-stdout=true"],
        }
        made = self._ask("POST", "/session", capabilities={"alwaysMatch": {"webkitgtk:browserOptions": options}})
        self.session = f"/session/{made['sessionId']}"
        self._post("timeouts", script=TIMEOUT_S * 1000, pageLoad=TIMEOUT_S * 1000)
        self._post("window/rect", **WINDOW)

    def open(self, url: str) -> None:
        self._post("url", url=url)
        self.call(LOADED)  # it comes back when the page is parsed, which may be before its modules have run

    def leave(self) -> None:
        made = self._post("window/new", type="window")  # workers of a page that is only left go on for a while
        self._ask("DELETE", f"{self.session}/window")
        self._post("window", handle=made["handle"])
        self._post("window/rect", **WINDOW)

    def call(self, function: str, *args: object, frame: str | None = None) -> Any:
        if frame is not None:
            element = self._post("element", using="css selector", value=f"iframe[title='{frame}']")
            self._post("frame", id=element)
        try:
            told = self._post("execute/async", script=CALL % function, args=args)
        finally:
            if frame is not None:
                self._post("frame", id=None)
        if "error" in told:
            raise DriverError(told["error"])
        return told.get("value")

    def click(self, x: float, y: float) -> None:
        self._post("actions", actions=action.click(x, y))

    def type(self, text: str) -> None:
        self._post("actions", actions=action.press(text))

    def press(self, key: str, *, control: bool = False) -> None:
        self._post("actions", actions=action.press([key], ["Control"] if control else []))

    def errors(self) -> list[str]:
        return [
            line
            for line in self.programs.log.read_text().splitlines()
            if line.startswith("CONSOLE ") and " ERROR " in line
        ]

    def close(self) -> None:
        try:
            self._ask("DELETE", self.session)
        finally:
            self.programs.close()

    def _post(self, path: str, **fields: object) -> Any:
        return self._ask("POST", f"{self.session}/{path}", **fields)

    def _ask(self, method: str, path: str, **fields: object) -> Any:
        http = HTTPConnection("127.0.0.1", self.port, timeout=2 * TIMEOUT_S)
        try:
            http.request(method, path, json.dumps(fields) if method == "POST" else None)
            answer = http.getresponse()
            value = json.loads(answer.read())["value"]
        finally:
            http.close()
        if answer.status != 200:
            raise DriverError(f"{value['error']}: {value['message']}")
        return value

    def _is_listening(self) -> bool | None:
        with socket.socket() as probe:
            return True if probe.connect_ex(("127.0.0.1", self.port)) == 0 else None

    def _start_screen(self, xvfb: str) -> str:
        """Start a screen that nobody sees, and return its name."""
        read, write = os.pipe()
        with open(read) as told, open(write, "w"):
            self.programs.start(
                [xvfb, "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"], keep=write
            )
            return f":{told.readline().strip()}"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
