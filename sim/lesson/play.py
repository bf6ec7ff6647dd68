"""Plays a lesson without a page: boots files in virtual time, tries what the lesson tries, and judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sim.device import Device
from sim.lesson.document import Lesson
from sim.lesson.judge import Verdict, judge
from sim.lesson.table import LessonError
from sim.lesson.trial import Attempts
from sim.neighbours import make_neighbours, split_hosts
from sim.network.network import Network
from sim.peer import Peer

__all__ = ["play"]

LONGEST_US: Final = 600_000_000
"""How long all that is tried may take, in virtual time."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A world of its own for one run."""

    device: Device
    peer: Peer
    neighbours: Sequence[Device]


def play(lesson: Lesson, files: Mapping[str, str | bytes], *, main: str | None = None) -> list[Verdict]:
    """Return the verdicts on some firmware.

    Args:
        lesson: what is tried and checked.
        files: the firmware, as `Lesson.start` and `Lesson.solution`, with programs of further hosts.
        main: the file to boot; by default that of the lesson, if it is there.

    Raises:
        LessonError: these files make no device.
    """
    network = Network(seed=lesson.seed)
    try:
        own, hosts = split_hosts(files)
        wanted = main or (lesson.main if lesson.main in own else None)
        device = Device(network, own, main=wanted, profile=lesson.profile)
        neighbours = make_neighbours(network, hosts, lesson.profile)
    except ValueError as error:
        raise LessonError(str(error)) from error
    for neighbour in neighbours:
        neighbour.boot()
    device.boot()
    ended: list[bool] = []
    Attempts(Stage(device, Peer(network), neighbours), lesson.tries, lambda: ended.append(True)).begin()
    network.clock.run_while(lambda: not ended, network.clock.now_us + LONGEST_US)
    return judge(lesson, network.trace, device.name)
