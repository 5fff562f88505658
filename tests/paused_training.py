"""Trains one run undisturbed and pauses another once: `python -m … UNDISTURBED DISTURBED`.

It prints how the paused one stands then, and what JAX, whose log tells each compilation, compiled
in the second half of the undisturbed one.
"""

import logging
import sys
import time

from model.runs import control, store
from model.runs.pulses import read_pulses
from model.training.trainer import perform


class _Compilations(logging.Handler):
    """Counts what JAX compiles."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += record.getMessage().startswith("Compiling ")


def main(undisturbed: str, disturbed: str) -> None:
    compilations, before = _Compilations(), {}
    logging.getLogger("jax").addHandler(compilations)

    def note(done: int, total: int, loss: float) -> None:
        before[done / total] = compilations.count

    def pause(done: int, total: int, loss: float) -> None:
        if done == total // 2:
            control.write_control(disturbed, command=control.PAUSE)
            time.sleep(0.3)  # longer than a trainer goes without listening

    perform(store.find(undisturbed), on_batch=note)
    perform(store.find(disturbed), on_batch=pause)
    print(store.find(disturbed).status.state, read_pulses(disturbed)[-1]["digits"])
    print(before[0.5], before[1.0] - before[0.5])
    perform(store.find(disturbed))


if __name__ == "__main__":
    main(*sys.argv[1:])
