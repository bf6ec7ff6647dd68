"""`python -m sim serve` does what its options say, says what it does, and ends cleanly."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.gateway.conftest import Serve
from tests.gateway.raw import HANDSHAKE, TEXT, Raw, frame
from tests.gateway.served import ROOT, Served

TIMEOUT_S = 20

ECHO = """
def echo(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')

HTTP.add_endpoint(HTTP.get_system_server(), '/', echo)
"""
DATAGRAMS = """
Net.serve({'addr': 'udp://5683', 'ondata': lambda conn, data, options: Net.send(conn, data.upper())})
"""
LINES = """
Net.serve({'addr': '7', 'ondata': lambda conn, data, options: (Net.send(conn, data), Net.discard(conn, len(data)))})
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", "serve", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S)


def get(port: int, path: str = "/") -> bytes:
    with Raw(port) as client:
        client.send(b"GET %b HTTP/1.1\r\nHost: device\r\n\r\n" % path.encode())
        return client.take_response()


def test_first_line_says_where_the_device_is(serve: Serve) -> None:
    served = serve(ECHO + "print('booted')")
    served.wait_for("booted")
    assert re.fullmatch(r"serving http://127\.0\.0\.1:[1-9][0-9]*", served.lines[0])
    assert served.lines[1:] == ["booted"]
    assert get(served.port).endswith(b"\r\n\r\nok")


def test_interrupt_ends_it_with_its_connections_open(serve: Serve) -> None:
    served = serve(ECHO)
    with Raw(served.port) as idle, Raw(served.port) as halfway, Raw(served.port) as done:
        halfway.send(b"GET / HT")
        done.send(b"GET / HTTP/1.1\r\n\r\n")
        done.take_response()
        assert served.stop() == 0
        assert [client.take_all() for client in (idle, halfway, done)] == [b"", b"", b""]
    assert len(served.lines) == 1


def test_console_of_the_firmware_is_printed_and_its_failures_stand_on_standard_error(tmp_path: Path) -> None:
    firmware = tmp_path / "init.py"
    firmware.write_text(
        "def boom(conn, ev, data):\n    1 / 0\n\nHTTP.add_endpoint(HTTP.bind('81'), '/', boom)\n" + ECHO
    )
    served = Served(firmware, "--map", "0:81")
    other = int(served.wait_for("serving tcp://").split()[1].rpartition(":")[2])
    with Raw(other) as client:
        client.send(b"GET / HTTP/1.1\r\n\r\n")
        assert get(served.port).endswith(b"ok"), "the device goes on"
    assert served.stop() == 0
    assert served.errors[-1] == "ZeroDivisionError: division by zero"
    assert "init.py:2" in served.errors[0]


def test_folder_of_firmware_is_the_file_system_of_the_device(tmp_path: Path) -> None:
    (tmp_path / "init.py").write_text("print('booted')")
    (tmp_path / "index.html").write_text("<title>A device</title>")
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "a.bin").write_bytes(b"\x00\xff")
    served = Served(tmp_path)
    assert get(served.port).endswith(b"<title>A device</title>")
    assert get(served.port, "/www/a.bin").endswith(b"\r\n\r\n\x00\xff")
    assert served.stop() == 0
    assert served.errors == []


def test_further_port_leads_to_the_port_of_the_device_that_it_names(serve: Serve) -> None:
    served = serve(LINES, "--map", "0:7")
    line = served.wait_for("serving tcp://127.0.0.1:")
    assert line.endswith("(the device's port 7)")
    with Raw(int(line.split()[1].rpartition(":")[2])) as client:
        for size in (1, 1000, 300_000):
            data = bytes(range(256)) * (size // 256) + b"x"
            client.send(data)
            assert client.take(len(data)) == data


def test_port_of_the_device_that_is_closed_resets(serve: Serve) -> None:
    served = serve("", "--map", "tcp:0:9999")
    port = int(served.wait_for("serving tcp://").split()[1].rpartition(":")[2])
    with Raw(port) as client, pytest.raises(ConnectionResetError):
        assert client.socket.recv(1) == b"never"


def test_datagrams_reach_the_device_and_its_answers_their_senders(serve: Serve) -> None:
    served = serve(DATAGRAMS, "--map", "udp:0:5683")
    line = served.wait_for("serving udp://127.0.0.1:")
    at = ("127.0.0.1", int(line.split()[1].rpartition(":")[2]))
    clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(5)]
    for turn in range(3):
        for number, client in enumerate(clients):
            client.settimeout(TIMEOUT_S)
            client.sendto(b"from %d, %d" % (number, turn), at)
        for number, client in enumerate(clients):
            assert client.recvfrom(65536) == (b"FROM %d, %d" % (number, turn), at)
    big = b"x" * 60_000
    clients[0].sendto(big, at)
    assert clients[0].recv(65536) == big.upper()
    for client in clients:
        client.close()


