# A thermostat that is set and read by RPC, and tells its readings to every browser that listens at /live.
# Try: curl 'http://127.0.0.1:8080/rpc/Thermostat.Set?target=23', then curl http://127.0.0.1:8080/rpc/Thermostat.Get
state = {'target': 21.0, 'temperature': 18.0, 'heating': True}
listeners = []


def update():
    state['heating'] = state['temperature'] < state['target']
    text = '{"temperature": %.1f, "heating": %s}' % (state['temperature'], str(state['heating']).lower())
    for conn in listeners:
        HTTP.ws_send(conn, 1, text)


def get(args):
    return state


def set_target(args):
    target = (args or {}).get('target')
    if not isinstance(target, (int, float)) or not 5 <= target <= 30:
        return {'error': 400, 'message': 'target must be a number from 5 to 30'}
    state['target'] = target
    update()
    return state


def measured(args):
    state['temperature'] = (args or {}).get('temperature', state['temperature'])
    update()


def live(conn, ev, ev_data):
    if ev == HTTP.EV_WS_HANDSHAKE_DONE:
        listeners.append(conn)
        update()
    elif ev == Net.EV_CLOSE and conn in listeners:
        listeners.remove(conn)


RPC.addHandler('Thermostat.Get', get)
RPC.addHandler('Thermostat.Set', set_target)
RPC.addHandler('Thermostat.Measured', measured)
HTTP.add_endpoint(HTTP.get_system_server(), '/live', live)
