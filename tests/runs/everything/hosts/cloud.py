"""Answers with what it has drawn, and fails now and then; asks the device over UDP."""

import random

drawn = []


def orders(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        drawn.append(random.choice(["rest", "work", "play"]))
        if random.random() < 0.3:
            Net.send(conn, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            body = f"{drawn[-1]} {random.gauss(0, 1):.6f} {sorted(set(drawn))}"
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            Net.send(conn, head + body)
        Net.disconnect(conn)


def datagram(conn, ev, ev_data):
    if ev == Net.EV_CONNECT:
        Net.send(conn, "who is there?")
    elif ev == Net.EV_RECV:
        print("heard", ev_data)


HTTP.add_endpoint(HTTP.get_system_server(), "/orders", orders)
Timer.set(450, Timer.REPEAT, lambda: Net.connect("udp://device:5000", datagram))
