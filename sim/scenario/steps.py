"""Carries out each kind of step on the devices of a test, and says what was seen: only what the network shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sim.engine import ROOT
from sim.event import HttpRequested
from sim.export.head import parse_head
from sim.network.lab import read_text
from sim.scenario.match import REGEX, Mismatch
from sim.testing import Device, Headers, Response, RpcError, Rule, WebSocket, World
from sim.testing.peer import TIMEOUT, microseconds

__all__ = ["DEEDS", "Seen", "Stage"]

Seen = Mapping[str, Any]
"""What a step has seen, by the names that `expect` and `capture` use."""

Values = Mapping[str, Any]


class Stage:
    """The world of one scenario, and what its steps have left for later ones."""

    def __init__(self, world: World, device: Device) -> None:
        self.world = world
        self.device = device
        self.sockets: dict[str, WebSocket] = {}
        self.rules: dict[str, list[Rule]] = {}
        """What was set, by its name or, without one, by its number."""
        self.console_at = 0
        """How much of the console earlier steps have taken."""
        self.requests_at = {"outbound": 0, "inbound": 0}
        """The number of the record from which requests are new."""

    def wait(self, done: Callable[[], Any], values: Values) -> bool:
        """Let time pass until something is true; whether it is, before the step's time is over."""
        timeout_us = microseconds(values.get("timeout", TIMEOUT))
        return bool(self.world.backend.ask(ROOT, "call", "run_until", lambda: bool(done()), timeout_us))


def request(stage: Stage, values: Values) -> Seen:
    """Send a request; the answer."""
    answer = stage.device.request(
        values.get("method", "GET"),
        values["path"],
        headers=values.get("headers", {}),
        body=values.get("body", ""),
        json=values.get("json"),
        to=values.get("to"),
        port=values.get("port", 80),
        timeout=values.get("timeout", TIMEOUT),
        keep_alive=values.get("keep-alive", False),
    )
    within = values.get("expect", {}).get("within")
    if within is not None and answer.took > within:
        raise Mismatch(("expect", "within"), f"an answer within {within:g} s", f"it took {answer.took:g} s")
    return _seen_of(answer)


def websocket(stage: Stage, values: Values) -> Seen:
    """Open a WebSocket, send, receive, close."""
    name, timeout = values.get("as", "ws"), values.get("timeout", TIMEOUT)
    if "path" in values:
        stage.sockets[name] = stage.device.ws(
            values["path"],
            protocols=_list(values.get("protocols", [])),
            headers=values.get("headers", {}),
            to=values.get("to"),
            port=values.get("port", 80),
            timeout=timeout,
        )
    socket = stage.sockets.get(name)
    if socket is None:
        raise Mismatch((), f"a WebSocket with the name {name}", f"there are {', '.join(stage.sockets) or 'none'}")
    for text in _list(values.get("send", [])):
        socket.send(text)
    if "json" in values:
        socket.send(json.dumps(values["json"]))
    seen = _received(socket, values, timeout)
    if values.get("close"):
        socket.close(timeout=timeout)
    return seen


def _received(socket: WebSocket, values: Values, timeout: float) -> Seen:
    expect = values.get("expect", {})
    if "closed" in expect:
        code, reason = socket.closed(timeout)
        return {"closed": code, "reason": reason}
    if "expect" not in values and "capture" not in values:
        return {}
    message = socket.receive(timeout)
    text = message if isinstance(message, str) else message.decode("utf-8", "replace")
    return {"text": text, **_json_of(text)}


def rpc(stage: Stage, values: Values) -> Seen:
    """Call an RPC method; its result or error."""
    try:
        result = stage.device.rpc(values["method"], values.get("args"), timeout=values.get("timeout", TIMEOUT))
    except RpcError as error:
        if values.get("expect", {}).keys().isdisjoint(["code", "message"]):
            raise Mismatch((), "the method to succeed", str(error)) from error
        return {"code": error.code, "message": error.message}
    return {"code": 0, "message": "", "result": result}


def set_pin(stage: Stage, values: Values) -> Seen:
    """Drive a pin from outside."""
    pin = stage.device.pin(values["pin"])
    if "level" in values:
        pin.set(values["level"])
    elif "press" in values:
        pin.press(values["press"])
    else:
        pin.release()
    return {}


