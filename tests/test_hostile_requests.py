"""No request has two meanings, and none keeps the device from answering the next one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sim.event import DeviceFailed, DevicePrinted, TraceEvent
from tests.hostile import CASES, FIRMWARE, Case, statuses
from tests.world import World

TELLING = [case for i, case in enumerate(CASES) if len(case.wire) < 250 and i % 12 == 0]
"""Some of each kind, to be cut at every place."""


class Judge:
    """One device for all cases, so that what one peer leaves behind meets the next."""

    def __init__(self) -> None:
        self.world = World(FIRMWARE)
        self._news = self.world.trace.subscribe()

    def _printed(self) -> Iterator[str]:
        events: list[TraceEvent] = [record.event for record in self._news.take()]
        assert not any(isinstance(event, DeviceFailed) for event in events)
        return (event.text.strip() for event in events if isinstance(event, DevicePrinted))

    def check(self, case: Case, *pieces: bytes) -> None:
        """Send the pieces on a connection, and look at all that comes of it."""
        world = self.world
        list(self._printed())
        stream = world.peer.connect("device")
        for piece in pieces:
            world.settle(5_000)
            stream.send(piece)
        world.settle(100_000)
        assert statuses(bytes(stream.received)) == case.expected
        assert tuple(self._printed()) == case.uris
        assert (stream.got_eof or stream.lost == "reset") == (case.refused is not None)
        assert world.peer.request("GET", "/alive").body == b"ok"
        if stream.is_open:
            stream.reset()
            world.settle(5_000)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def test_there_are_several_hundred_cases() -> None:
    assert len(CASES) > 500
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_request_has_one_meaning(judge: Judge, case: Case) -> None:
    judge.check(case, case.wire)


@pytest.mark.parametrize("case", TELLING, ids=lambda case: case.name)
def test_request_has_the_same_meaning_wherever_it_is_cut(judge: Judge, case: Case) -> None:
    wire = case.wire
    judge.check(case, *(wire[i : i + 1] for i in range(len(wire))))
    for place in range(1, len(wire)):
        judge.check(case, wire[:place], wire[place:])
