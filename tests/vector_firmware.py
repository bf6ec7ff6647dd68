# ruff: noqa: F821
"""Is firmware that carries out the program of a vector case and prints each event that a handler sees, as JSON.

It runs on a device like any other firmware, with `HTTP`, `Net` and `print` as globals; the player puts a line in front
of it that sets `CASE`. What the API of the firmware has no call for stands in one place, under "The seam".
"""

import json

from sim.api.exchange import HttpClient
from sim.api.library.client import LibraryClient
from sim.mhttp.files import serve_file
from sim.mhttp.writer import LIBRARY_REASONS, REASONS, write_error

HTTP_EVENTS = (100, 101, 102, 111, 121)
PORT = 8000
BUSY_PORT = 8001
HEALTH_PORT = 8003


def note(**facts):
    print(json.dumps(facts))


def make_handler(name, to, rules=None):
    rules = CASE["setup"]["handlers"][name] if rules is None else rules
    seen = {}

    def handler(conn, ev, ev_data, userdata):
        if ev == Net.EV_POLL:
            return
        if to == "endpoint" and userdata != name:
            note(to=to, handler="(endpoint handler, wrong userdata)", connection=number_of(conn), ev=ev)
            return
        nth = seen[ev] = seen.get(ev, 0) + 1
        note(to=to, handler=name, connection=number_of(conn), ev=ev, **details(conn, ev, ev_data))
        for rule in rules:
            if rule["on"] == ev and rule.get("nth", nth) == nth:
                if "delay_ms" in rule:
                    later(rule["delay_ms"], conn, rule, ev_data)
                else:
                    act(conn, rule, ev_data)

    return handler


def details(conn, ev, ev_data):
    if ev in HTTP_EVENTS and is_in_place():
        return {"http": slices(ev, ev_data)}
    if ev == 112 and is_in_place():
        code = {"code": ev_data.status} if ev_data is not None and ev_data.status else {}
        return {"ev_data_is_null": ev_data is None, **code}
    if ev in (113, 114):
        flags = ev_data.is_final << 7 | ev_data.reserved | ev_data.opcode
        return {"flags": flags, "data": ev_data.payload.decode("latin-1")}
    if 122 <= ev <= 125:
        facts = {"var_name": ev_data.var_name, "file_name": ev_data.file_name, "status": ev_data.status}
        return {**facts, "data": ev_data.data.decode("latin-1")}
    if ev in HTTP_EVENTS:
        names = ("METHOD", "URI", "PROTOCOL", "BODY", "MESSAGE", "QUERY_STRING")
        return {"http": {name.lower(): HTTP.param(ev_data, getattr(HTTP, name)) for name in names}}
    if ev == Net.EV_CONNECT:
        return {"status": ev_data}
    if ev == Net.EV_SEND:
        return {"nbytes": ev_data}
    if ev == Net.EV_RECV:
        buffer = received_of(conn)
        if ev_data > len(buffer):
            return {"nbytes": ev_data, "recv_buffer": buffer}
        data = buffer[len(buffer) - ev_data :]
        return {"nbytes": ev_data, "data": data, **({} if data == buffer else {"recv_buffer": buffer})}
    if ev == Net.EV_CLOSE:
        return {"recv_buffer_left": len(received_of(conn))}
    return {}


def act(conn, rule, ev_data):
    match rule["do"]:
        case "send":
            Net.send(conn, rule["data"].encode("latin-1"))
        case "disconnect":
            Net.disconnect(conn)
        case "param":
            note(param_call=[rule["arg"], HTTP.param(ev_data, rule["arg"])])
        case other:
            SEAM[other](conn, rule, ev_data)


def http_server():
    server = HTTP.bind(str(PORT))
    for endpoint in CASE["setup"].get("endpoints", ()):
        name = endpoint["handler"]
        HTTP.add_endpoint(server, endpoint["uri"], make_handler(name, "endpoint"), name)
    if is_in_place():
        server.own_handler = make_handler("(default)", "default", DEFAULTS[CASE["setup"].get("default")])
        server.dropped_handler = watch_dropped


def net_server():
    Net.bind(str(PORT), make_handler("n", "connection"), None)


def udp_server():
    Net.bind(f"udp://:{PORT}", make_handler("n", "connection"), None)


def client(connect):
    conn = connect(CASE["setup"]["target"], make_handler("c", "connection"), None)
    note(connect_returned="null" if conn is None else "connection")
    for action in CASE["setup"].get("right_after_connect_call", ()):
        act(conn, action, None)


def bind(listener):
    note(returned="null" if listener is None else "listener")


def net_connect():
    CASE["setup"] = {"handlers": {"c": []}}
    conn = Net.connect(CASE["input"], make_handler("c", "connection"), None)
    note(returned="null" if conn is None else "connection")


