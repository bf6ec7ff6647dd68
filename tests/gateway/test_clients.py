"""The clients that people have work on a device's real port as they do on any server's."""

from __future__ import annotations

import http.client
import io
import json
import subprocess
from collections.abc import Callable, Iterator

import aiohttp
import httpx
import pycurl
import pytest
import requests
import websockets.sync.client
from playwright.sync_api import Browser

from tests.gateway.conftest import Serve
from tests.gateway.raw import Raw
from tests.gateway.served import ROOT, Served, in_loop
from tests.program import found

TIMEOUT_S = 20
BODY = bytes(range(256)) * 400
"""Every byte, and more than one window."""

Exchange = Callable[[Served, str, str, bytes | None], tuple[int, bytes]]


def with_http_client(echo: Served, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", echo.port, timeout=TIMEOUT_S)
    connection.request(method, path, body)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def with_requests(echo: Served, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
    with requests.Session() as session:
        response = session.request(method, f"{echo.address}{path}", data=body, timeout=TIMEOUT_S)
        return response.status_code, response.content


def with_httpx(echo: Served, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
    with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
        response = client.request(method, f"{echo.address}{path}", content=body)
        return response.status_code, response.content


def with_aiohttp(echo: Served, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
    async def exchange() -> tuple[int, bytes]:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{echo.address}{path}", data=body and io.BytesIO(body)) as response,
        ):
            return response.status, await response.read()

    return in_loop(exchange)


def with_libcurl(
    echo: Served, method: str, path: str, body: bytes | None, version: int = pycurl.CURL_HTTP_VERSION_1_1
) -> tuple[int, bytes]:
    curl = pycurl.Curl()
    answer = with_curl_handle(curl, f"{echo.address}{path}", method, body, version)
    curl.close()
    return answer


def with_curl_handle(
    curl: pycurl.Curl, url: str, method: str, body: bytes | None, version: int = pycurl.CURL_HTTP_VERSION_1_1
) -> tuple[int, bytes]:
    out = io.BytesIO()
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.NOPROXY, "*")
    curl.setopt(pycurl.TIMEOUT, TIMEOUT_S)
    curl.setopt(pycurl.HTTP_VERSION, version)
    curl.setopt(pycurl.WRITEDATA, out)
    curl.setopt(pycurl.NOBODY, method == "HEAD")
    if body is not None:
        curl.setopt(pycurl.POST, 1)
        curl.setopt(pycurl.POSTFIELDSIZE, len(body))
        curl.setopt(pycurl.READDATA, io.BytesIO(body))
    if method != "HEAD":
        curl.setopt(pycurl.CUSTOMREQUEST, method)
    curl.perform()
    return curl.getinfo(pycurl.RESPONSE_CODE), out.getvalue()


def with_libcurl_of_1996(echo: Served, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
    return with_libcurl(echo, method, path, body, pycurl.CURL_HTTP_VERSION_1_0)


NODE_HTTP = """
import http from "node:http";
const [url, method, size] = process.argv.slice(2);
const body = Buffer.from(Array.from({ length: Number(size) }, (_, i) => i % 256));
const request = http.request(url, { method, agent: new http.Agent({ keepAlive: true }) }, (response) => {
  const parts = [];
  response.on("data", (part) => parts.push(part));
  response.on("end", () => {
    const answer = JSON.stringify([response.statusCode, Buffer.concat(parts).toString("latin1")]);
    process.stdout.write(answer, () => process.exit(0));
  });
});
request.end(body.length ? body : undefined);
"""
NODE_FETCH = """
const [url, method, size] = process.argv.slice(2);
const body = Uint8Array.from({ length: Number(size) }, (_, i) => i % 256);
const response = await fetch(url, { method, body: body.length ? body : undefined });
const bytes = Buffer.from(await response.arrayBuffer());
process.stdout.write(JSON.stringify([response.status, bytes.toString("latin1")]), () => process.exit(0));
"""


def run_node(program: str, *arguments: str) -> str:
    node = ["node", "--input-type=module", "-", *arguments]
    done = subprocess.run(node, cwd=ROOT, input=program, capture_output=True, text=True, timeout=TIMEOUT_S)
    assert done.returncode == 0, done.stderr
    return done.stdout


def with_node(program: str) -> Exchange:
    def exchange(echo: Served, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        answer = json.loads(run_node(program, f"{echo.address}{path}", method, str(len(body or b""))))
        return answer[0], answer[1].encode("latin-1")

    return exchange


CLIENTS: dict[str, Exchange] = {
    "http.client": with_http_client,
    "requests": with_requests,
    "httpx": with_httpx,
    "aiohttp": with_aiohttp,
    "libcurl": with_libcurl,
    "libcurl, HTTP 1.0": with_libcurl_of_1996,
    "node http": with_node(NODE_HTTP),
    "node fetch": with_node(NODE_FETCH),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_client_gets_a_constant(echo: Served, client: str) -> None:
    assert CLIENTS[client](echo, "GET", "/hello", None) == (200, b"hello")


@pytest.mark.parametrize("client", CLIENTS)
def test_client_gets_its_own_body_back(echo: Served, client: str) -> None:
    assert CLIENTS[client](echo, "POST", "/echo", BODY) == (200, BODY)


@pytest.mark.parametrize("client", CLIENTS)
def test_client_gets_the_head_alone(echo: Served, client: str) -> None:
    assert CLIENTS[client](echo, "HEAD", "/hello", None) == (200, b"")


@pytest.mark.parametrize("client", CLIENTS)
def test_client_learns_that_there_is_nothing(echo: Served, client: str) -> None:
    assert CLIENTS[client](echo, "GET", "/nothing", None)[0] == 404


def test_http_client_keeps_its_connection(echo: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", echo.port, timeout=TIMEOUT_S)
    kept = None
    for method in ["GET", "HEAD", "GET", "HEAD"]:
        connection.request(method, "/hello")
        assert connection.getresponse().read() == (b"" if method == "HEAD" else b"hello")
        kept = kept or connection.sock
        assert connection.sock is kept
    connection.close()


def test_libcurl_keeps_its_connection(echo: Served) -> None:
    curl = pycurl.Curl()
    opened = []
    for _ in range(4):
        assert with_curl_handle(curl, f"{echo.address}/hello", "GET", None) == (200, b"hello")
        opened.append(curl.getinfo(pycurl.NUM_CONNECTS))
    curl.close()
    assert opened == [1, 0, 0, 0]


def chunks() -> Iterator[bytes]:
    for start in range(0, len(BODY), 9973):
        yield BODY[start : start + 9973]


def test_requests_uploads_in_chunks(echo: Served) -> None:
    with requests.Session() as session:
        assert session.post(f"{echo.address}/echo", data=chunks(), timeout=TIMEOUT_S).content == BODY


def test_httpx_uploads_in_chunks(echo: Served) -> None:
    with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
        assert client.post(f"{echo.address}/echo", content=chunks()).content == BODY


def test_libcurl_uploads_in_chunks_and_waits_to_be_asked_for_them(echo: Served) -> None:
    curl, out, heads = pycurl.Curl(), io.BytesIO(), list[bytes]()
    curl.setopt(pycurl.URL, f"{echo.address}/echo")
    curl.setopt(pycurl.NOPROXY, "*")
    curl.setopt(pycurl.TIMEOUT, TIMEOUT_S)
    curl.setopt(pycurl.UPLOAD, 1)
    curl.setopt(pycurl.READDATA, io.BytesIO(BODY))
    curl.setopt(pycurl.HTTPHEADER, ["Transfer-Encoding: chunked", "Expect: 100-continue"])
    curl.setopt(pycurl.EXPECT_100_TIMEOUT_MS, 1000 * TIMEOUT_S)
    curl.setopt(pycurl.HEADERFUNCTION, heads.append)
    curl.setopt(pycurl.WRITEDATA, out)
    curl.perform()
    curl.close()
    assert out.getvalue() == BODY
    assert [line for line in heads if line.startswith(b"HTTP/")] == [
        b"HTTP/1.1 100 Continue\r\n",
        b"HTTP/1.1 200 OK\r\n",
    ]


def test_too_long_a_body_is_refused_and_the_client_can_read_that(echo: Served) -> None:
    for client in CLIENTS:
        if "node" not in client:
            assert CLIENTS[client](echo, "POST", "/echo", bytes(3 * 1024 * 1024))[0] == 413, client


@pytest.mark.parametrize(
    ("arguments", "told", "printed"),
    [
        (["-0", "{}/hello"], b"", b"hello"),
        (["{}/hello", "{}/hello"], b"", b"hellohello"),
        (["-T", "-", "{}/echo"], BODY, BODY),
        (["--data-binary", "@-", "-H", "Transfer-Encoding: chunked", "{}/echo"], BODY, BODY),
        (["--data-binary", "@-", "-H", "Expect: 100-continue", "{}/echo"], BODY, BODY),
        (["-o", "-", "-I", "-w", "%{{http_code}}", "{}/nothing"], b"", None),
    ],
)
def test_curl(echo: Served, arguments: list[str], told: bytes, printed: bytes | None) -> None:
    command = [found("curl"), "-sS", "--noproxy", "*", "--max-time", str(TIMEOUT_S)]
    command += [argument.format(echo.address) for argument in arguments]
    done = subprocess.run(command, input=told, capture_output=True, timeout=2 * TIMEOUT_S)
    assert done.returncode == 0, done.stderr
    if printed is None:
        assert done.stdout.endswith(b"404")
    else:
        assert done.stdout == printed


@pytest.mark.parametrize("arguments", [[], ["--no-http-keep-alive"], ["--post-data=hello"]])
def test_wget(echo: Served, arguments: list[str]) -> None:
    path = "/echo" if arguments == ["--post-data=hello"] else "/hello"
    command = [found("wget"), "-q", "-O", "-", "--no-proxy", "--tries=1", f"--timeout={TIMEOUT_S}", *arguments]
    done = subprocess.run([*command, f"{echo.address}{path}"], capture_output=True, timeout=2 * TIMEOUT_S)
    assert (done.returncode, done.stdout) == (0, b"hello"), done.stderr


def test_pipelined_requests_are_answered_in_order(echo: Served) -> None:
    with Raw(echo.port) as client:
        bodies = [b"%d" % n * n for n in range(1, 30)]
        client.send(b"".join(b"POST /echo HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(b), b) for b in bodies))
        assert [client.take_response().partition(b"\r\n\r\n")[2] for _ in bodies] == bodies


MESSAGES = ["héllo", b"", "", b"\x00\xff" * 524288, "x" * 65536]
NODE_WS = """
import WebSocket from "ws";
const socket = new WebSocket(process.argv[2], ["chat", "other"]);
const sent = ["h\u00e9llo", Buffer.from([0, 255]), Buffer.alloc(1 << 20, 7)];
const got = [];
socket.on("open", () => {
  for (const data of sent) socket.send(data);
  for (const [part, fin] of [["frag", false], ["ment", false], ["s", true]]) socket.send(part, { fin });
  socket.ping("are you there");
});
let pong = "";
socket.on("pong", (data) => { pong = data.toString(); socket.close(4000, "done"); });
socket.on("message", (data, isBinary) => got.push([isBinary, data.length]));
socket.on("close", (code) => console.log(JSON.stringify([socket.protocol, got, pong, code])));
"""


def test_websockets_client(echo: Served) -> None:
    address = echo.address.replace("http", "ws")
    with websockets.sync.client.connect(
        f"{address}/ws",
        subprotocols=["chat"],
        max_size=None,
        proxy=None,
        open_timeout=TIMEOUT_S,
        close_timeout=TIMEOUT_S,
    ) as client:
        assert client.subprotocol == "chat"
        for message in MESSAGES:
            client.send(message)
            assert client.recv(TIMEOUT_S) == message
        client.send(iter(["in ", "frag", "ments"]))
        assert client.recv(TIMEOUT_S) == "in fragments"
        assert client.ping(b"are you there").wait(TIMEOUT_S)
        client.close(4000, "done")
        assert (client.close_code, client.close_reason) == (4000, "")


def test_aiohttp_websocket_client(echo: Served) -> None:
    async def talk() -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{echo.address}/ws", protocols=["chat"], max_msg_size=0) as client,
        ):
            assert client.protocol == "chat"
            for message in MESSAGES:
                await (client.send_str(message) if isinstance(message, str) else client.send_bytes(message))
                assert (await client.receive()).data == message
            await client.close(code=4000)
            assert client.close_code == 4000

    in_loop(talk)


def test_node_websocket_client(echo: Served) -> None:
    answer = json.loads(run_node(NODE_WS, f"{echo.address}/ws"))
    got = [[False, 6], [True, 2], [True, 1 << 20], [False, 9]]
    assert answer == ["chat", got, "are you there", 4000]


PAGE = """
def page(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        body = b'<!doctype html><title>A device</title><link rel="icon" href="data:,">'
        head = 'HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(body)
        Net.send(conn, head.encode() + body)

def echo(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        body = HTTP.param(ev_data, HTTP.BODY).encode('utf-8', 'surrogateescape')
        Net.send(conn, b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(body) + body)

def ws(conn, ev, ev_data):
    if ev == HTTP.EV_WS_FRAME:
        payload = HTTP.param(ev_data, HTTP.BODY)
        HTTP.ws_send(conn, HTTP.ws_opcode(ev_data), payload)

server = HTTP.get_system_server()
HTTP.add_endpoint(server, '/$', page)
HTTP.add_endpoint(server, '/echo', echo)
HTTP.add_endpoint(server, '/ws', ws)
"""

IN_PAGE = """async () => {
  const bytes = Uint8Array.from({ length: 100000 }, (_, i) => i % 256);
  const same = (buffer) => {
    const got = new Uint8Array(buffer);
    return got.length === bytes.length && got.every((byte, i) => byte === bytes[i]);
  };
  const fetched = await fetch("/echo", { method: "POST", body: bytes });
  const asked = await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/echo");
    request.responseType = "arraybuffer";
    request.onload = () => resolve(request.response);
    request.onerror = reject;
    request.send(bytes);
  });
  const many = await Promise.all(
    Array.from({ length: 30 }, (_, i) => fetch("/echo", { method: "PUT", body: `${i}` }).then((r) => r.text())));
  const socket = new WebSocket(`ws://${location.host}/ws`, ["chat", "other"]);
  socket.binaryType = "arraybuffer";
  const told = [];
  const closed = await new Promise((resolve, reject) => {
    socket.onerror = reject;
    socket.onopen = () => { socket.send("h\\u00e9llo"); socket.send(bytes); };
    socket.onmessage = ({ data }) => {
      told.push(typeof data === "string" ? data : same(data));
      if (told.length === 2) socket.close(3001, "done");
    };
    socket.onclose = ({ code, wasClean }) => resolve([code, wasClean]);
  });
  return {
    fetched: same(await fetched.arrayBuffer()), asked: same(asked),
    many: many.join() === Array.from({ length: 30 }, (_, i) => i).join(),
    protocol: socket.protocol, told, closed,
  };
}"""


def test_page_that_the_device_serves_reaches_it_with_fetch_xhr_and_websocket(browser: Browser, serve: Serve) -> None:
    served = serve(PAGE)
    page = browser.new_page()
    page.goto(served.address)
    assert page.title() == "A device"
    assert page.evaluate(IN_PAGE) == {
        "fetched": True,
        "asked": True,
        "many": True,
        "protocol": "chat",
        "told": ["h\u00e9llo", True],
        "closed": [3001, True],
    }
    page.close()
