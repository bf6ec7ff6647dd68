"""Is the table of presets: networks that people meet, as sets of rules, and what a real device does there."""

from __future__ import annotations

from typing import Final, NamedTuple

from sim.network.lab.form import RuleError

__all__ = ["PRESETS", "Preset", "find_preset", "presets_json"]


class Preset(NamedTuple):
    """A set of rules with a plain name."""

    name: str
    about: str
    """What a real device does then."""
    rules: tuple[dict[str, object], ...]

    def to_json(self) -> dict[str, object]:
        """Return it as JSON."""
        return {"name": self.name, "about": self.about, "rules": [dict(rule) for rule in self.rules]}


PRESETS: Final[dict[str, Preset]] = {
    preset.name: preset
    for preset in (
        Preset(
            "train through a tunnel",
            "Every minute nothing gets through for 20 s: the device keeps its connections, sends again with "
            "ever longer pauses, and goes on some seconds after the tunnel, when the next attempt is due.",
            (
                {"kind": "latency", "ms": 60},
                {"kind": "jitter", "ms": 40},
                {"kind": "partition", "start": 10, "lasts": 20, "every": 60},
            ),
        ),
        Preset(
            "busy access point",
            "Many share the air: answers come late and unevenly, some packets are lost and sent again, and "
            "short timeouts of firmware that was tested on a quiet desk begin to fire.",
            (
                {"kind": "bandwidth", "kbit": 1000},
                {"kind": "jitter", "ms": 120},
                {"kind": "loss", "percent": 3},
            ),
        ),
        Preset(
            "edge of the WiFi",
            "Packets are lost all the time and twice a minute the device loses its network: its firmware sees "
            "the events of the network, and connections that were quiet meanwhile survive.",
            (
                {"kind": "bandwidth", "kbit": 250},
                {"kind": "loss", "percent": 12},
                {"kind": "wifi-off", "start": 15, "lasts": 4, "every": 30},
            ),
        ),
        Preset(
            "router restart",
            "WiFi is gone for 45 s and then returns: the device gets its address again, open connections go on "
            "if neither side gave up, and new ones fail at once meanwhile.",
            ({"kind": "wifi-off", "start": 1, "lasts": 45},),
        ),
        Preset(
            "captive portal",
            "Somebody in between answers every HTTP request with a redirection to a log-in page: a device "
            "cannot log in, so it has to notice that the answer is not from its server.",
            (
                {
                    "kind": "http-status",
                    "status": 302,
                    "location": "http://portal.example/login",
                    "body": "Please log in.",
                },
            ),
        ),
        Preset(
            "flaky cloud",
            "One answer in three is 503 and one in five comes 3 s late: firmware that tries again at once makes"
            " it worse, firmware that waits gets through.",
            (
                {"kind": "http-delay", "ms": 3000, "percent": 20},
                {"kind": "http-status", "body": "try again later", "percent": 33},
            ),
        ),
        Preset(
            "forgetful router",
            "The router forgets a connection that was silent for a minute: the device believes it open, and "
            "learns the truth only when what it sends is never acknowledged; a keep-alive below a minute avoids"
            " that.",
            ({"kind": "half-open", "idle": 60},),
        ),
        Preset(
            "satellite link",
            "Every round trip takes more than half a second on a fast link: nothing is lost, but each question "
            "that waits for the answer before it costs the user that time.",
            (
                {"kind": "latency", "ms": 280},
                {"kind": "bandwidth", "kbit": 2000},
            ),
        ),
        Preset(
            "old mobile modem",
            "The link is as slow as GPRS and pauses: a page of 50 KB takes ten seconds, and TCP takes slowness "
            "for loss now and then and sends again what had arrived.",
            (
                {"kind": "bandwidth", "kbit": 40},
                {"kind": "latency", "ms": 300},
                {"kind": "jitter", "ms": 200},
            ),
        ),
        Preset(
            "strict firewall",
            "New connections are refused: the device gets a reset for each attempt, as where nobody listens.",
            ({"kind": "refuse"},),
        ),
    )
}


def find_preset(name: str) -> Preset:
    """Return a preset by its name.

    Raises:
        RuleError: there is none of that name.
    """
    if name not in PRESETS:
        raise RuleError(f"there is no preset {name!r}; there are {', '.join(map(repr, PRESETS))}")
    return PRESETS[name]


def presets_json() -> list[dict[str, object]]:
    """Return the table as JSON."""
    return [preset.to_json() for preset in PRESETS.values()]
