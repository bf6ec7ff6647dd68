"""Stands between a socket and its owner, and lets rules decide about what the owner writes: messages, bytes, the end.

What is held back keeps its place: all that is written later comes behind it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from sim.clock import TimerHandle
from sim.network.lab import answers
from sim.network.lab.messages import Body, Conversation, Frame, Head, Piece, Response, Scanner
from sim.network.lab.rule import Rule
from sim.network.state import CLOSED

if TYPE_CHECKING:
    from sim.network.lab.socket import RecoveringSocket

__all__ = ["Pipe"]

BODY_RULES: Final = ("http-truncate", "http-stall")
FRAME_RULES: Final = ("ws-drop", "ws-delay")


class Wait:
    """What comes behind this waits: until a time (None: for ever), or until the rule acts no more."""

    __slots__ = ("rule", "until_us")

    def __init__(self, rule: Rule, until_us: int | None) -> None:
        self.rule = rule
        self.until_us = until_us

    def ends_us(self, now_us: int) -> int | None:
        """Return when it is over, None if nobody knows."""
        if not self.rule.is_on(now_us):
            return now_us
        times = [at_us for at_us in (self.until_us, self.rule.changes_us(now_us)) if at_us is not None]
        return min(times) if times else None


class Pipe:
    """One direction of a connection. `rules` gives those of all pipes, in their order."""

    def __init__(
        self,
        socket: RecoveringSocket,
        conversation: Conversation,
        scanner: Scanner | None,
        rules: Callable[[], Iterable[Rule]],
    ) -> None:
        self._socket = socket
        self._clock = socket.clock
        self.conversation = conversation
        self._rules = rules
        self._scanner = scanner
        """None if nobody knows how the connection began: then there are no messages in it."""
        self._passed = 0 if scanner is None else scanner.kept
        """Bytes that the scanner keeps back, and that have been sent before there was a pipe."""
        self._items: deque[bytes | Wait | None] = deque()
        """What is to be sent, what it waits for, and None for the end."""
        self._timer: TimerHandle | None = None
        self._doom: Rule | None = None
        self._is_leaving_out = False
        self.is_ended = False
        """Nothing is taken any more: the owner has closed, or a rule has."""

    @property
    def held(self) -> int:
        """Bytes that are held back."""
        kept = 0 if self._scanner is None else self._scanner.kept - self._passed
        return kept + sum(len(item) for item in self._items if isinstance(item, bytes))

    def write(self, data: bytes | bytearray, last: bool) -> None:
        """Take what the owner writes; `last` closes behind it."""
        if self._scanner is None:
            self._items.append(bytes(data))
        else:
            for piece in self._scanner.feed(bytes(data)):
                if self._passed:
                    passed, self._passed = min(self._passed, len(piece.data)), 0
                    self.conversation.note(piece)
                    self._items.append(piece.data[passed:])
                elif not self.is_ended:
                    self._judge(piece)
        if last and not self.is_ended:
            self._end()
        self.pump()

    def pump(self) -> None:
        """Send what waits for nothing any more."""
        out = bytearray()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._items:
            item = self._items[0]
            if isinstance(item, Wait):
                now_us = self._clock.now_us
                ends_us = item.ends_us(now_us)
                if ends_us is None or ends_us > now_us:
                    if ends_us is not None:
                        self._timer = self._clock.call_at(ends_us, self.pump)
                    break
            elif item is None:
                self._items.clear()
                self._socket.write_through(bytes(out), True)
                return
            else:
                out += self._counted(item)
            if self._items:
                self._items.popleft()
        if out:
            self._socket.write_through(bytes(out), False)
        self.emptied()

    def emptied(self) -> None:
        """Learn that the socket may have sent all: it is reset then if a rule wants that."""
        if self._doom is not None and not self._socket.waiting and self._socket.state is not CLOSED:
            rule, self._doom = self._doom, None
            rule.hit("reset", connection=self._socket.number)
            self._clock.call_later(0, self._socket.abort, "reset")

    def close(self) -> None:
        """Forget everything: the connection is over."""
        self.is_ended = True
        self._items.clear()
        self._doom = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # Inside

    def _acting(self, *kinds: str) -> Iterator[Rule]:
        socket, now_us = self._socket, self._clock.now_us
        ends = (socket.local, socket.local_port, socket.remote, socket.remote_port)
        for rule in self._rules():
            if rule.kind.name in kinds and rule.is_on(now_us) and rule.covers_flow(*ends):
                yield rule

    def _wait(self, rule: Rule, delay_us: int | None) -> None:
        self._items.append(Wait(rule, None if delay_us is None else self._clock.now_us + delay_us))

    def _hit(self, rule: Rule, effect: str, delay_us: int = 0) -> None:
        rule.hit(effect, connection=self._socket.number, delay_us=delay_us)

    def _judge(self, piece: Piece) -> None:
        match piece:
            case Head(data, Response() as response):
                self._judge_head(data, response)
            case Body(data, Response() as response):
                self._judge_body(data, response)
            case Frame():
                self._judge_frame(piece)
            case _:
                self._items.append(piece.data)

    def _judge_head(self, data: bytes, response: Response) -> None:
        if 100 <= response.head.status < 200 and not response.is_upgrade:
            self._items.append(data)
            return
        for rule in self._acting("http-delay"):
            if answers.is_meant(rule, response):
                delay_us = rule.us_of("ms")
                self._hit(rule, "delayed", delay_us)
                self._wait(rule, delay_us)
        for rule in self._acting("http-status"):
            if answers.is_meant(rule, response):
                self._hit(rule, f"status {int(rule.number_of('status'))}")
                self._items.append(answers.instead_of(response, rule))
                response.is_left_out = True
                if response.is_upgrade:
                    self._cut()
                return
        if response.is_upgrade:
            self.conversation.is_upgraded = True
        self._items.append(data)

    def _judge_body(self, data: bytes, response: Response) -> None:
        if response.is_left_out:
            return
        for rule in self._acting(*BODY_RULES):
            room = max(0, int(rule.number_of("bytes")) - response.seen)
            if len(data) <= room or rule in response.done or not answers.is_meant(rule, response):
                continue
            response.done.add(rule)
            self._items.append(data[:room])
            response.seen += room
            data = data[room:]
            if rule.kind.name == "http-truncate":
                self._hit(rule, "truncated")
                self._cut()
                return
            delay_us = rule.us_of("ms")
            self._hit(rule, "stalled", delay_us)
            self._wait(rule, delay_us or None)
        response.seen += len(data)
        self._items.append(data)

    def _judge_frame(self, frame: Frame) -> None:
        if (frame.is_first and frame.opcode < 8) or frame.opcode >= 8:
            is_left_out = False
            for rule in self._acting(*FRAME_RULES):
                if answers.is_meant_frame(rule, frame) and not is_left_out:
                    is_left_out = rule.kind.name == "ws-drop"
                    delay_us = 0 if is_left_out else rule.us_of("ms")
                    self._hit(rule, "left out" if is_left_out else "delayed", delay_us)
                    if delay_us:
                        self._wait(rule, delay_us)
            if frame.opcode >= 8:
                if not is_left_out:
                    self._items.append(frame.data)
                return
            self._is_leaving_out = is_left_out
        if not self._is_leaving_out:
            self._items.append(frame.data)

    def _cut(self) -> None:
        """End here, whatever the owner still writes."""
        self._items.append(None)
        self.is_ended = True

    def _end(self) -> None:
        rest = b"" if self._scanner is None else self._scanner.rest()
        if rest[self._passed :]:
            self._items.append(rest[self._passed :])
        for rule in self._acting("slow-close"):
            delay_us = rule.us_of("ms")
            self._hit(rule, "closed late", delay_us)
            self._wait(rule, delay_us)
        self._cut()

    def _counted(self, data: bytes) -> bytes:
        """Return what of the data may pass before a rule resets the connection."""
        carried = self.conversation.carried
        for rule in self._acting("reset"):
            key = (rule.number, rule.since_us)
            left = int(rule.number_of("bytes")) - carried.get(key, 0)
            if len(data) > left and self._doom is None:
                data = data[:left]
                self._doom = rule
                self.is_ended = True
                self._items.clear()
            carried[key] = carried.get(key, 0) + len(data)
        return data
