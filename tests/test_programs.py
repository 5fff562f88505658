"""No check disappears in silence: a test that misses its program is skipped, but in CI it fails."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("path", "program"),
    [("tests/components/test_modules.py", "node"), ("tests/browser/test_drawing.py", "chromium")],
)
@pytest.mark.parametrize(
    ("environment", "status", "outcome"),
    [({}, 0, r"^[1-9]\d* skipped in"), ({"CI": "true"}, 1, r"^1 error in")],
    ids=["at home", "in CI"],
)
def test_a_missing_program_is_a_failure_in_ci(path, program, environment, status, outcome):
    known = {name: value for name, value in os.environ.items() if name not in ("CI", "PATH")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--numprocesses=0", "-x", "-q", "-rs", path],
        cwd=ROOT,
        env={**known, "PATH": "/nowhere", **environment},
        capture_output=True,
        text=True,
    )

    assert done.returncode == status, done.stdout + done.stderr
    assert re.search(outcome, done.stdout, re.MULTILINE)
    assert f"{program} is not installed." in done.stdout
