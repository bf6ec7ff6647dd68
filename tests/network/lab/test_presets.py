"""Every rule of every preset has its effect on a device that is asked now and then, and leaves it as it was."""

from __future__ import annotations

import pytest

from sim.device import Device
from sim.network.lab import PRESETS
from sim.network.network import Network
from sim.peer import FetchError, Peer, Response


@pytest.mark.parametrize("name", PRESETS)
def test_every_rule_of_a_preset_has_effects_and_ends_with_it(name: str) -> None:
    network = Network(seed=2)
    assert Device(network, {"init.py": "", "page.txt": "x" * 20_000}).boot()
    peer = Peer(network)
    session, clock = peer.session("device"), network.clock
    answers: list[Response | FetchError] = []

    def ask(pause_us: int) -> None:
        peer.fetch("GET", "/page.txt", to="device", on_done=answers.append)
        if not session.is_over:
            session.fetch("GET", "/page.txt", on_done=answers.append)
        clock.run_until(clock.now_us + pause_us)

    rules = network.preset(name)
    ask(0)
    for _ in range(20):
        ask(3_000_000)
    ask(70_000_000)
    ask(70_000_000)
    assert [str(rule) for rule in rules if not rule.hits] == []
    for rule in rules:
        rule.remove()
    clock.run_until(clock.now_us + 120_000_000)
    answers.clear()
    ask(10_000_000)
    assert any(isinstance(answer, Response) and answer.status == 200 for answer in answers)
    assert network.find_host("device").has_wifi
