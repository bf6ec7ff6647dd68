"""Holds the C functions behind the clouds that are never connected."""

from __future__ import annotations

import json

from sim.api.modules import Modules
from sim.natives.hardware import Natives
from sim.natives.text import as_memory, as_text

__all__ = ["cloud_natives"]


def cloud_natives(modules: Modules) -> Natives:
    """Return the C functions behind the clouds that are never connected."""
    aws, shadow, blynk = modules.AWS, modules.Shadow, modules.Blynk

    def send_blynk(kind: int, message: bytes | None, number: int) -> None:
        blynk.send(None, kind, as_text(message), number)

    def send_raw(conn: object, kind: int, number: int, message: object, length: int) -> None:
        blynk.send(None, kind, as_text(as_memory(message, length)), number)

    return {
        "blynk_send": send_raw,
        "mgos_aws_is_connected": aws.isConnected,
        "sim_aws_shadow_set_state_handler": aws.Shadow.setStateHandler,
        "mgos_aws_shadow_get": aws.Shadow.get,
        "mgos_aws_shadow_get_last_state_version": aws.Shadow.getVersion,
        "mgos_aws_shadow_update_simple": lambda version, state: aws.Shadow.update(version, _value(state)),
        "mgos_aws_shadow_event_name": lambda event: aws.Shadow.eventName(event).encode("ascii"),
        "sim_shadow_add_handler": lambda handler, userdata: shadow.addHandler(handler),
        "mgos_shadow_get": shadow.get,
        "mgos_shadow_update": lambda version, state: shadow.update(version, _value(state)),
        "mgos_azure_is_connected": modules.Azure.isConnected,
        "mgos_azure_send_d2c_msgp": lambda props, body: modules.Azure.sendD2CMsg(as_text(props), as_text(body)),
        "mgos_gcp_is_connected": modules.GCP.isConnected,
        "mgos_gcp_send_eventp": lambda data: modules.GCP.sendEvent(as_text(data)),
        "mgos_watson_is_connected": modules.Watson.isConnected,
        "mgos_watson_send_event_jsonp": lambda name, value: modules.Watson.sendEventJSON(as_text(name), _value(value)),
        "mgos_dash_is_connected": modules.Dash.isConnected,
        "mgos_dash_notify": lambda name, data: modules.Dash.notify(as_text(name), as_text(data)),
        "sim_blynk_is_connected": blynk.isConnected,
        "blynk_set_handler": blynk.setHandler,
        "sim_blynk_send": send_blynk,
        "sim_blynk_virtual_write": lambda pin, value, number: blynk.virtualWrite(None, pin, _value(value), number),
    }


def _value(text: bytes | None) -> object:
    """Return what a program wrote as JSON, or the text itself if it is none."""
    try:
        return json.loads(as_text(text))
    except ValueError:
        return as_text(text)
