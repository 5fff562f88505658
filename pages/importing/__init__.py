"""Bringing one's own network: the file, what was found in it, and adding it."""
