"""Simulates a networked device whose firmware is written against the Mongoose OS HTTP and Net API."""
