"""A process that reads what a stranger sent can do nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

CONFINED = """
import os, socket, subprocess, sys
from model.imports import confinement
confinement.limit(memory=2_000_000_000, seconds=5, file_size=1000, files={files})
confinement.forbid_starting_and_calling()
try:
    {what}
except (OSError, MemoryError) as error:
    print(type(error).__name__)
else:
    print("done")
"""


def outcome(what, files=0):
    script = CONFINED.format(what=what, files=files)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "what",
    [
        "subprocess.run(['true'])",
        "os.system('true')",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "socket.socket()",
        "open('/etc/passwd')",
        "os.open('/etc/passwd', os.O_RDONLY)",
        "bytearray(3_000_000_000)",
    ],
)
def test_it_starts_nothing_calls_nobody_opens_nothing_and_takes_no_more_memory(what):
    assert outcome(what) in ("PermissionError", "OSError", "MemoryError")


def test_it_writes_no_large_file(tmp_path):
    path = str(tmp_path / "large")
    large = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    assert outcome(f"{large}open({path!r}, 'wb', 0).write(bytes(5000))", files=9) == "done"
    assert Path(path).stat().st_size == 1000


def test_it_computes_as_anybody():
    assert outcome("sum(range(1000))") == "done"