def test_port_that_is_taken_is_named(echo: Served) -> None:
    done = run("examples/echo.py", "--port", str(echo.port))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"mos-sim: cannot bind tcp 127.0.0.1:{echo.port}: the port is taken\n"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--port", "65536"], "--port must be between 0 and 65535, got 65536"),
        (["--port", "-1"], "--port must be between 0 and 65535, got -1"),
        (["--map", "80"], "--map wants REAL:DEVICE or udp:REAL:DEVICE with two ports, got '80'"),
        (["--map", "0:0"], "--map wants"),
        (["--map", "sctp:0:1"], "--map wants"),
        (["--map", "70000:1"], "--map wants"),
        (["--allow", "example.org"], "--allow wants HOST:PORT, got 'example.org'"),
        (["--allow", "example.org:0"], "--allow wants"),
        (["--allow", "device:80"], "host 'device'"),
        (["--speed", "0"], "--speed must be above 0"),
        (["--speed", "-1"], "--speed must be above 0"),
        (["--speed", "nan"], "--speed must be above 0"),
        (["--speed", "inf"], "--speed must be above 0"),
        (["--profile", "mongoose-1.0"], "there is no profile 'mongoose-1.0'"),
        (["--limit", "bodies=1"], "--limit wants NAME=NUMBER with one of head, body, frame"),
        (["--limit", "body=-1"], "--limit wants"),
        (["--host", "192.0.2.1"], "cannot bind tcp 192.0.2.1:0: "),
        (["--host", "no such host"], "cannot bind tcp no such host:0: "),
    ],
)
def test_bad_option_gives_a_sentence(options: list[str], text: str) -> None:
    done = run("examples/echo.py", "--port", "0", *options)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"mos-sim: {text}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("options", [["--port", "x"], ["--seed", "x"], ["--speed", "fast"], ["--what"]])
def test_option_that_cannot_be_read_gives_the_usage(options: list[str]) -> None:
    done = run("examples/echo.py", *options)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")


def test_firmware_that_is_not_there_is_named() -> None:
    done = run("nothing.py", "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mos-sim: cannot read nothing.py: ")


def test_address_that_others_can_reach_is_pointed_out(tmp_path: Path) -> None:
    firmware = tmp_path / "init.py"
    firmware.write_text(ECHO)
    served = Served(firmware, "--host", "0.0.0.0")
    assert served.address.startswith("http://0.0.0.0:")
    assert get(served.port).endswith(b"ok")
    assert served.stop() == 0
    assert served.errors == ["mos-sim: 0.0.0.0 can be reached from other machines"]


def test_host_by_name_is_this_machine_only(serve: Serve) -> None:
    served = serve(ECHO, "--host", "localhost")
    assert re.fullmatch(r"serving http://localhost:[1-9][0-9]*", served.lines[0])
    with socket.create_connection(("localhost", served.port), TIMEOUT_S) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert client.recv(8) == b"HTTP/1.1"


KEY = """
HTTP.ws_connect('ws://device/ws', lambda conn, ev, data: HTTP.ws_send(conn, 1, 'x') if ev == 112 else None)

def ws(conn, ev, data):
    if ev == HTTP.EV_WS_HANDSHAKE:
        print('key', HTTP.param(data, HTTP.MESSAGE).partition('Key: ')[2].split()[0])

HTTP.add_endpoint(HTTP.get_system_server(), '/ws', ws)
"""


def test_same_seed_gives_the_same_randomness(serve: Serve) -> None:
    keys = [serve(KEY, "--seed", seed).wait_for("key ") for seed in ("1", "1", "2")]
    assert keys[0] == keys[1] != keys[2]


def test_speed_makes_virtual_time_run(serve: Serve) -> None:
    served = serve(
        "RPC.call(RPC.LOCAL, 'Sys.Reboot', {'delay_ms': 3600000}, lambda *_: None)\nprint('booted')",
        "--speed",
        "100000",
    )
    served.wait_for("booted")
    served.wait_for("booted")


