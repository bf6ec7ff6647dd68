"""Keeps a run: what was done to a simulation from outside, and what came of it, so that it can be played again.

Nothing is imported here, as the page loads the limits alone with its start (docs/design.md).
"""
