"""`python -m model`: predict, evaluate, add, train, runs, networks, bench."""

import sys

from model.command_line import main

if __name__ == "__main__":  # a training's helpers are started anew and import this file again
    sys.exit(main())
