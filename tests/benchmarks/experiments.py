"""How far gradients vanish, and what helps: `python -m tests.benchmarks.experiments`.

Trains the experiment about gradients that get lost as the training room does: its networks side by
side, on MNIST. Tells of each how long the gradients of its first and last layer were in its first
pulses, and how many of the official test digits it read right in the end.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence

import numpy as np

from model.experiments.presets import PRESETS, Preset
from model.runs import results, store
from model.runs.pulses import read_pulses
from model.runs.store import DONE, Run
from model.scheduling.scheduler import Dispatcher
from pages.training.form.start_button import LIMIT

OWNER = "experiments"
PRESET = "vanishing"
PULSES = 5  # at the beginning, whose median is told
GOALS = {  # architecture -> the least ratio of its gradients, the least share read right
    "deep_sigmoid": (100, None),
    "deep_relu": (None, None),
    "deep_residual": (None, 0.95),
}


def trained(preset: Preset) -> list[Run]:
    """Train an experiment and wait until it is over."""
    dispatcher = Dispatcher()
    group = dispatcher.enqueue(preset.plans, owner=OWNER, preset=preset.id, time_limit=LIMIT)
    try:
        while not all(run.status.state in (store.DONE, store.FAILED) for run in group):
            dispatcher.tick()
            time.sleep(1)
            group = [store.find(run.id) for run in group]
    finally:
        for run in group:
            if run.status.state not in (store.DONE, store.FAILED):
                dispatcher.cancel(run.id, OWNER)
    return group


def gradients(run: Run) -> tuple[float, float]:
    """Tell how long the gradients of the first and the last layer were in the first pulses."""
    found = [
        [layer["gradient"] for layer in pulse["layers"].values() if layer["gradient"] is not None]
        for pulse in read_pulses(run.id)
    ]
    told = [each for each in found if each][:PULSES]  # before the first step there is none
    return float(np.median([each[0] for each in told])), float(np.median([e[-1] for e in told]))


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, and print a row for each network."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks.experiments")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    (preset,) = (each for each in PRESETS if each.id == PRESET)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ["CONVSCOPE_HOME"] = home
        for run in trained(preset):
            report(options.json, run)


def report(as_json: bool, run: Run) -> None:
    """Print one row; a training that did not come to its end says why."""
    first, last = gradients(run)
    right = results.read(run.id).test_accuracy if run.status.state == DONE else None
    architecture = run.request.design.architecture
    ratio_goal, right_goal = GOALS[architecture]
    if as_json:
        row = {
            "network": architecture,
            "first": first,
            "last": last,
            "ratio": last / first,
        }
        row |= {"ratio_goal": ratio_goal, "right": right, "right_goal": right_goal}
        print(json.dumps({**row, "reason": str(run.status.reason)}), flush=True)
        return
    ratio = f"{last / first:,.0f} times" + (f" (goal {ratio_goal})" if ratio_goal else "")
    share = "-" if right is None else f"{right:.2%}"
    share += f" (goal {right_goal:.0%})" if right_goal else ""
    print(
        f"{architecture:14s} gradient first {first:.2e}, last {last:.2e}, {ratio}; "
        f"test {share} {run.status.reason!s}".rstrip(),
        flush=True,
    )


if __name__ == "__main__":
    main()
