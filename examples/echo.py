# Three endpoints to try clients on: /hello answers a constant, /echo the body, /ws WebSocket frames as they came.
# Try: POST a body to /echo, or connect a WebSocket to /ws and send it a message.
server = HTTP.get_system_server()


def answer(conn, request, body, content_type='text/plain'):
    head = f'HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n'
    is_head = HTTP.param(request, HTTP.METHOD) == 'HEAD'
    Net.send(conn, head.encode() + (b'' if is_head else body))


def hello(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        answer(conn, ev_data, b'hello')


def echo(conn, ev, ev_data):
    if ev == HTTP.EV_REQUEST:
        body = HTTP.param(ev_data, HTTP.BODY)
        answer(conn, ev_data, body.encode('utf-8', 'surrogateescape'), 'application/octet-stream')


def ws(conn, ev, ev_data):
    if ev == HTTP.EV_WS_FRAME:
        payload = HTTP.param(ev_data, HTTP.BODY)
        HTTP.ws_send(conn, HTTP.ws_opcode(ev_data), payload)


HTTP.add_endpoint(server, '/hello', hello)
HTTP.add_endpoint(server, '/echo', echo)
HTTP.add_endpoint(server, '/ws', ws)