def rule(stage: Stage, values: Values) -> Seen:
    """Set rules, or take them away."""
    if "remove" in values:
        name = values["remove"]
        if name not in stage.rules:
            raise Mismatch(("remove",), f"rules with the name {name}", f"there are {', '.join(stage.rules) or 'none'}")
        for one in stage.rules[name]:
            one.remove()
        return {}
    if "preset" in values:
        made = stage.world.network.preset(values["preset"], optional=True, **values.get("values", {}))
    else:
        wanted = values["set"]
        form = read_text(wanted) if isinstance(wanted, str) else wanted
        made = [stage.world.network.rule(form, optional=True)]
    stage.rules[values.get("as", f"#{made[0].number}")] = made
    return {"rules": made}


def advance(stage: Stage, values: Values) -> Seen:
    """Let time pass."""
    stage.world.clock.advance(values["seconds"])
    return {}


def wait_console(stage: Stage, values: Values) -> Seen:
    """Wait for what the device prints."""
    pattern = re.compile(values["pattern"], re.M)
    found: list[re.Match[str]] = []

    def search() -> bool:
        match = pattern.search(stage.device.console[stage.console_at :])
        found[:] = [match] if match else []
        return bool(found)

    stage.wait(search, values)
    absent = values.get("absent", False)
    if bool(found) == absent:
        new = [line.rstrip() for line in stage.device.console[stage.console_at :].rstrip().split("\n")[-5:]]
        wanted = f"{'nothing' if absent else 'something'} on the console that matches {values['pattern']}"
        said = " | ".join(new)
        raise Mismatch(("pattern",), wanted, f"printed since: {json.dumps(said, ensure_ascii=False)}")
    if found:
        stage.console_at += found[0].end()
    return {"groups": found[0].groupdict() if found else {}}


def wait_pin(stage: Stage, values: Values) -> Seen:
    """Wait for the level of a pin."""
    pin, level = stage.device.pin(values["pin"]), values["level"]
    if not stage.wait(lambda: pin.level == level, values):
        raise Mismatch(("level",), f"level {level} at pin {values['pin']}", f"it is {pin.level}")
    return {}


def wait_request(stage: Stage, values: Values) -> Seen:
    """Wait for a request that the device sends or receives."""
    role = values.get("role", "outbound")
    others: list[str] = []
    found: list[HttpRequested] = []

    def search() -> bool:
        for record in stage.world.backend.records(stage.requests_at[role]):
            stage.requests_at[role] = record.seq + 1
            event = record.event
            if isinstance(event, HttpRequested) and (event.host, event.role) == (stage.device.name, role):
                if _is_about(event, values):
                    found.append(event)
                    return True
                others.append(f"{event.method} {event.target}")
        return False

    if not stage.wait(search, values):
        verb = "sends" if role == "outbound" else "receives"
        named = " ".join(filter(None, [values.get("method"), values["path"]]))
        raise Mismatch(
            ("path",), f"a request {named} that the device {verb}", f"there were {', '.join(others[-5:]) or 'none'}"
        )
    [event] = found
    fields = parse_head(event.data[: event.head_size], is_request=True)
    text = event.data[event.head_size :].decode("utf-8", "replace")
    return {
        "method": event.method,
        "path": event.target,
        "headers": Headers(fields),
        "body": text,
        **_json_of(text),
    }


def _is_about(event: HttpRequested, values: Values) -> bool:
    if values.get("method", event.method) != event.method:
        return False
    path: str = values["path"]
    if path.startswith(REGEX):
        return re.search(path.removeprefix(REGEX), event.target) is not None
    return path in (event.target, event.target.partition("?")[0])


def _seen_of(answer: Response) -> Seen:
    seen = {"status": answer.status, "reason": answer.reason, "headers": answer.headers, "took": answer.took}
    return {**seen, "body": answer.text, **_json_of(answer.text)}


def _json_of(text: str) -> dict[str, Any]:
    try:
        return {"json": json.loads(text)}
    except (ValueError, RecursionError):
        return {}


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


DEEDS: Final[dict[str, Callable[[Stage, Values], Seen]]] = {
    "request": request,
    "ws": websocket,
    "rpc": rpc,
    "set-pin": set_pin,
    "rule": rule,
    "advance": advance,
    "wait-console": wait_console,
    "wait-pin": wait_pin,
    "wait-request": wait_request,
}
"""What carries out each kind of step; raises `NoAnswer`, `Mismatch`, or `ValueError` for what cannot be done."""
