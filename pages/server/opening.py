"""What stands behind `streamlit run app.py --`: a network to open with."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from model.add_command import add_file
from model.base.errors import UserError
from pages.services import FIRST_NETWORK


def settle(call: Sequence[str]) -> None:
    """Add the network of `--network FILE`, if it is said, and let every visit begin with it.

    `call` is the script and what stands behind it, as in `sys.argv`; another program that imports
    the app says nothing to it. A file that cannot be taken ends the server with a sentence.
    """
    script, *arguments = call
    if Path(script).name != "app.py":
        return
    parser = argparse.ArgumentParser("streamlit run app.py --")
    parser.add_argument("--network", type=Path, metavar="FILE", help="a .keras file to open with")
    options = parser.parse_args(arguments)
    if options.network is None:
        return
    print(f"Adding {options.network}", flush=True)
    try:
        os.environ[FIRST_NETWORK] = add_file(options.network).id
    except UserError as error:
        sys.exit(str(error))
