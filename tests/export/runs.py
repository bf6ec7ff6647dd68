"""Makes short runs, one for each kind of traffic, whose traces the tests of the exports write out."""

from __future__ import annotations

from sim.broker import Broker
from sim.device import Device
from sim.network.network import Network
from sim.network.packet import Packet
from sim.network.rule import Drop, Pass, Verdict
from sim.peer import Peer
from sim.trace import Trace
from tests.network.end import Box

__all__ = ["HOSTILE", "RUNS", "hostile", "lossy", "settle", "udp_with", "world"]

HOSTILE = "<script>document.title='x'</script><img src=x onerror=\"document.title='x'\">\x00\u202e&amp;\udcff]]>--><!-"
WEB = """
def plain(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, b'HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: 5\\r\\n\\r\\nhello')

def pieces(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, b'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3\\r\\nabc\\r\\n')
        Net.send(conn, b'4\\r\\ndefg\\r\\n0\\r\\n\\r\\n')

def echo(conn, ev, ev_data):
    if ev == HTTP.EV_WS_FRAME:
        HTTP.ws_send(conn, HTTP.ws_opcode(ev_data), HTTP.param(ev_data, HTTP.BODY))

server = HTTP.get_system_server()
HTTP.add_endpoint(server, '/plain', plain)
HTTP.add_endpoint(server, '/pieces', pieces)
HTTP.add_endpoint(server, '/ws', echo)
"""
UDP = "Net.bind('udp://9', lambda conn, ev, data: Net.send(conn, 'pong') if ev == Net.EV_RECV else None)"
ITSELF = """
Net.bind('7', lambda conn, ev: None)
Net.connect('127.0.0.1:7', lambda conn, ev: Net.send(conn, 'x') if ev == Net.EV_CONNECT else None)
"""
ASKS = """
def answered(body, *rest):
    print(body)

HTTP.query({'url': 'http://cloud/plain', 'success': answered})
"""


def world(firmware: str, files: dict[str, str | bytes] | None = None, name: str = "device") -> tuple[Network, Peer]:
    """Return a network with a booted device, and a peer."""
    network = Network(seed=4)
    Device(network, {"init.py": firmware, **(files or {})}, name=name).boot()
    return network, Peer(network)


def settle(network: Network) -> Trace:
    """Let everything end."""
    network.clock.run_until_idle(network.clock.now_us + 3_000_000)
    return network.trace


def keep_alive() -> Trace:
    """Several requests on one connection, and one on another."""
    network, peer = world(WEB)
    session = peer.session("device")
    session.request("GET", "/plain?a=1&b=%C3%A9")
    session.request("POST", "/plain", {"Content-Type": "application/json"}, '{"on":true}')
    session.request("PUT", "/plain", body=bytes(range(256)))
    session.close()
    peer.request("GET", "/nothing")
    return settle(network)


def chunked() -> Trace:
    """A response in chunks, and a long one in many segments."""
    network, peer = world(WEB, {"long.bin": bytes(200_000)})
    assert peer.request("GET", "/pieces").text == "abcdefg"
    assert len(peer.request("GET", "/long.bin").body) == 200_000
    return settle(network)


def websocket() -> Trace:
    """Text, binary data, a ping and a close over a WebSocket."""
    network, peer = world(WEB)
    socket = peer.websocket("device", "/ws")
    settle(network)
    for data in ("hello", b"\x00\xff", "\u00e9"):
        socket.send(data)
        settle(network)
    socket.send(b"?", 9)
    settle(network)
    socket.close(1000, "done")
    return settle(network)


def udp_with(data: bytes) -> Trace:
    """A datagram and its answer."""
    network, peer = world(UDP)
    peer.host.connect_udp("192.168.4.1", 9, Box()).send_to(data, "192.168.4.1", 9)
    return settle(network)


def udp() -> Trace:
    """Datagrams to a port that is there and to one that is not."""
    network, peer = world(UDP)
    for port in (9, 10):
        peer.host.connect_udp("192.168.4.1", port, Box()).send_to(b"ping", "192.168.4.1", port)
    return settle(network)


def mqtt() -> Trace:
    """A device that hears of a topic and publishes on another."""
    network = Network(seed=4)
    broker = Broker(network)
    config = '{"mqtt": {"enable": true, "server": "broker"}}'
    Device(network, {"init.js": "load('api_mqtt.js');" + JS_MQTT, "conf1.json": config}).boot()
    settle(network)
    broker.publish("in/1", b"on")
    return settle(network)


JS_MQTT = "MQTT.sub('in/#', function(conn, topic, msg) { MQTT.pub('out', 'got ' + msg, 1); }, null);"


def asking() -> Trace:
    """A device that asks another one: both ends are in the trace."""
    network = Network(seed=4)
    Device(network, {"init.py": WEB}, name="cloud").boot()
    Device(network, {"init.py": ASKS}).boot()
    return settle(network)


def talking_to_itself() -> Trace:
    """A device whose connection never leaves it."""
    network, _ = world(ITSELF)
    return settle(network)


def reset() -> Trace:
    """A connection that the client drops, and one that is refused."""
    network, peer = world(WEB)
    stream = peer.connect("device")
    settle(network)
    stream.send(b"GET /pla")
    settle(network)
    stream.reset()
    peer.connect("device", 81)
    return settle(network)


def lossy() -> Trace:
    """A datagram that a rule drops."""
    network, peer = world(UDP)
    network.rule(DropUdp())
    peer.host.connect_udp("192.168.4.1", 9, Box()).send_to(b"ping", "192.168.4.1", 9)
    return settle(network)


def hostile() -> Trace:
    """Firmware and a client that send what a careless page would run."""
    network, peer = world(f"print({HOSTILE!r})\nraise ValueError({HOSTILE!r})")
    peer.request("GET", "/<b>", {"X": "<script>"}, HOSTILE.encode("utf-8", "replace"))
    peer.connect("device").send(HOSTILE.encode("utf-8", "replace") + b"\r\n\r\n")
    return settle(network)


class DropUdp:
    """A rule."""

    def judge(self, packet: Packet) -> Verdict:
        """Drop what goes to a port."""
        return Drop("a test's rule") if packet.dst_port == 9 else Pass()


RUNS = {run.__name__: run for run in (keep_alive, chunked, websocket, udp, mqtt, asking, talking_to_itself, reset)}
