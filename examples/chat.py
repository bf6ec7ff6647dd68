# A chat over WebSocket: what one browser sends at /chat, all get.
# Try: open two WebSocket clients on ws://127.0.0.1:8080/chat and write.
people = {}


def tell_all(text):
    for conn in people:
        HTTP.ws_send(conn, 1, text)


def chat(conn, ev, ev_data):
    if ev == HTTP.EV_WS_HANDSHAKE_DONE:
        people[conn] = 'guest %d' % (len(people) + 1)
        tell_all(people[conn] + ' joined')
    elif ev == HTTP.EV_WS_FRAME:
        tell_all(people[conn] + ': ' + HTTP.param(ev_data, HTTP.BODY))
    elif ev == Net.EV_CLOSE and conn in people:
        tell_all(people.pop(conn) + ' left')


HTTP.add_endpoint(HTTP.get_system_server(), '/chat', chat)
