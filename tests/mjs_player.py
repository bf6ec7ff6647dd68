"""Plays a case of tests/vectors/mjs: an engine with a clock, a folder of files and the C functions that cases use."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sim.mjs import Engine, MjsError
from sim.mjs.builtin import printed

LIBRARY = {
    "api_math.js": """
        let Math = {
          ceil: ffi('double ceil(double)'), floor: ffi('double floor(double)'), round: ffi('double round(double)'),
          max: ffi('double fmax(double, double)'), min: ffi('double fmin(double, double)'),
          abs: ffi('double fabs(double)'), sqrt: ffi('double sqrt(double)'), exp: ffi('double exp(double)'),
          log: ffi('double log(double)'), pow: ffi('double pow(double, double)'), sin: ffi('double sin(double)'),
          cos: ffi('double cos(double)')
        };
    """,
    "api_file.js": """
        let File = {
          read: ffi('char *test_read(char *)'),
          _w: ffi('int test_write(char *, char *, char *)'),
          write: function(s, name, mode) { return this._w(s, name, mode || 'w'); }
        };
    """,
    "api_timer.js": """
        load('api_math.js');
        let Timer = {
          REPEAT: 1, RUN_NOW: 2,
          set: ffi('int mgos_set_timer(int, int, void(*)(userdata), userdata)'),
          del: ffi('void mgos_clear_timer(int)')
        };
    """,
    "api_events.js": """
        let Event = {
          SYS: 1297044224, LOG: 1297044225, REBOOT: 1297044226, CLOUD_CONNECTED: 1297044228,
          addHandler: ffi('bool test_add_handler(int, void(*)(int, void *, userdata), userdata)'),
          addGroupHandler: ffi('bool test_add_group_handler(int, void(*)(int, void *, userdata), userdata)'),
          on: function(ev, f, ud) { this.addHandler(ev, f, ud); return this; },
          trigger: ffi('int test_trigger(int, void *)'),
          regBase: ffi('bool test_register(int, char *)'),
          baseNumber: function(s) {
            if (s.length !== 3) die('Base event id should have exactly 3 chars');
            return (s.at(0) << 24) | (s.at(1) << 16) | (s.at(2) << 8);
          }
        };
    """,
    "polyfill.js": """
        let console = {log: print};
        function setTimeout(f, ms) { load('api_timer.js'); return Timer.set(ms, 0, f, null); }
    """,
}


@dataclass
class Player:
    """A device without hardware: timers, files and events."""

    files: dict[str, str]
    out: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    now: int = 0
    timers: list[tuple[int, int, int, Any]] = field(default_factory=list)
    timer_ids: int = 0
    written: dict[str, bytes] = field(default_factory=dict)
    handlers: list[tuple[int, int, Callable[..., object], object]] = field(default_factory=list)
    registered: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.engine = Engine(read=self.read, write=self.out.append, log=self.log.append, natives=self.natives())

    def read(self, file: str) -> str | None:
        """Return a file that `load` asks for."""
        return self.files.get(file, LIBRARY.get(file))

    def natives(self) -> dict[str, Callable[..., object]]:
        """Return the C functions."""
        return {
            "abs": abs,
            "ceil": math.ceil,
            "floor": lambda x: x if x != x else math.floor(x),
            "round": lambda x: math.copysign(math.floor(abs(x) + 0.5), x),
            "fmax": max,
            "fmin": min,
            "fabs": abs,
            "sqrt": lambda x: math.sqrt(x) if x >= 0 else math.nan,
            "exp": math.exp,
            "log": math.log,
            "pow": math.pow,
            "sin": math.sin,
            "cos": math.cos,
            "remove": lambda name: -1,
            "test_read": self.written.get,
            "test_write": self.write_file,
            "mgos_set_timer": self.set_timer,
            "mgos_clear_timer": self.clear_timer,
            "test_add_handler": lambda ev, f, ud: self.add_handler(ev, 0xFFFFFFFF, f, ud),
            "test_add_group_handler": lambda ev, f, ud: self.add_handler(ev, 0xFFFFFF00, f, ud),
            "test_trigger": self.trigger,
            "test_register": self.register,
        }

    def write_file(self, data: bytes, name: bytes, mode: bytes) -> int:
        """Write or append to a file."""
        self.written[name] = (self.written.get(name, b"") if mode == b"a" else b"") + data
        return len(data)

    def set_timer(self, ms: int, flags: int, function: Callable[..., object], userdata: object) -> int:
        """Start a timer."""
        self.timer_ids += 1
        due = self.now if flags & 2 else self.now + ms
        heapq.heappush(self.timers, (due, self.timer_ids, ms if flags & 1 else 0, (function, userdata)))
        return self.timer_ids

    def clear_timer(self, wanted: int) -> None:
        """Stop a timer."""
        self.timers = [timer for timer in self.timers if timer[1] != wanted]
        heapq.heapify(self.timers)

    def advance(self, ms: int) -> None:
        """Run the timers that are due within this time."""
        while self.timers and self.timers[0][0] <= ms:
            self.now, number, period, (function, userdata) = heapq.heappop(self.timers)
            if period:
                heapq.heappush(self.timers, (self.now + period, number, period, (function, userdata)))
            function(userdata)

    def add_handler(self, event: int, mask: int, function: Callable[..., object], userdata: object) -> bool:
        """Subscribe to an event, or to a group of them."""
        self.handlers.insert(0, (event & mask, mask, function, userdata))
        return True

    def trigger(self, event: int, data: object) -> int:
        """Call the handlers of an event, newest first."""
        found = [handler for handler in self.handlers if handler[0] == event & handler[1]]
        for _, _, function, userdata in found:
            function(event, data, userdata)
        return len(found)

    def register(self, base: int, name: bytes) -> bool:
        """Reserve a group of events."""
        is_free = base not in self.registered
        self.registered.add(base)
        return is_free


def play(case: dict[str, Any]) -> dict[str, Any]:
    """Return what happened, in the form of a case."""
    player = Player(case.get("files", {}))
    seen: dict[str, Any] = {"error": None}
    try:
        seen["result"] = printed(player.engine.run(case["source"], "init.js"))
    except MjsError as error:
        trace = [f"{file}:{line}" for file, line in error.frames]
        seen |= {"error": readable(error.message), "error_kind": str(error.kind), "trace": trace}
    player.advance(case.get("run_ms", 0))
    return {**seen, "stdout": "".join(player.out), "log": "".join(player.log)}


def readable(message: str) -> str:
    """Return a byte string as text."""
    return message.encode("latin-1").decode("utf-8", "replace")
