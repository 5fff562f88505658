"""Numbers: everything Convscope computes, usable from the command line without the pages.

Each package says in its first line what is in it and whether Keras may be loaded there;
`tests/test_architecture.py` holds which may import which.
"""

import sys

__version__ = "0.9.0"

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)  # TensorFlow has no wheels for 3.14 yet

if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
    sys.exit(
        "Convscope runs on Python {}.{} to {}.{}; this is Python {}.{}. "
        "Create the environment with one of those, such as python3.13 -m venv .venv.".format(
            *OLDEST_PYTHON, *NEWEST_PYTHON, *sys.version_info
        )
    )
