"""Folds the records of rules into which there are now, and how often each had an effect."""

from __future__ import annotations

import json

from sim.event import RuleAdded, RuleApplied, RuleChanged
from sim.values import mutable

__all__ = ["RulesView"]


@mutable
class _Rule:
    rule: int
    kind: str
    values: dict[str, object]
    enabled: bool = True
    hits: int = 0


class RulesView:
    """The rules that are set, in their order."""

    def __init__(self) -> None:
        self._rules: dict[int, _Rule] = {}

    def take(self, event: RuleAdded | RuleApplied | RuleChanged) -> None:
        """Fold a record in."""
        if isinstance(event, RuleAdded):
            values = json.loads(event.params)
            self._rules[event.rule] = _Rule(event.rule, values.pop("kind", event.kind), values)
        elif (rule := self._rules.get(event.rule)) is None:
            return  # it was removed, and its last effect is told behind that
        elif isinstance(event, RuleApplied):
            rule.hits += 1
        elif event.state == "removed":
            del self._rules[event.rule]
        else:
            rule.enabled = event.state == "enabled"

    def to_json(self) -> list[dict[str, object]]:
        """Return them as the snapshot has them."""
        return [
            {"rule": one.rule, "kind": one.kind, "values": one.values, "enabled": one.enabled, "hits": one.hits}
            for one in self._rules.values()
        ]
