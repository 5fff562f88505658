"""The components' modules, tested by Node's own runner."""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TESTS = sorted(HERE.glob("*.test.mjs"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_the_modules_keep_their_promises(path):
    done = subprocess.run(
        ["node", "--test", "--test-reporter=spec", str(path)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ℹ fail 0" in done.stdout
    assert "ℹ pass 0" not in done.stdout


def test_there_are_module_tests():
    assert len(TESTS) >= 5
