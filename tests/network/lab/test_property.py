"""Whatever the rules, applications get the stream as it was sent, or hear that the connection is over."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.event import ConnectionClosed, ConnectionOpened, RuleApplied
from sim.network.network import Network
from tests.network.end import End

DAY_US: Final = 86_400_000_000

RULES: Final = st.one_of(
    st.fixed_dictionaries({"kind": st.just("latency"), "ms": st.integers(0, 700)}),
    st.fixed_dictionaries({"kind": st.just("jitter"), "ms": st.integers(0, 700)}),
    st.fixed_dictionaries({"kind": st.just("bandwidth"), "kbit": st.integers(20, 2000)}),
    st.fixed_dictionaries(
        {
            "kind": st.just("duplicate"),
            "percent": st.integers(0, 100),
            "protocol": st.just("any"),
            "ms": st.integers(0, 400),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("reorder"),
            "percent": st.integers(0, 60),
            "protocol": st.just("tcp"),
            "ms": st.integers(0, 400),
        }
    ),
    st.fixed_dictionaries({"kind": st.just("slow-close"), "ms": st.integers(0, 3000)}),
    st.fixed_dictionaries({"kind": st.just("http-delay"), "ms": st.integers(0, 3000)}),
    st.fixed_dictionaries(
        {
            "kind": st.just("http-stall"),
            "ms": st.integers(1, 3000),
            "bytes": st.integers(0, 3000),
            "lasts": st.integers(0, 2),
        }
    ),
    st.sampled_from(
        [{"kind": "http-status", "path": "/never"}, {"kind": "ws-delay"}, {"kind": "reset", "bytes": 2**30}]
    ),
)

LOSSES: Final = st.one_of(
    st.fixed_dictionaries({"kind": st.just("loss"), "percent": st.integers(0, 60)}),
    st.fixed_dictionaries({"kind": st.just("drop-first"), "count": st.integers(1, 12)}),
    st.fixed_dictionaries({"kind": st.just("partition"), "start": st.integers(0, 3), "lasts": st.integers(0, 400)}),
    st.fixed_dictionaries({"kind": st.just("half-open"), "bytes": st.integers(0, 30_000)}),
)

REASONS: Final = ("closed", "reset", "timed out", "refused")
TIMES: Final = st.integers(0, 400_000)
RESPONSE: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + bytes(3000)
PARTS: Final = (RESPONSE, RESPONSE[:50], RESPONSE[50:], b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n", b"\r\n")
WRITES: Final = st.lists(
    st.one_of(st.integers(0, 40_000).map(lambda size: Random(size).randbytes(size)), st.sampled_from(PARTS)),
    max_size=5,
)


class Talker(End):
    """Writes all it has and closes once it has heard the other side's end."""

    def __init__(self, writes: list[bytes]) -> None:
        super().__init__()
        self.writes = writes

    def connection_made(self, socket) -> None:
        super().connection_made(socket)
        for data in self.writes:
            socket.write(data)
        socket.write_eof()


def talk(
    seed: int, one: list[bytes], two: list[bytes], rules: list[tuple[int, dict[str, object]]]
) -> tuple[Network, list[End]]:
    """Let two hosts send to each other under rules that are set in time; the network, and the ends that came to be."""
    network = Network(seed=seed)
    client, server = network.add_host("client"), network.add_host("server")
    ends: list[End] = [Talker(one)]

    def accept(socket: object) -> End:
        ends.append(Talker(two))
        return ends[-1]

    server.listen(80, accept)
    for at_us, rule in rules:
        network.clock.call_at(at_us, network.rule, rule)
    client.connect(server.address, 80, ends[0])
    assert network.clock.run_until_idle(DAY_US)
    return network, ends


def check_hits(network: Network) -> None:
    """Compare the counters with the trace."""
    effects = Counter(fact.rule for fact in network.trace.of(RuleApplied))
    assert {rule.number: rule.hits for rule in network.rules if rule.hits} == effects


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), WRITES, WRITES, st.lists(st.tuples(TIMES, RULES), max_size=4))
def test_without_loss_every_byte_arrives_once_and_in_order(seed, one, two, rules):
    network, ends = talk(seed, one, two, rules)
    first, second = ends[:2]
    assert bytes(second.received) == b"".join(one)
    assert bytes(first.received) == b"".join(two)
    assert {end.told[-1] for end in (first, second)} == {"closed"}
    check_hits(network)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32),
    WRITES,
    WRITES,
    st.lists(st.tuples(TIMES, RULES), max_size=2),
    st.lists(st.tuples(TIMES, LOSSES), min_size=1, max_size=2),
)
def test_under_loss_the_stream_arrives_whole_or_the_connection_ends_with_a_reason(seed, one, two, rules, losses):
    network, ends = talk(seed, one, two, [*rules, *losses])
    for end, sent in zip(ends, (two, one), strict=False):
        data = b"".join(sent)
        assert data.startswith(bytes(end.received))
        others = [other.told[-1:] for other in ends if other is not end]
        # Who has nothing left to send cannot notice that the other side has given up
        assert end.told[-1] in REASONS or ["timed out"] in others
        if end.told[-1] == "closed":
            assert bytes(end.received) == data
    opened = {fact.connection for fact in network.trace.of(ConnectionOpened)}
    reasons = {fact.connection: fact.reason for fact in network.trace.of(ConnectionClosed)}
    assert reasons.keys() == opened or "timed out" in reasons.values()
    check_hits(network)
