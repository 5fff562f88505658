"""Trains one run undisturbed and pauses another once: `python -m … UNDISTURBED DISTURBED`."""

import sys
import time

from model.learning import runs
from model.learning.trainer import perform


def main(undisturbed: str, disturbed: str) -> None:
    def pause(done: int, total: int, loss: float) -> None:
        if done == total // 2:
            runs.control(disturbed, command=runs.PAUSE)
            time.sleep(0.3)  # longer than a trainer goes without listening

    perform(runs.find(undisturbed))
    perform(runs.find(disturbed), on_batch=pause)
    print(runs.find(disturbed).state, runs.pulses(disturbed)[-1]["digits"])
    perform(runs.find(disturbed))


if __name__ == "__main__":
    main(*sys.argv[1:])
