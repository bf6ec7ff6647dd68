"""Says which calls of a run may be made again: those that tests and scenarios make, with values as these give them.

A run comes from a file that anybody may have written, so it names nothing else: no inside of the engine, of the
network or of a device.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from sim.engine.plain import Handle, unpack
from sim.run.read import RunError

__all__ = ["Call", "check_thing", "read_calls"]


class Call(NamedTuple):
    """A call that may be made, if the thing of its handle is one that has it."""

    target: int
    action: str
    name: str
    args: list[Any]
    named: dict[str, Any]


class Uses(NamedTuple):
    """What may be done with the things of a class."""

    calls: str = ""
    reads: str = ""
    writes: str = ""


WEATHER: Final = Uses("set", "is_present temperature humidity", "is_present temperature humidity")
PARTS: Final = "analog bme280 bme680 dht i2c onewire pin screen spi uart"
CHIP: Final = "chip_temperature hall"
FOUND: Final = "find_bme280 find_bme680 find_i2c remove_i2c"

USES: Final = {  # by module and class, so that nothing is imported for it
    "sim.device.Device": Uses("reboot stop", "address boots files hardware is_on name"),
    "sim.api.hardware.Hardware": Uses(
        f"{PARTS} {FOUND}", "chip_temperature gps hall networks tft", "chip_temperature hall"
    ),
    "sim.api.hardware.Analog": Uses("", "mv pin raw", "mv raw"),
    "sim.api.pin.Pin": Uses("press release set", "is_driven level number outside pixels pwm"),
    "sim.api.outside.SerialLine": Uses("send", "number sent"),
    "sim.api.outside.I2cDevice": Uses("set", "registers written"),
    "sim.api.outside.SpiDevice": Uses("", "replies written", "replies"),
    "sim.api.outside.Weather": WEATHER,
    "sim.api.outside.Bme280": Uses("set", "pressure", "pressure"),
    "sim.api.outside.Bme680": Uses("set", "gas", "gas"),
    "sim.api.outside.Screen": Uses("", "pixels text"),
    "sim.api.outside.Position": Uses(
        "set", "is_present latitude longitude speed", "is_present latitude longitude speed"
    ),
    "sim.api.onewire_bus.OneWireBus": Uses("add", "devices"),
    "sim.api.onewire_bus.Thermometer": Uses("", "resolution rom temperature", "temperature"),
    "sim.api.framebuffer.Tft": Uses("color", "height text width"),
    "sim.api.outside.Network": Uses("", "auth_mode bssid channel rssi ssid", "auth_mode bssid channel rssi ssid"),
    "sim.network.host.Host": Uses("", "address name"),
    "sim.network.lab.rule.Rule": Uses("__str__ disable enable remove to_json", "hits is_enabled number"),
    "sim.peer.Peer": Uses("", "host"),
    "sim.peer.Stream": Uses("close half_close reset send", "got_eof is_open lost received"),
    "sim.peer_websocket.WebSocketClient": Uses("close send", "closed is_open problem subprotocol"),
}
USED: Final = {
    "call": {"__call__", *(name for uses in USES.values() for name in uses.calls.split())},
    "get": {name for uses in USES.values() for name in (*uses.reads.split(), *uses.calls.split())},
    "set": {name for uses in USES.values() for name in uses.writes.split()},
}

Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _handle(value: Any) -> bool:
    return isinstance(value, Handle) and _whole(value.number)


def _list(one: Check) -> Check:
    return lambda value: isinstance(value, list | tuple) and all(map(one, value))


def _table(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_text, value)) and _is_plain(list(value.values()))


def _files(value: Any) -> bool:
    return _table(value) and all(isinstance(data, str | bytes) for data in value.values())


def _is_plain(value: Any) -> bool:
    """Tell whether nothing within a value stands for an object of the engine."""
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(map(_is_plain, value)) and all(map(_is_plain, value.values()))
    return not isinstance(value, Handle)


def _pair(value: Any) -> bool:
    return _list(_text)(value) and len(value) == 2


OPTIONS: Final = ("name", "main", "profile", "address", "broker", "budget")
"""What `add_device` may be told about a device, as `sim.Device` takes it."""

ENGINE: Final[dict[str, tuple[tuple[str, Check], ...]]] = {
    "add_device": (
        ("the files, by name", _files),
        (f"options among {', '.join(OPTIONS)}", lambda value: _table(value) and set(value) <= set(OPTIONS)),
        ("limits or null", lambda value: value is None or (_table(value) and all(map(_whole, value.values())))),
    ),
    "advance": (("microseconds", _whole),),
    "boot": (("the name of a device", _text),),
    "connect": (("a peer", _text), ("a host", _text), ("a port", _whole), ("microseconds", _whole)),
    "device": (("the name of a device", _text),),
    "go_to": (("microseconds", _whole), ("a number of callbacks", _whole)),
    "peer": (("the name of a peer", _text),),
    "preset": (("the name of a preset", _text), ("values", _table)),
    "receive": (("a handle", _handle), ("a number of bytes", _whole), ("a host", _text), ("microseconds", _whole)),
    "request": (
        *(("a method", _text), ("a target", _text), ("header fields", _list(_pair))),
        *(("a body", lambda value: isinstance(value, bytes)), ("a peer", _text), ("a host", _text)),
        *(("a port", _whole), ("microseconds", _whole), ("true or false", lambda value: isinstance(value, bool))),
    ),
    "rule": (("a rule", lambda value: _text(value) or _table(value)), ("values", _table)),
    "rules": (),
    "run_until_idle": (("microseconds", _whole),),
    "wait_console": (("the name of a device", _text), ("a regular expression", _text), ("microseconds", _whole)),
    "websocket": (
        *(("a target", _text), ("subprotocols", _list(_text)), ("header fields", _list(_pair)), ("a peer", _text)),
        *(("a host", _text), ("a port", _whole), ("microseconds", _whole)),
    ),
    "websocket_closed": (("a handle", _handle), ("a host", _text), ("microseconds", _whole)),
    "websocket_receive": (
        *(("a handle", _handle), ("a number of frames", _whole), ("a host", _text), ("microseconds", _whole)),
    ),
}
"""The calls of the engine itself, with what their arguments have to be."""


def read_calls(calls: list[list[Any]]) -> list[Call]:
    """Return the calls of a run.

    Args:
        calls: as `sim.run.file.Run` has them.

    Raises:
        RunError: one of them is none that a test makes; the text says which, and why.
    """
    return [_read(f"calls[{number}]", *call) for number, call in enumerate(calls)]


def _read(place: str, target: int, action: str, name: str, packed_args: Any, packed_named: Any) -> Call:
    try:
        args, named = unpack(packed_args), unpack(packed_named)
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise RunError(f"{place} has arguments that cannot be read: {error}") from None
    if not isinstance(args, list) or not isinstance(named, dict) or not all(map(_text, named)):
        raise RunError(f"{place} has arguments that are no list, or no names with values")
    call = Call(target, action, name, args, named)
    if target == 0:
        _check_engine(place, call)
        return call
    if name not in USED[action]:
        raise RunError(f"{place} would {action} {name!r}, which no test does")
    if not _is_plain([args, named]):
        raise RunError(f"{place} gives {name!r} a handle, and it takes plain values alone")
    if len(args) != 1 if action == "set" else action == "get" and args:
        raise RunError(f"{place} would {action} {name!r} with {len(args)} values")
    return call


def _check_engine(place: str, call: Call) -> None:
    wanted = ENGINE.get(call.name)
    if call.action != "call" or wanted is None:
        raise RunError(f"{place} would {call.action} {call.name!r} of the engine, which no test does")
    if len(call.args) != len(wanted) or call.named:
        raise RunError(f"{place}: {call.name!r} takes {len(wanted)} arguments, got {len(call.args) + len(call.named)}")
    for at, ((what, fits), value) in enumerate(zip(wanted, call.args, strict=True)):
        if not fits(value):
            raise RunError(f"{place}: argument {at} of {call.name!r} must be {what}, got {str(value)[:40]!r}")


def check_thing(place: str, call: Call, thing: object) -> None:
    """Check that a thing is one of those with which this may be done.

    Raises:
        RunError: it is not.
    """
    name, owner = call.name, thing
    if name == "__call__":
        owner, name = getattr(thing, "__self__", None), getattr(thing, "__name__", "")
    for kind in type(owner).__mro__:
        uses = USES.get(f"{kind.__module__}.{kind.__qualname__}")
        if uses is not None and name in _allowed(uses, call.action).split():
            return
    raise RunError(f"{place} would {call.action} {name!r} of handle {call.target}, which has no such thing for tests")


def _allowed(uses: Uses, action: str) -> str:
    return {"call": uses.calls, "get": f"{uses.reads} {uses.calls}", "set": uses.writes}[action]
