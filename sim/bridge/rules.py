"""Lets the page break the network: what rules there can be, and those that are set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sim.bridge.message import BridgeError, Message, field_of, text_of, whole_of
from sim.network.network import Network

if TYPE_CHECKING:
    from sim.network.lab import Rule

__all__ = ["Rules", "forms_of"]


class Owner(Protocol):
    """What has the network."""

    @property
    def network(self) -> Network:
        """The network."""


class Rules:
    """The rules of the network by the numbers that the records give them."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def list(self, message: Message) -> dict[str, object]:
        """Return the table of kinds, that of presets, and the rules that are set."""
        from sim.network.lab import kinds_json, presets_json  # here: a start has no use for it

        rules = [_state_of(rule) for rule in self._owner.network.rules]
        return {"kinds": kinds_json(), "presets": presets_json(), "rules": rules}

    def add(self, message: Message) -> dict[str, object]:
        """Set a rule, or the rules of a preset with `values` for all of them; their numbers."""
        network = self._owner.network
        if "preset" in message:
            made = network.preset(text_of(message, "preset"), **_object_of(message, "values", {}))
        else:
            made = [network.rule(_object_of(message, "rule"))]
        return {"rules": [rule.number for rule in made]}

    def remove(self, message: Message) -> dict[str, object]:
        """Take a rule away."""
        self._rule(message).remove()
        return {}

    def enable(self, message: Message) -> dict[str, object]:
        """Let a rule act again, or no more."""
        rule = self._rule(message)
        (rule.enable if field_of(message, "enabled", True) else rule.disable)()
        return {}

    def _rule(self, message: Message) -> Rule:
        number = whole_of(message, "rule")
        for rule in self._owner.network.rules:
            if rule.number == number:
                return rule
        raise BridgeError(f"there is no rule {number}")


def forms_of(network: Network) -> list[dict[str, object]]:
    """Return the JSON forms of the rules of a network, for the one that takes its place."""
    return [{**rule.to_json(), "enabled": rule.is_enabled} for rule in network.rules]


def _state_of(rule: Rule) -> dict[str, object]:
    """Return a rule as the snapshot has it."""
    values = {name: value for name, value in rule.to_json().items() if name != "kind"}
    return {
        "rule": rule.number,
        "kind": rule.kind.name,
        "values": values,
        "enabled": rule.is_enabled,
        "hits": rule.hits,
    }


def _object_of(message: Message, name: str, default: object = None) -> dict[str, object]:
    value = field_of(message, name, default)
    if not isinstance(value, dict):
        raise BridgeError(f"{name!r} must be an object")
    return value
