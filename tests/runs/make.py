"""Records the runs of tests/vectors/runs: `python -m tests.runs.make`, with CPython 3.11.

They are kept so that a later Python, or a change, that alters a byte of a trace is seen. Make them anew only when a
trace is meant to be another one, and say in the commit why.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from sim.testing import NoAnswer, World
from sim.testing.backend import Native
from tests.test_bridge import Page

__all__ = ["FOLDER", "RUNS"]

FOLDER: Final = Path(__file__).parents[1] / "vectors" / "runs"

FIRMWARE: Final = Path(__file__).parent / "everything"


def project() -> dict[str, str]:
    """Return the files of the project that does everything."""
    paths = (path for path in sorted(FIRMWARE.rglob("*")) if path.suffix in (".js", ".py"))
    return {path.relative_to(FIRMWARE).as_posix(): path.read_text("utf-8") for path in paths}


def ask(page: Page, kind: str, /, **fields: Any) -> Mapping[str, Any]:
    answer = page.ask(kind, **fields)
    value: Mapping[str, Any] = answer.get("value", {})
    return value


def fetch(page: Page, method: str, target: str, body: str = "", **fields: Any) -> None:
    page.number += 1
    request = {"method": method, "target": target, "headers": [["X-Test", "yes"]], "body": body, **fields}
    page.handle({"id": page.number, "type": "http.fetch", **request})


def of_a_page() -> str:
    """Return a run of a page: with rules that lose packets, steps of time, a reboot, a failure."""
    page = Page()
    ask(page, "boot", files=project(), seed=20)
    for _ in range(3):
        fetch(page, "GET", "/dice?n=1")
        page.wait(40.7)
    socket = ask(page, "ws.open", target="/ws", protocols=["chat"])["socket"]
    for text in ("hello", "", "\xff" * 200):
        ask(page, "ws.send", socket=socket, opcode=2, data=text)
    page.wait(700)
    fetch(page, "POST", "/rpc/Sum", '{"a": 1, "b": 2.5}')
    ask(page, "rules.add", rule={"kind": "loss", "percent": 15})
    ask(page, "rules.add", rule={"kind": "jitter", "ms": 30})
    ask(page, "rules.add", preset="busy access point")
    ask(page, "pin.set", pin=4, level=1)
    for number in range(8):
        fetch(page, "GET", f"/dice?n={number}", **({"from": "browser"} if number % 2 else {}))
        page.wait(123.4)
    ask(page, "time.pause")
    fetch(page, "PUT", "/nothing", "x" * 5000)
    for _ in range(9):
        ask(page, "time.step")
    ask(page, "pin.set", pin=4, level=0)
    ask(page, "time.speed", speed=10)
    page.wait(250)
    fetch(page, "GET", "/fail")
    page.wait(100)
    ask(page, "reboot")
    page.wait(90)
    fetch(page, "GET", "/dice")
    page.wait(90)
    ask(page, "stop")
    page.wait(10)
    ask(page, "reboot")
    fetch(page, "GET", "/dice")
    page.wait(50)
    return saved(page, "everything")


def of_a_watchdog() -> str:
    """Return a run in which the watchdog restarts the device. It is slow in WebKit: the handler hangs long."""
    page = Page()
    ask(page, "boot", files=project(), seed=22)
    fetch(page, "GET", "/dice")
    page.wait(90)
    fetch(page, "GET", "/hang")
    page.wait(1500)
    fetch(page, "GET", "/dice")
    page.wait(90)
    return saved(page, "watchdog")


def saved(page: Page, name: str) -> str:
    text = ask(page, "run.save", name=name, made_by=f"Python {sys.version.split()[0]}")["run"]
    assert isinstance(text, str)
    return text


def of_a_test() -> str:
    """Return the run of a test that fails at its end: there is no answer."""
    world = World(Native(21), 21)
    files = project()
    device = world.add_device({"init.js": files["init.js"], "logo.bin": b"\x00\xff"}, name="device")
    world.add_device({"init.py": files["hosts/cloud.py"]}, name="cloud")
    assert device.get("/dice").status == 200
    assert device.rpc("Sum", {"a": 1, "b": 2}) == 3
    socket = device.ws("/ws")
    socket.send("hello")
    socket.receive()
    device.pin(4).press()
    world.clock.advance(2)
    world.network.rule("loss", percent=20)
    for _ in range(5):
        device.get("/dice", keep_alive=True)
    device.wait_console("no orders|orders")
    device.reboot()
    world.network.rule("refuse", port=80)
    try:
        device.get("/dice", timeout=3)
    except NoAnswer:
        return world.saved_run("test_the_device_answers")
    raise AssertionError("the device has answered")


RUNS: Final[Mapping[str, Callable[[], str]]] = {"page": of_a_page, "test": of_a_test, "watchdog": of_a_watchdog}
"""What records a run, by the name of its file."""


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, record in RUNS.items():
        (FOLDER / f"{name}.json").write_text(record(), "utf-8")
