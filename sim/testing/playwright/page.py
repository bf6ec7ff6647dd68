"""Is the page of mos-sim in a browser that Playwright drives, and the device in it as a test uses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import BrowserContext, Error, Page

from sim.export import from_jsonl
from sim.testing.outcome import Headers, NoAnswer, Response, SimError, StartError
from sim.testing.playwright.script import ask, unpacked
from sim.testing.playwright.socket import SimSocket
from sim.testing.project import gather
from sim.testing.verbs import Fields, Verbs, parts_of, rpc_result

if TYPE_CHECKING:
    from sim.testing.playwright.answer import Answerer
    from sim.trace import Record

__all__ = ["SimClock", "SimPage", "SimPin"]

PATIENCE_MS: Final = 20_000
"""How long a page may take to write out what happened."""

REQUEST: Final = """(async () => {
  const [method, target, headers, body, port] = given;
  const answer = await simdevice.request(method, target, { headers, body, port });
  return [answer.status, answer.reason, answer.headers, pack(answer.body), answer.took_us];
})()"""


class SimPage(Verbs):
    """The page of mos-sim without its panels, with one device.

    Args:
        page: a page of Playwright for Python, of its own: it goes to `url`.
        url: the address of the site.

    Raises:
        NoAnswer: the page could not start Python.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        """The page of Playwright."""
        page.goto(f"{url}?headless=1")
        ask(page, "simdevice.ready.then(() => null)")
        self._answerers: list[Answerer] = []

    @property
    def state(self) -> dict[str, Any]:
        """What `simdevice.state` says: `state`, `device`, `problem`."""
        state: dict[str, Any] = ask(self.page, "simdevice.state")
        return state

    @property
    def clock(self) -> SimClock:
        """Virtual time."""
        return SimClock(self.page)

    @property
    def console(self) -> str:
        """All that firmware has printed."""
        return "".join(record["text"] for record in self.records("device.printed"))

    def run(
        self,
        path: str | Path | None = None,
        *,
        source: str | None = None,
        files: Mapping[str, str | bytes] | None = None,
        main: str | None = None,
        config: Mapping[str, object] | str | None = None,
        profile: str = "documented",
        seed: int = 0,
    ) -> None:
        """Boot firmware; the arguments are those of the marker `firmware`.

        Raises:
            StartError: it failed, or was not even tried.
            ValueError: it is not clear what to boot.
        """
        read, named = gather(Path(), path, source=source, files=files, main=main, config=config)
        texts = {name: text_or_bytes(data) for name, data in read.items()}
        options = {"seed": seed, "profile": profile} | ({} if named is None else {"main": named})
        told = ask(self.page, "simdevice.run(given[0], given[1]).catch((error) => error.message)", texts, options)
        if isinstance(told, str):
            raise StartError(told)
        if failure := told["failure"]:
            raise StartError("{error}: {message}, {file}:{line}".format(**failure))

    def stop(self) -> None:
        """Switch the device off."""
        ask(self.page, "simdevice.stop()")

    def restart(self) -> None:
        """Drop every connection and start the firmware afresh."""
        ask(self.page, "simdevice.restart()")

    def request(
        self,
        method: str,
        target: str,
        *,
        headers: Fields = (),
        body: bytes | str = b"",
        json: Any = None,
        port: int = 80,
    ) -> Response:
        """Send a request from a peer in the page and wait for its answer.

        Args:
            headers: header fields; `Host` is added.
            body: text goes out as UTF-8.
            json: a value to send as JSON instead of a body.

        Raises:
            NoAnswer: there is none within 60 s of virtual time.
        """
        fields, data = parts_of(headers, body, json)
        status, reason, pairs, content, took_us = ask(self.page, REQUEST, method, target, fields, data, port)
        return Response(status, reason, Headers([(k, v) for k, v in pairs]), unpacked(content), took_us / 1_000_000)

    def rpc(self, method: str, params: Any = None) -> Any:
        """Call an RPC method over HTTP; its result.

        Raises:
            RpcError: the method answered with an error.
            NoAnswer: there is no answer.
        """
        return rpc_result(self.post(f"/rpc/{method}", "" if params is None else json.dumps(params)))

    def ws(self, target: str, *, protocols: list[str] | None = None, port: int = 80) -> SimSocket:
        """Open a WebSocket, offering subprotocols.

        Raises:
            NoAnswer: it could not be opened.
        """
        return SimSocket(self.page, target, protocols or [], port)

    def pin(self, number: int) -> SimPin:
        """Return a pin."""
        return SimPin(self.page, number)

    def set_sensor(self, kind: str, at: int = 0, **values: float) -> None:
        """Set what a sensor measures, such as `set_sensor("adc", 34, mv=800)`.

        Raises:
            NoAnswer: there is no such sensor or value.
        """
        ask(self.page, "simdevice.set({ sensor: given[0], at: given[1], values: given[2] })", kind, at, values)

    def records(
        self, kind: str | list[str] | None = None, *, since: int = 0, host: str | None = None
    ) -> list[dict[str, Any]]:
        """Return records that the page holds, oldest first.

        Args:
            kind: a type, the beginning of some such as "http", or a list of these.
            since: only those from this number on.
            host: only those of this host.
        """
        wanted = {"since": since} | ({} if kind is None else {"type": kind}) | ({} if host is None else {"host": host})
        records: list[dict[str, Any]] = ask(self.page, "simdevice.records(given[0])", wanted)
        return records

    def all_records(self) -> list[Record]:
        """Return all that the page's trace holds, as records of `sim.trace`.

        Raises:
            SimError: the page cannot tell: it was closed, or its firmware does not let go.
        """
        return from_jsonl(self._told("simdevice.export('jsonl').then((data) => new TextDecoder().decode(data))"))

    def saved_run(self, name: str = "") -> str:
        """Return the run so far as the text of its file (docs/reference/run.md); `name` says in it what it is.

        Raises:
            SimError: it cannot be played again, or the page cannot tell; the text says which.
        """
        return self._told("simdevice.saveRun({ name: given[1] }).then(({ run }) => run)", name)

    def _told(self, promise: str, *given: Any) -> str:
        try:
            return str(ask(self.page, f"inTime({promise}, given[0])", PATIENCE_MS, *given))
        except (Error, NoAnswer) as error:
            raise SimError(f"the page cannot tell: {error}") from error

    def answer(self, page: Page | BrowserContext, url: str, *, port: int = 80) -> None:
        """Let the device answer what another page asks for at an address: its requests and its WebSockets.

        Args:
            page: the page that is tested, or its context.
            url: the beginning of the addresses, such as "http://lamp.local".
            port: of the device.
        """
        from sim.testing.playwright.answer import Answerer

        self._answerers.append(Answerer(self, page, url.rstrip("/"), port))


