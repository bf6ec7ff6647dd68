"""Drives Firefox over WebDriver BiDi, which it speaks itself."""

from __future__ import annotations

import json
from typing import Any

from websockets.sync.client import connect

from tests.browsers import action
from tests.browsers.driver import TIMEOUT_S, DriverError
from tests.browsers.program import Programs
from tools.browsers import Paths

__all__ = ["Firefox"]

WINDOW = {"width": 1280, "height": 860}
SETTINGS = {
    "app.update.disabledForTesting": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
CALL = "async (args) => JSON.stringify(await (%s)(...JSON.parse(args)) ?? null)"
FRAME = "(title) => document.querySelector(`iframe[title='${title}']`).contentWindow"


class Firefox:
    """A Firefox that has kept nothing; what it keeps goes into a folder that is dropped afterwards."""

    def __init__(self, paths: Paths) -> None:
        self.programs = Programs()
        profile = self.programs.folder
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in SETTINGS.items()]
        (profile / "user.js").write_text("".join(lines))
        options = [
            "--headless",
            "--no-remote",
            "--profile",
            str(profile),
            "--remote-debugging-port",
            "0",
            "about:blank",
        ]
        self.programs.start([paths["firefox-esr"], *options])
        address = self.programs.wait_for(self._address)
        self.socket = self.programs.stack.enter_context(connect(address, max_size=None, ping_interval=None))
        self.asked = 0
        self.logged: list[str] = []
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded"])
        self.context: str = self._ask("browsingContext.getTree")["contexts"][0]["context"]
        self._ask("browsingContext.setViewport", context=self.context, viewport=WINDOW)

    def open(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def leave(self) -> None:
        self.open("about:blank")

    def call(self, function: str, *args: object, frame: str | None = None) -> Any:
        context = self.context
        if frame is not None:
            context = self._call(context, FRAME, frame)["value"]["context"]
        return json.loads(self._call(context, CALL % function, json.dumps(args))["value"])

    def click(self, x: float, y: float) -> None:
        self._act(action.click(x, y))

    def type(self, text: str) -> None:
        self._act(action.press(text))

    def press(self, key: str, *, control: bool = False) -> None:
        self._act(action.press([key], ["Control"] if control else []))

    def errors(self) -> list[str]:
        self._ask("session.status")  # what was logged before has come with it
        return self.logged

    def close(self) -> None:
        try:
            self._ask("browser.close")
        finally:
            self.programs.close()

    def _act(self, actions: action.Actions) -> None:
        self._ask("input.performActions", context=self.context, actions=actions)

    def _call(self, context: str, function: str, *args: str) -> Any:
        told = self._ask(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[{"type": "string", "value": each} for each in args],
            awaitPromise=True,
            target={"context": context},
        )
        if told["type"] == "exception":
            raise DriverError(told["exceptionDetails"]["text"])
        return told["result"]

    def _ask(self, method: str, **params: object) -> Any:
        self.asked += 1
        self.socket.send(json.dumps({"id": self.asked, "method": method, "params": params}))
        while True:
            told = json.loads(self.socket.recv(timeout=2 * TIMEOUT_S))
            if told["type"] == "event" and told["params"].get("level") == "error":
                self.logged.append(told["params"]["text"])
            if told.get("id") == self.asked:
                break
        if told["type"] == "error":
            raise DriverError(f"{told['error']}: {told['message']}")
        return told["result"]

    def _address(self) -> str | None:
        """Return where it listens, which it writes into a file once it does."""
        try:
            told = json.loads((self.programs.folder / "WebDriverBiDiServer.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return f"ws://{told['ws_host']}:{told['ws_port']}/session"
