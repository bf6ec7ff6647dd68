"""Makes a small world for tests of the device's MQTT: a host with the client of one boot, and a broker."""

from __future__ import annotations

from typing import Any

from sim.api.config import Config
from sim.api.context import Context
from sim.api.mqtt import MQTT
from sim.api.mqtt_client import Mqtt
from sim.api.rpc import RPC, RpcServer
from sim.api.rpc_mqtt import RpcOverMqtt
from sim.api.stack import Stack
from sim.broker import Broker
from sim.event import DeviceFailed, MqttPacket
from sim.mhttp import Limits
from sim.network.network import Network
from sim.network.tcp import TcpSocket
from sim.peer import Peer, Stream
from sim.profile import PROFILES

__all__ = ["MqttWorld"]


class MqttWorld:
    """A device whose `mqtt.enable` is set, and a broker. The device is off until `boot`."""

    def __init__(
        self, *, broker: bool = True, profile: str = "documented", limits: Limits | None = None, **config: Any
    ) -> None:
        self.network = Network()
        self.clock = self.network.clock
        self.trace = self.network.trace
        self.profile = PROFILES[profile]
        self.limits = limits or Limits()
        self.config = {"enable": True, "server": "broker"} | {
            {"password": "pass"}.get(name, name): value for name, value in config.items()
        }
        self.host = self.network.add_host("device")
        if broker:
            self.broker = Broker(self.network)
        self.changes: list[tuple[int, bool]] = []
        """When the client told that it was connected, or no longer: seconds and which."""

    def boot(self) -> MQTT:
        """Switch the device on; the firmware's global."""
        self.context = Context(self.host, self.profile, self.limits, {"init.py": b""})
        self.settings = Config("device", "024200000000")
        assert self.settings.merge({"mqtt": self.config})
        self.client = Mqtt(
            self.context,
            Stack(self.context),
            self.settings,
            lambda on: self.changes.append((self.clock.now_us // 1_000_000, on)),
        )
        self.server = RpcServer(self.context, lambda: self.settings.device_id)
        self.client.start()
        self.mqtt = MQTT(self.client)
        return self.mqtt

    def take_rpc(self) -> RPC:
        """Let the device take RPC over MQTT; the firmware's global."""
        RpcOverMqtt(self.server, self.client, lambda: self.settings.device_id)
        return RPC(self.context, self.server)

    def power_off(self) -> None:
        """Switch the device off, as `Device.stop` does."""
        self.context.is_alive = False
        self.host.shut_down()

    def settle(self, us: int = 1_000_000) -> None:
        """Let time pass."""
        self.clock.run_until(self.clock.now_us + us)

    @property
    def failures(self) -> list[DeviceFailed]:
        return self.trace.of(DeviceFailed)

    @property
    def packets(self) -> list[tuple[str, str]]:
        """Direction and kind of all packets of the device."""
        return [(fact.direction, fact.kind) for fact in self.trace.of(MqttPacket)]

    def serve(self, port: int = 1883) -> list[Stream]:
        """Let a machine called `raw` take connections and say nothing; the list grows by a stream for each."""
        streams: list[Stream] = []

        def accept(socket: TcpSocket) -> Stream:
            stream = Stream(self.network)
            stream.begin(socket)
            streams.append(stream)
            return stream

        Peer(self.network, "raw").host.listen(port, accept)
        return streams
