"""Is the network lab: rules that break the network on purpose. It is imported when the first rule is wanted.

`kinds` is the table of what a rule can do, `form` reads and writes rules, `presets` has ready-made sets of them.
`lab` asks the rules about packets; `socket` is the TCP that loses segments and sends them again; `pipe` and
`messages` let rules look at what is within a connection.
"""

from sim.network.lab.form import RuleError, describe, read_rule, read_text
from sim.network.lab.kinds import KINDS, Kind, Parameter, kinds_json
from sim.network.lab.lab import Lab
from sim.network.lab.presets import PRESETS, Preset, find_preset, presets_json
from sim.network.lab.rule import Rule

__all__ = [
    "KINDS",
    "PRESETS",
    "Kind",
    "Lab",
    "Parameter",
    "Preset",
    "Rule",
    "RuleError",
    "describe",
    "find_preset",
    "kinds_json",
    "presets_json",
    "read_rule",
    "read_text",
]
