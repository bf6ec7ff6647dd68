"""Records what the page draws until its own device is there: the first example, and the answer to one request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sim.bridge import Bridge

__all__ = ["TARGET", "record", "script_of"]

TARGET = "/my/api"
"""What is asked for, as web/control.js does once the device is there."""

DRAWN = ("host.added", "device.booted", "name.resolved", "connection.", "segment.", "http.")
"""How the types of the records begin that web/model.js and web/traffic/history.js make something of; others go."""

HTTP_OK = 200


def record(files: Mapping[str, str]) -> dict[str, object]:
    """Boot a firmware, ask it for `TARGET` from the page's host, and return what the page gets to see of that.

    The result has `records`, `snapshot` and `answer`, as messages between page and worker have them (docs/design.md).
    Raises RuntimeError when the firmware does not start, or answers otherwise than with 200: then it is no example.
    """
    told: list[dict[str, Any]] = []
    bridge = Bridge(lambda text: told.append(json.loads(text)))
    bridge.handle(json.dumps({"id": 1, "type": "boot", "files": dict(files)}), 0)
    request = {"method": "GET", "target": TARGET, "headers": [], "body": ""}
    bridge.handle(json.dumps({"id": 2, "type": "http.fetch", **request}), 0)
    answers = {message["id"]: message for message in told if "id" in message}
    last = answers.get(2, answers[1])
    if not last.get("ok") or last["value"].get("status") != HTTP_OK:
        raise RuntimeError(f"the example cannot be recorded, for {TARGET} gives: {last}")
    batches = [message for message in told if message.get("type") == "records"]
    return {
        "records": [one for batch in batches for one in batch["records"] if one["type"].startswith(DRAWN)],
        "snapshot": batches[-1]["snapshot"],
        "answer": last["value"],
    }


def script_of(recorded: Mapping[str, object]) -> str:
    """Return a module for the bundler, with what `record` has returned."""
    return f"export const RECORDED = {json.dumps(recorded, separators=(',', ':'))};\n"