PROGRAMS = {
    "http-server": http_server,
    "net-server": net_server,
    "udp-server": udp_server,
    "http-client": lambda: client(HTTP.connect),
    "net-client": lambda: client(Net.connect),
    "udp-client": lambda: client(Net.connect),
    "net-bind": lambda: bind(Net.bind(CASE["input"], lambda: None, None)),
    "http-bind": lambda: bind(HTTP.bind(CASE["input"])),
    "net-connect": net_connect,
}


# The seam: things that C programs on the library do and that the firmware's API has no call for


def number_of(conn):
    """Return the number that the trace has for a connection."""
    return conn.number


def received_of(conn):
    """Return what the connection's receive buffer holds."""
    return bytes(conn.received).decode("latin-1")


def context():
    """Return what all globals of this boot share."""
    return Net._stack.context


def later(delay_ms, conn, rule, ev_data):
    """Act after a while, if the connection still exists."""

    def run():
        if not conn.is_closed:
            act(conn, rule, ev_data)

    context().clock.call_later(delay_ms * 1000, run)


def is_in_place():
    """Tell whether event data is a message in the receive buffer, whose parts are to be read without side effects."""
    return context().profile.reads_in_place


def slices(ev, message):
    """Return the parts of a message in the receive buffer, as the observations write them."""
    memory, head = message.memory, message.head

    def text(place):
        return None if place is None else bytes(memory[place[0] : place[1]]).decode("latin-1")

    names = ("method", "uri", "protocol", "body", "message", "query_string")
    parts = {name: message.slices()[index] for index, name in enumerate(names)}
    http = {"resp_code": head.status} if head.status else {}
    for name, place in parts.items():
        if name not in ("body", "message"):
            http[name] = text(place)
            continue
        start, end = place
        if start <= end <= len(memory) and ev != 111:
            http[name] = text(place)
            continue
        if ev != 111:
            http[name] = text((start, len(memory)))
        http[f"{name}_len"] = end - start
    http["headers"] = [[text(name), text(value)] for name, value in head.fields]
    return http


def watch_dropped(conn, ev, ev_data, userdata):
    if ev != Net.EV_POLL:
        note(to="dropped", handler="(none)", connection=number_of(conn), ev=ev)


def clear_disconnect_flag(conn, rule, ev_data):
    conn.is_closing = False


def clear_recv_buffer(conn, rule, ev_data):
    conn.received.clear()


def remove_from_recv_buffer(conn, rule, ev_data):
    del conn.received[: rule["arg"]]


def set_timer_ms(conn, rule, ev_data):
    def fire():
        if not conn.is_closed:
            conn.tell(Net.EV_TIMER)

    context().clock.call_later(rule["arg"] * 1000, fire)


def close_immediately(conn, rule, ev_data):
    conn.drop()


def delete_chunk(conn, rule, ev_data):
    conn.layer.deletes_chunk = True


def http_error_helper(conn, rule, ev_data):
    reasons = LIBRARY_REASONS if is_in_place() else REASONS
    conn.send(write_error(rule["arg"], context().profile.server, reasons=reasons))
    conn.disconnect()


def send_ws_client_handshake(conn, rule, ev_data):
    conn.layer.shake_hands(conn, rule["path"], "" if is_in_place() else "peer")


def send_ws_frame(conn, rule, ev_data):
    data = rule["data"].encode("latin-1")
    if is_in_place():
        conn.layer.send_frame(conn, rule["op"], data, is_final=rule.get("fin", True))
    else:
        HTTP.ws_send(conn, rule["op"], data)


def attach_http_protocol(conn, rule, ev_data):
    conn.layer = (LibraryClient if is_in_place() else HttpClient)(context())


def serve_files(conn, rule, ev_data):
    answer, is_last = serve_file(ev_data.request_head, context().files, context().clock.now_us, context().profile)
    conn.send(answer)
    if is_last:
        conn.disconnect()


def not_compared(conn, rule, ev_data):
    """Do nothing: what comes of it is not compared."""


SEAM = {
    "clear_disconnect_flag": clear_disconnect_flag,
    "clear_recv_buffer": clear_recv_buffer,
    "remove_from_recv_buffer": remove_from_recv_buffer,
    "set_timer_ms": set_timer_ms,
    "close_immediately": close_immediately,
    "address_to_string": not_compared,
    "attach_http_protocol": attach_http_protocol,
    "delete_chunk": delete_chunk,
    "http_error_helper": http_error_helper,
    "send_ws_client_handshake": send_ws_client_handshake,
    "send_ws_frame": send_ws_frame,
    "serve_files": serve_files,
}

NOT_FOUND = [{"on": 100, "do": "http_error_helper", "arg": 404}]
DEFAULTS = {
    None: [],
    "error helper 404, reason null": NOT_FOUND,
    "serve files": [{"on": 100, "do": "serve_files"}],
}

# The machine of the observations has no server of its own on port 80
context().host.shut_down()
Net.bind(f"tcp://:{BUSY_PORT}", lambda: None, None)
Net.bind(f"udp://:{BUSY_PORT}", lambda: None, None)
HTTP.bind(str(HEALTH_PORT))
PROGRAMS[CASE["kind"]]()
