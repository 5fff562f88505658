"""Priorities: processes that may take their time give way to the one that serves."""

import contextlib
import os
from pathlib import Path

_GROUP = Path("/proc/self/autogroup")


def give_way(by: int) -> None:
    """Lower this process's priority, by 1 to 19, before it starts others.

    Where Linux shares the cores among sessions first, niceness counts only inside one: there the
    whole session gives way, if this process is its first.
    """
    if not hasattr(os, "nice"):
        return
    os.nice(by)
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # another system, or a kernel without such groups
            _GROUP.write_text(str(by))
