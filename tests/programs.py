"""Programs beside Python that tests need: Node for the browser's modules, and a browser."""

import os
import shutil

import pytest


def require(program: str) -> str:
    """Return the path of `program`. Without it the test is skipped, but in CI it fails."""
    path = shutil.which(program)
    if path is None:
        reason = f"{program} is not installed."
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return path
