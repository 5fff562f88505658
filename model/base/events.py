"""What happened, for the operator's log: an event and its facts, of persons nothing.

An event goes to Python's logging: the server writes it down and counts it
(pages/server/journal.py), the command line lets it pass.
"""

import logging

LOGGER = logging.getLogger("convscope.events")
LOGGER.setLevel(logging.INFO)
LOGGER.propagate = False  # it is no message for the terminal
LOGGER.addHandler(logging.NullHandler())


def note(event: str, **facts: str | float) -> None:
    """Note that something happened: a name like "training_started", and what belongs to it."""
    LOGGER.info(event, extra={"facts": facts})
