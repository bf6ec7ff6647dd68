"""Reads scenarios, YAML files with what is asked of a device and what shall come of it, and plays them."""

from sim.scenario.document import Scenario, Step, read
from sim.scenario.play import Failure, Outcome, StepOutcome, play
from sim.scenario.tree import MissingLibrary, ScenarioError

__all__ = [
    "Failure",
    "MissingLibrary",
    "Outcome",
    "Scenario",
    "ScenarioError",
    "Step",
    "StepOutcome",
    "play",
    "read",
]
