"""Files that are whole whatever breaks: kills between two renames, writers side by side."""

import subprocess
import sys
import threading

import pytest

from model.base import files

NAMES = ["net.keras", "net.onnx", "net.json"]
KILLED = """
import os, signal, sys
from pathlib import Path
from model.base import files

folder, last = Path(sys.argv[1]), int(sys.argv[2])
real, calls = os.replace, []

def replace(*paths):
    if len(calls) == last:
        os.kill(os.getpid(), signal.SIGKILL)
    calls.append(paths)
    real(*paths)

os.replace = replace
with files.all_or_none(folder, sys.argv[3:]) as parts:
    for part in parts:
        part.write_text("new")
"""


@pytest.mark.parametrize("renames", range(4))
def test_a_network_that_was_being_replaced_is_never_left_mixed_by_a_kill(tmp_path, renames):
    for name in NAMES:
        (tmp_path / name).write_text("old")
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(renames), *NAMES]
    assert subprocess.run(command, check=False).returncode == -9
    files.keep_promises(tmp_path)

    # The first rename is the promise: before it nothing has happened, after it everything will.
    expected = "old" if renames == 0 else "new"
    assert {(tmp_path / name).read_text() for name in NAMES} == {expected}
    assert not list(tmp_path.glob(".promise-*"))


def test_writers_of_one_folder_do_not_trip_over_each_others_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_STALE", -1)  # each looks at what the others are writing
    failures = []

    def write(name):
        for number in range(100):
            try:
                (tmp_path / f".part-{name}-{number}").touch()
                files._sweep(tmp_path)
            except OSError as error:
                failures.append(error)

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
