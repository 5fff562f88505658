"""What commands share: how they are offered, and what they say to a terminal."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from tqdm import tqdm


class UsageError(Exception):
    """A call that asks for what does not exist; the text says what."""


def command(
    commands: Any, name: str, perform: Callable[[argparse.Namespace], int], purpose: str
) -> argparse.ArgumentParser:
    """Add a command that `perform` carries out and return its parser."""
    command = commands.add_parser(name, help=purpose, description=purpose)
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(perform=perform)
    return command


def add_data(command: argparse.ArgumentParser, purpose: str) -> None:
    """Let a command be told where its digits are."""
    command.add_argument("--data", metavar="FILE", help=purpose)


def say(data: dict[str, Any], words: str, as_json: bool) -> None:
    """Print an answer: as one JSON object on a line, or in words for people."""
    print(json.dumps(data, ensure_ascii=False) if as_json else words, flush=True)


def complain(sentence: str, as_json: bool) -> None:
    """Print what was wrong for people, and as JSON as well where that is wanted."""
    if as_json:
        print(json.dumps({"error": sentence}, ensure_ascii=False), flush=True)
    print(sentence, file=sys.stderr)


def bar(total: int, purpose: str, unit: str) -> tqdm:
    """Return a progress bar on standard error."""
    return tqdm(total=total, desc=purpose, unit=f" {unit}", mininterval=0.5, file=sys.stderr)