def test_limit_of_the_command_line_holds(serve: Serve) -> None:
    served = serve(ECHO, "--limit", "body=4", "--limit", "connections=2")
    with Raw(served.port) as client:
        client.send(b"PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\n")
        assert client.take_all().startswith(b"HTTP/1.1 413 ")
    with Raw(served.port) as one, Raw(served.port) as two:
        for client in (one, two):
            client.send(b"GET / HTTP/1.1\r\n\r\n")
            client.take_response()
        with Raw(served.port) as further, pytest.raises(ConnectionResetError):
            further.socket.recv(1)
        one.send(b"GET / HTTP/1.1\r\n\r\n")
        assert one.take_response().endswith(b"ok")


def test_profile_of_the_command_line_holds(serve: Serve) -> None:
    served = serve(ECHO, "--profile", "mongoose-6.18")
    with Raw(served.port) as client:
        client.send(b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n")
        assert client.take_response().startswith(b"HTTP/1.1 200 ")


class Outside(BaseHTTPRequestHandler):
    made: ClassVar[list[object]] = []
    """A connection each."""

    def setup(self) -> None:
        self.made.append(self.client_address)
        super().setup()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))[::-1]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def outside() -> Iterator[int]:
    """A real server, on its port, that answers bodies back to front."""
    with HTTPServer(("127.0.0.1", 0), Outside) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield server.server_port
        server.shutdown()


CALLER = """
def call(address):
    def got(conn, ev, data):
        if ev == Net.EV_CONNECT:
            print(address, 'connect', data)
            body = 'x' * 200000 + 'end'
            if data == 0:
                Net.send(conn, f'POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n{body}')
        if ev == HTTP.EV_RESPONSE:
            answer = HTTP.param(data, HTTP.BODY)
            print(address, 'answer', answer[:5], len(answer))
            Net.disconnect(conn)
        if ev == Net.EV_CLOSE:
            print(address, 'closed')
    HTTP.connect(address, got)

for address in ADDRESSES:
    call(address)
"""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_device_reaches_the_real_address_that_it_was_allowed_and_no_other(
    serve: Serve, outside: int, name: str
) -> None:
    other = free_port()
    addresses = [f"{name}:{outside}", f"{name}:{other}", "192.0.2.7:80", "example.org:80"]
    allowed = ["--allow", f"{name}:{outside}", "--allow", "example.com:80", "--allow", "example.com:443"]
    served = serve(CALLER.replace("ADDRESSES", json.dumps(addresses)), *allowed)
    served.wait_for(f"{addresses[0]} closed")
    assert f"{addresses[0]} connect 0" in served.lines
    assert f"{addresses[0]} answer dnexx 200003" in served.lines
    for address, status in zip(addresses[1:], ("111", "113", "-1"), strict=True):
        assert f"{address} connect {status}" in served.lines


def test_connection_that_is_asked_for_twice_is_made_once(serve: Serve, outside: int) -> None:
    address = f"127.0.0.1:{outside}"
    made = len(Outside.made)
    twice = ["--rule", "duplicate percent=100 ms=0 protocol=tcp"]
    served = serve(CALLER.replace("ADDRESSES", json.dumps([address])), "--allow", address, *twice)
    served.wait_for(f"{address} closed")
    assert f"{address} answer dnexx 200003" in served.lines
    assert len(Outside.made) == made + 1


def test_device_without_leave_reaches_nothing(serve: Serve, outside: int) -> None:
    served = serve(CALLER.replace("ADDRESSES", json.dumps([f"127.0.0.1:{outside}"])))
    served.wait_for(f"127.0.0.1:{outside} closed")
    assert f"127.0.0.1:{outside} connect 111" in served.lines


def test_device_learns_that_the_allowed_address_refuses(serve: Serve) -> None:
    address = f"127.0.0.1:{free_port()}"
    served = serve(CALLER.replace("ADDRESSES", json.dumps([address])), "--allow", address)
    served.wait_for(f"{address} closed")
    assert f"{address} connect 111" in served.lines


def test_websocket_of_a_rebooting_device_is_reset(serve: Serve) -> None:
    served = serve((ROOT / "examples" / "echo.py").read_text("utf-8"))
    with Raw(served.port) as client, Raw(served.port) as boss:
        assert client.upgrade(HANDSHAKE).startswith(b"HTTP/1.1 101 ")
        client.send(frame(TEXT, b"x"))
        assert client.take_frame() == (TEXT, b"x")
        boss.send(b"GET /rpc/Sys.Reboot HTTP/1.1\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            client.socket.recv(1)
    assert get(served.port, "/hello").endswith(b"hello")
