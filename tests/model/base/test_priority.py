import os
import subprocess
import sys
from pathlib import Path

import pytest

GROUP = Path("/proc/self/autogroup")
ASK = """
import os
from pathlib import Path
from model.base.priority import give_way
give_way(15)
group = Path("/proc/self/autogroup")
print(os.nice(0), *(group.read_text().split() if group.exists() else []))
"""


def told(**options):
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True, **options
    )
    return done.stdout.split()


@pytest.mark.skipif(not hasattr(os, "nice"), reason="Windows has no niceness")
def test_a_process_gives_way():
    assert int(told()[0]) == min(19, os.nice(0) + 15)


@pytest.mark.skipif(not GROUP.exists(), reason="cores are not shared among sessions here")
def test_the_first_process_of_a_session_gives_way_with_all_of_it():
    assert told(start_new_session=True)[-1] == "15"


@pytest.mark.skipif(not GROUP.exists(), reason="cores are not shared among sessions here")
def test_another_process_leaves_the_session_of_who_started_it_alone():
    before = GROUP.read_text()
    told()
    assert GROUP.read_text() == before
