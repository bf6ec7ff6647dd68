"""Lets the page read lessons and check what its device does for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from sim.bridge.message import BridgeError, Message, field_of, text_of
from sim.bridge.report import Report
from sim.device import Device
from sim.network.network import Network
from sim.pace import Pace
from sim.peer import Peer

if TYPE_CHECKING:
    from sim.lesson import Attempts, Lesson

__all__ = ["Lessons"]


class Page(Protocol):
    """What answers the page, and has the world in which lessons are tried."""

    @property
    def device(self) -> Device:
        """The device; a `BridgeError` before there is one."""

    @property
    def peer(self) -> Peer:
        """The host that speaks for the page."""

    @property
    def neighbours(self) -> Sequence[Device]:
        """The other hosts of the project."""

    @property
    def network(self) -> Network:
        """The network."""

    @property
    def pace(self) -> Pace:
        """How virtual time follows the page's."""

    @property
    def report(self) -> Report:
        """What the page is told, and gets answered."""


class Lessons:
    """The lessons of the page; it sends the whole text of one each time, as its author wrote it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._under_way: list[tuple[Attempts, int | str]] = []
        """What is being tried, and who waits for the verdicts."""

    def read(self, message: Message) -> dict[str, object]:
        """Return what the page shows of a lesson."""
        from sim.lesson import parse  # here: the page loads it later, see tools/later.txt

        return parse(text_of(message, "lesson")).to_json()

    def check(self, message: Message, number: int | str) -> None:
        """Try what the lesson tries unless `tries` is false, and answer with the verdicts."""
        from sim.lesson import Attempts, parse

        page = self._page
        lesson = parse(text_of(message, "lesson"))
        if not field_of(message, "tries", True):
            page.report.reply(number, self._verdicts(lesson))
            return
        if not page.device.is_on:
            raise BridgeError("the device is off")
        if page.pace.is_paused:
            raise BridgeError("time stands still: let it run, and check again")

        def done() -> None:
            self._under_way.remove((attempts, number))
            page.report.reply(number, self._verdicts(lesson))

        attempts = Attempts(page, lesson.tries, done)
        self._under_way.append((attempts, number))
        attempts.begin()

    def give_up(self) -> None:
        """Try nothing any more, as the network is about to be replaced."""
        for attempts, number in self._under_way:
            attempts.give_up()
            self._page.report.reply_error(number, BridgeError("another device was booted meanwhile"))
        self._under_way.clear()

    def _verdicts(self, lesson: Lesson) -> dict[str, object]:
        from sim.lesson import judge

        page = self._page
        return {"checks": [verdict.to_json() for verdict in judge(lesson, page.network.trace, page.device.name)]}
