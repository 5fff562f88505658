"""Where this installation keeps networks and runs, and what each of them may be called."""

import os
import re
from pathlib import Path

from model.base.errors import N_

VALID_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
INVALID_ID = N_(
    "{id} is not a valid network id: use lowercase letters, digits, - and _, at most 64 characters."
)


def home() -> Path:
    """Return the folder of everything that this installation makes: `CONVSCOPE_HOME`, if set."""
    return Path(os.environ.get("CONVSCOPE_HOME") or Path.home() / ".convscope")
