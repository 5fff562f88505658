"""Programs beside Python that tests need: Node for the browser's modules, and a browser."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def require(program: str) -> str:
    """Return the path of `program`. Without it the test is skipped, but in CI it fails."""
    path = shutil.which(program)
    if path is None:
        _missing(program)
    return path


def require_file(path: Path, name: str) -> None:
    """Go on only where a file is that comes with a program of this name; else as above."""
    if not path.is_file():
        _missing(name)


def _missing(name: str) -> NoReturn:
    reason = f"{name} is not installed."
    pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
