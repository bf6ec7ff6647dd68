"""Has a device that causes every kind of row in the traffic."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.screen import Screen

__all__ = ["FIRMWARE", "boot_with_broker"]

FIRMWARE = """\
server = HTTP.get_system_server()

def chunked(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n')
        for part in ('5\\r\\nhello\\r\\n', '6\\r\\n world\\r\\n', '0\\r\\n\\r\\n'):
            Net.send(conn, part)

GIF = (b'GIF89a\\x01\\x00\\x01\\x00\\x80\\x00\\x00\\x00\\x00\\x00\\xff\\xff\\xff!\\xf9\\x04\\x01\\x00\\x00\\x00\\x00,'
       b'\\x00\\x00\\x00\\x00\\x01\\x00\\x01\\x00\\x00\\x02\\x02D\\x01\\x00;')

def picture(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, b'HTTP/1.0 200 OK\\r\\nContent-Type: image/gif\\r\\n\\r\\n' + GIF)
        Net.disconnect(conn)

LEVEL = '{"led": {"on": true, "level": 7}}'

def data(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.send(conn, 'HTTP/1.0 200 OK\\r\\nContent-Type: application/json\\r\\n\\r\\n' + LEVEL)
        Net.disconnect(conn)

def write(conn, ev, ev_data):
    if ev == Net.EV_CONNECT:
        Net.send(conn, 'a datagram')

def ask(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        Net.connect('127.0.0.1:81', lambda *event: None)
        Net.connect('nowhere.example:80', lambda *event: None)
        Net.connect('udp://192.168.4.2:9', write)
        MQTT.pub('home/led', 'on', 1)
        Net.send(conn, 'HTTP/1.0 204 No Content\\r\\n\\r\\n')
        Net.disconnect(conn)

def echo(conn, ev, ev_data):
    if ev == HTTP.EV_WS_FRAME:
        HTTP.ws_send(conn, 1, HTTP.param(ev_data, HTTP.BODY))

HTTP.add_endpoint(server, '/chunked', chunked)
HTTP.add_endpoint(server, '/picture', picture)
HTTP.add_endpoint(server, '/data', data)
HTTP.add_endpoint(server, '/ask', ask)
HTTP.add_endpoint(server, '/echo', echo)
MQTT.sub('home/#', lambda *message: None)
"""

CONFIG = '{"config": {"mqtt": {"enable": true, "server": "broker:1883"}}}'


def boot_with_broker(screen: Screen) -> None:
    """Run the firmware on a device that has a broker."""
    screen.run(FIRMWARE)
    screen.page.get_by_text("Headers and body").click()
    for path, body in [("/rpc/Config.Set", CONFIG), ("/rpc/Config.Save", "{}")]:
        screen.page.get_by_label("Body", exact=True).fill(body)
        screen.send("POST", path)
        expect(screen.messages.filter(has_text=f"POST {path}")).to_have_count(1)
        expect(screen.answer).to_contain_text("200 OK")
    screen.page.get_by_label("Body", exact=True).fill("")
    screen.press("Restart")
    expect(screen.messages.filter(has_text="SUBSCRIBE")).not_to_have_count(0)
