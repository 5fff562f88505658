"""The operator's log: one line an event, in files that are rotated; and how often each happened."""

import logging
import os
import time
from collections import Counter
from logging.handlers import RotatingFileHandler
from pathlib import Path

from model.base.events import LOGGER

_FILE_BYTES = 2_000_000
_FILES = 5  # of one server
_OLD_FILES = 40  # of servers that have ended, kept at most


class Counts(logging.Handler):
    """Counts events by their name."""

    def __init__(self) -> None:
        super().__init__()
        self.events: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Count one event."""
        self.events[record.getMessage()] += 1


class _Line(logging.Formatter):
    """Writes an event as `2026-01-31T12:00:00Z training_started run=lenet-… digits=60000`."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        facts = getattr(record, "facts", {})
        said = [f"{name}={_one_word(value)}" for name, value in facts.items()]
        return " ".join([moment, record.getMessage(), *said])


def _one_word(value: object) -> str:
    """Write a value so that it cannot be taken for another fact, or for another line."""
    text = str(value)
    plain = text.isprintable() and not set(text) & set(' "=')
    return text if plain else ascii(text)


class _Files(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        """Go on without a log where the disk is full."""


COUNTS = Counts()


def open_journal(folder: Path) -> logging.Handler:
    """Begin to write events into this folder, and to count them; returns what ends that.

    Each server has files of its own: two that share one would rotate it under each other.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.glob("events-*"), key=_written)[:-_OLD_FILES]:
            old.unlink(missing_ok=True)
    except OSError:
        pass  # the server serves without a log too
    name = f"events-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}.log"
    files = _Files(
        folder / name, maxBytes=_FILE_BYTES, backupCount=_FILES - 1, encoding="utf-8", delay=True
    )
    files.setFormatter(_Line())
    LOGGER.addHandler(files)
    LOGGER.addHandler(COUNTS)
    return files


def close_journal(files: logging.Handler) -> None:
    """Write no more events into these files."""
    LOGGER.removeHandler(files)
    LOGGER.removeHandler(COUNTS)
    files.close()


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
