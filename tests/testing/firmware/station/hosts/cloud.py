import json

seen = []


def take(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        seen.append(json.loads(HTTP.param(ev_data, HTTP.BODY))['value'])
        print('got', seen[-1])
        Net.send(conn, 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nthanks')


HTTP.add_endpoint(HTTP.get_system_server(), '/temperature', take)