class SimPin:
    """A pin of the device."""

    def __init__(self, page: Page, number: int) -> None:
        self._page = page
        self.number = number

    @property
    def level(self) -> int | None:
        """Its level, 0 or 1; None if the firmware has not set it up."""
        level: int | None = ask(
            self._page, "simdevice.pins.find(({ pin }) => pin === given[0])?.level ?? null", self.number
        )
        return level

    def set(self, level: int) -> None:
        """Drive it from outside, to 0 or 1."""
        ask(self._page, "simdevice.set({ pin: given[0], level: given[1] })", self.number, level)

    def release(self) -> None:
        """Disconnect it: its level is what the pull gives."""
        ask(self._page, "simdevice.set({ pin: given[0], level: null })", self.number)


class SimClock:
    """Virtual time in the page, which follows that of the wall unless it is paused."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def now_us(self) -> int:
        """Microseconds since the beginning, as far as the page knows."""
        return int(ask(self._page, "simdevice.clock.now_us"))

    def pause(self) -> None:
        """Let time stand."""
        ask(self._page, "simdevice.clock.pause()")

    def resume(self) -> None:
        """Let time run again."""
        ask(self._page, "simdevice.clock.resume()")

    def step(self) -> bool:
        """Do the next thing that is due, and stop there; whether there was one."""
        return bool(ask(self._page, "simdevice.clock.step()"))

    def set_speed(self, speed: float) -> None:
        """Let time run 0.1 to 100 times as fast as the wall's."""
        ask(self._page, "simdevice.clock.setSpeed(given[0])", speed)


def text_or_bytes(data: str | bytes) -> str | bytes:
    """Return a file as text if it is one (UTF-8)."""
    try:
        return data if isinstance(data, str) else data.decode()
    except UnicodeDecodeError:
        return data
