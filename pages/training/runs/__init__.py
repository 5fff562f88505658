"""Runs that were started: their table, the watch, and what they came to."""
