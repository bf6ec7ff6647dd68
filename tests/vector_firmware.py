# ruff: noqa: F821
"""Is firmware that carries out the program of a vector case and prints each event that a handler sees, as JSON.

It runs on a device like any other firmware, with `HTTP`, `Net` and `print` as globals; the player puts a line in front
of it that sets `CASE`. What the API of the firmware has no call for stands in one place, under "The seam".
"""

import json

HTTP_EVENTS = (100, 101, 102, 111)
PORT = 8000
BUSY_PORT = 8001
HEALTH_PORT = 8003


def note(**facts):
    print(json.dumps(facts))


def make_handler(name, to):
    rules = CASE["setup"]["handlers"][name]
    seen = {}

    def handler(conn, ev, ev_data, userdata):
        if ev == Net.EV_POLL:
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
    if ev in HTTP_EVENTS:
        names = ("METHOD", "URI", "PROTOCOL", "BODY", "MESSAGE", "QUERY_STRING")
        return {"http": {name.lower(): HTTP.param(ev_data, getattr(HTTP, name)) for name in names}}
    if ev == Net.EV_CONNECT:
        return {"status": ev_data}
    if ev == Net.EV_SEND:
        return {"nbytes": ev_data}
    if ev == Net.EV_RECV:
        buffer = received_of(conn)
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
            SEAM[other](conn, rule)


def http_server():
    server = HTTP.bind(str(PORT))
    for endpoint in CASE["setup"]["endpoints"]:
        HTTP.add_endpoint(server, endpoint["uri"], make_handler(endpoint["handler"], "endpoint"), None)


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


def clear_disconnect_flag(conn, rule):
    conn.is_closing = False


def clear_recv_buffer(conn, rule):
    conn.received.clear()


def remove_from_recv_buffer(conn, rule):
    del conn.received[: rule["arg"]]


def set_timer_ms(conn, rule):
    def fire():
        if not conn.is_closed:
            conn.tell(Net.EV_TIMER)

    context().clock.call_later(rule["arg"] * 1000, fire)


def close_immediately(conn, rule):
    conn.out.clear()
    conn.disconnect()


def not_there_yet(conn, rule):
    """Do nothing: no case that is compared today depends on it."""


SEAM = {
    "clear_disconnect_flag": clear_disconnect_flag,
    "clear_recv_buffer": clear_recv_buffer,
    "remove_from_recv_buffer": remove_from_recv_buffer,
    "set_timer_ms": set_timer_ms,
    "close_immediately": close_immediately,
    "address_to_string": not_there_yet,
    "attach_http_protocol": not_there_yet,
    "delete_chunk": not_there_yet,
    "http_error_helper": not_there_yet,
    "send_ws_client_handshake": not_there_yet,
    "send_ws_frame": not_there_yet,
}

# The machine of the observations has no server of its own on port 80
context().host.shut_down()
Net.bind(f"tcp://:{BUSY_PORT}", lambda: None, None)
Net.bind(f"udp://:{BUSY_PORT}", lambda: None, None)
HTTP.bind(str(HEALTH_PORT))
PROGRAMS[CASE["kind"]]()
