"""Is the firmware's `AWS`, `Shadow`, `Azure`, `GCP`, `Watson`, `Dash` and `Blynk`: clouds that are never connected.

None of these services is simulated. Each call is in the trace and fails as it does on a device without a connection;
no handler is ever called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.api.context import Context, fitted
from sim.api.peripheral import Peripheral, check_int

__all__ = ["AWS", "GCP", "AwsShadow", "Azure", "Blynk", "Dash", "Shadow", "Watson"]

AWS_EVENTS: Final = (
    "CONNECTED", "GET_ACCEPTED", "GET_REJECTED", "UPDATE_ACCEPTED", "UPDATE_REJECTED", "UPDATE_DELTA",
)  # fmt: skip


def _group(name: str) -> int:
    """Return the number of a group of events: three characters in the upper 24 bits, as `Event.baseNumber`."""
    return int.from_bytes(name.encode("ascii"), "big") << 8


class Cloud(Peripheral):
    """A service that the device is not connected to."""

    def isConnected(self) -> bool:
        """Return False: the service is not simulated."""
        return self._called("isConnected", False)


class AwsShadow(Peripheral):
    """The state of the device at AWS."""

    CONNECTED = 0
    GET_ACCEPTED = 1
    GET_REJECTED = 2
    UPDATE_ACCEPTED = 3
    UPDATE_REJECTED = 4
    UPDATE_DELTA = 5

    def setStateHandler(self, handler: Callable[..., object], userdata: object = None) -> None:
        """Take `handler(userdata, event, reported, desired)`; it is never called."""
        fitted(handler, "AWS.Shadow.setStateHandler", 4)
        self._called("setStateHandler", None, module="AWS.Shadow")

    def get(self) -> bool:
        """Ask for the state; False: it cannot be sent."""
        return self._called("get", False, module="AWS.Shadow")

    def getVersion(self) -> float:
        """Return the version of the last state: 0, none came."""
        return self._called("getVersion", 0.0, module="AWS.Shadow")

    def update(self, version: float, state: object) -> bool:
        """Send a state; False: it cannot be sent."""
        return self._called("update", False, version, state, module="AWS.Shadow")

    def eventName(self, event: int) -> str:
        """Return the name of an event, empty for none."""
        return AWS_EVENTS[event] if 0 <= event < len(AWS_EVENTS) else ""


class AWS(Cloud):
    """AWS IoT, with `AWS.Shadow`."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.Shadow = AwsShadow(context)


class Shadow(Peripheral):
    """The state of the device at whatever cloud it uses."""

    BASE = _group("SDW")

    def addHandler(self, handler: Callable[..., object]) -> None:
        """Take a handler; it is never called."""
        fitted(handler, "Shadow.addHandler", 2)
        self._called("addHandler", None)

    def get(self) -> bool:
        """Ask for the state; False: it cannot be sent."""
        return self._called("get", False)

    def update(self, version: float, state: object) -> bool:
        """Send a state; False: it cannot be sent."""
        return self._called("update", False, version, state)


class Azure(Cloud):
    """Azure IoT Hub."""

    EVENT_GRP = _group("AZR")
    EV_CONNECT = EVENT_GRP
    EV_C2D = EVENT_GRP + 1
    EV_DM = EVENT_GRP + 2
    EV_CLOSE = EVENT_GRP + 3

    def getC2DArg(self, evdata: object) -> None:
        """Return a message of the cloud: there never is one."""

    def sendD2CMsg(self, props: str | bytes, body: str | bytes) -> bool:
        """Send a message; False: it cannot be sent."""
        return self._called("sendD2CMsg", False, props, body)


class GCP(Cloud):
    """Google Cloud IoT Core."""

    def sendEvent(self, data: str | bytes) -> bool:
        """Send an event; False: it cannot be sent."""
        return self._called("sendEvent", False, data)


class Watson(Cloud):
    """IBM Watson IoT."""

    EVENT_GRP = _group("IBM")
    EV_CONNECT = EVENT_GRP
    EV_CLOSE = EVENT_GRP + 3

    def sendEventJSON(self, event: str | bytes, value: object) -> bool:
        """Send an event; False: it cannot be sent."""
        return self._called("sendEventJSON", False, event, value)


class Dash(Cloud):
    """The maker's own dashboard."""

    def notify(self, name: str | bytes, data: object) -> None:
        """Send a notice; it is lost."""
        self._called("notify", None, name, data)


class Blynk(Cloud):
    """The Blynk service."""

    TYPE_RESPONSE = 0
    TYPE_LOGIN = 2
    TYPE_PING = 6
    TYPE_HARDWARE = 20

    def setHandler(self, handler: Callable[..., object], userdata: object = None) -> None:
        """Take a handler; it is never called."""
        fitted(handler, "Blynk.setHandler", 6)
        self._called("setHandler", None)

    def send(self, conn: object, type: int, msg: str | bytes, id: int = 0) -> None:
        """Send a message; it is lost."""
        check_int("Blynk.send", type=type, id=id)
        self._called("send", None, type, msg, id)

    def virtualWrite(self, conn: object, pin: int, val: object, id: int = 0) -> None:
        """Send the value of a virtual pin; it is lost."""
        check_int("Blynk.virtualWrite", pin=pin, id=id)
        self._called("virtualWrite", None, pin, val, id)
