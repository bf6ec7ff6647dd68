def echo(conn, ev, ev_data):
    if ev == HTTP.EV_WS_FRAME:
        body = HTTP.param(ev_data, HTTP.BODY)
        if body == 'bye':
            HTTP.ws_send(conn, 8, b'\x0f\xa0so long')
        else:
            HTTP.ws_send(conn, HTTP.ws_opcode(ev_data), body)


def hello(conn, ev, ev_data):
    if ev == HTTP.EV_WS_HANDSHAKE_DONE:
        HTTP.ws_send(conn, 1, '{"hello": true}')
        HTTP.ws_send(conn, 2, b'\x00\xff')


server = HTTP.get_system_server()
HTTP.add_endpoint(server, '/ws', echo)
HTTP.add_endpoint(server, '/hello', hello)
