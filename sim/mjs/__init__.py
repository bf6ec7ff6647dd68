"""Runs programs in mJS, the restricted JavaScript of the firmware, as Python code."""
