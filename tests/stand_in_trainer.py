"""A trainer that learns nothing, for tests of who starts trainers: `python -m … RUN`.

It keeps to all that a trainer has promised to those who watch it, and to what its run's title
says: "short" ends by itself, "silent" shows no sign of life, "deaf" obeys nobody, "clumsy" ends
before it has begun, "slow" takes long to leave. Without a run it waits to be told one.
"""

import json
import os
import signal
import sys
import time

from model.runs import control, store
from model.runs.pulses import read_pulses


def main(run_id: str) -> None:
    run = store.find(run_id)
    if run.title == "clumsy":
        sys.exit("There is no such thing as TensorFlow.")
    if run.title == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with store.hold(run):
        _train(run)
        if run.title == "slow":
            time.sleep(0.7)


def _train(run: store.Run) -> None:
    run = run.write_reason(None, state=store.RUNNING)
    number = len(read_pulses(run.id))
    while number < (5 if run.title == "short" else 10_000):
        time.sleep(0.01)
        if run.title == "silent":
            continue
        number += 1
        with (run.folder / "pulses.jsonl").open("a") as pulses:
            pulses.write(json.dumps({"step": number, "process": os.getpid()}) + "\n")
        run.checkpoint.write_text(str(number))
        told = control.read_control(run)
        if told.serial > run.status.obeyed and told.command and run.title != "deaf":
            run = run.write_status(obeyed=told.serial)
            if told.command == control.PAUSE:
                run.write_status(state=store.PAUSED)
            if told.command != control.STOP:
                return
            break
    run.write_status(state=store.DONE)


if __name__ == "__main__":
    told = sys.argv[1:] or sys.stdin.readline().split()
    if told:  # else whoever held the other end has gone
        main(*told)
