"""Waiting for what other processes do, while time passes at the dispatchers."""

import time


def until(condition, *dispatchers, within):
    """Wait for a condition, at most so many seconds."""
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "It did not come to that."
        for each in dispatchers:
            each.tick()
        time.sleep(0.02)
