"""Is a run as a file: what was done from outside, with its times, and what came of it (docs/reference/run.md)."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode
from typing import Any, Final, NamedTuple

from sim.network.network import Network
from sim.run.read import Fields, RunError
from sim.run.tally import Outcome, Tally

__all__ = [
    "FRAGMENT",
    "LONGEST",
    "VERSION",
    "Run",
    "RunError",
    "read_run",
    "to_fragment",
    "to_text",
]

VERSION: Final = 1
KEY: Final = "mos-sim-run"

FRAGMENT: Final = "#r="
"""How the part of an address begins that holds a run."""

LONGEST: Final = 30_000
"""How long that part may be, as web/share.js has it: what is longer gets lost in mails and chats."""

SEPARATORS: Final = (",", ":")


class Run(NamedTuple):
    """A run: a test's calls, a page's messages, or these behind those. Times are virtual microseconds."""

    name: str
    made_by: str
    seed: int
    start_us: int
    """What time it was at the beginning."""
    rules: list[dict[str, Any]]
    """The rules that were set before the beginning, in their JSON form."""
    sockets: int
    """How many WebSockets the page had opened before."""
    calls: list[list[Any]]
    """What was asked of an engine: `[target, action, name, arguments, named arguments]`, see `sim.engine`."""
    stopped: tuple[int, int] | None
    """At which moment the last call was stopped, None if it came to its end."""
    inputs: list[list[Any]]
    """Messages to a bridge, with the moments they came at: `[at_us, ran, message]` (docs/design.md)."""
    end: tuple[int, int]
    """The moment of the end: what time it was, and how many callbacks the clock had run."""
    outcome: Outcome

    @classmethod
    def of_calls(cls, calls: list[list[Any]], network: Network, *, name: str, made_by: str) -> Run:
        """Return the run of an engine so far."""
        trace, clock = network.trace, network.clock
        made = Tally(0)
        for record in trace:
            made.add(record)
        end = (clock.now_us, clock.ran)
        return cls(name, made_by, network.seed, 0, [], 0, calls, None, [], end, made.outcome())


def to_text(run: Run) -> str:
    """Return a run as the text of its file: an input a line, for people and for tools that compare lines."""
    head = {
        KEY: VERSION,
        "made_by": run.made_by,
        "name": run.name,
        "seed": run.seed,
        "start_us": run.start_us,
        "rules": run.rules,
        "sockets": run.sockets,
    }
    lines = [f'"{name}":{_json(value)},\n' for name, value in head.items()]
    first, records, sha256, marks, trace = run.outcome
    tail: dict[str, object] = {
        "stopped": run.stopped,
        "end": run.end,
        "first": first,
        "records": records,
        "sha256": sha256,
        "marks": marks,
    }
    if trace is not None:
        tail["trace"] = trace
    last = ",\n".join(f'"{name}":{_json(value)}' for name, value in tail.items())
    lists = "".join(f'"{name}":{_list(items)},\n' for name, items in (("calls", run.calls), ("inputs", run.inputs)))
    return f"{{{''.join(lines)}{lists}{last}}}\n"


def to_fragment(run: Run) -> str | None:
    """Return the fragment of a link that holds a run, without its trace; None if it would be too long for a link."""
    text = to_text(run._replace(outcome=run.outcome._replace(trace=None)))
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packed = packer.compress(text.encode()) + packer.flush()
    fragment = FRAGMENT + urlsafe_b64encode(packed).decode().rstrip("=")
    return fragment if len(fragment) <= LONGEST else None


def read_run(text: str) -> Run:
    """Read a run.

    Raises:
        RunError: it is none, or is damaged, or of a later version; the text says which.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RunError(f"it is no JSON: {error}") from None
    if not isinstance(data, dict) or KEY not in data:
        raise RunError("it is no run of mos-sim")
    version = data.pop(KEY)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise RunError(f"{KEY!r} must be a number, the version of the format")
    if version > VERSION:
        raise RunError(
            f"it was made by a later version of mos-sim: its format is {version}, and {VERSION} is known here"
        )
    return _run(Fields(data))


def _run(fields: Fields) -> Run:
    first, records = fields.whole("first"), fields.whole("records")
    outcome = Outcome(first, records, fields.digest("sha256"), fields.marks("marks", records), fields.base64("trace"))
    return Run(
        fields.text("name", ""),
        fields.text("made_by", ""),
        fields.seed("seed"),
        fields.whole("start_us"),
        fields.objects("rules"),
        fields.whole("sockets"),
        fields.calls("calls"),
        fields.moment_or_none("stopped"),
        fields.messages("inputs"),
        fields.moment("end"),
        outcome,
    )


def _list(items: list[list[Any]]) -> str:
    return "[\n" + ",\n".join(map(_json, items)) + "\n]" if items else "[]"


def _json(value: object) -> str:
    return json.dumps(value, separators=SEPARATORS)
