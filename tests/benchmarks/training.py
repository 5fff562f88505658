"""A training in the room of visitors: asked for like any other, on digits of our own writing."""

import asyncio
import os
from pathlib import Path

import numpy as np

from model.experiments.designs import Design
from model.experiments.plans import TrainingPlan
from model.experiments.recipes import Recipe
from model.handwriting import hand
from model.runs import store
from model.runs.pulses import read_pulses
from model.scheduling.scheduler import Dispatcher

OWNER = "load"
DIGITS = 10_000
BEGINS_WITHIN = 120  # seconds, the import of TensorFlow included


async def begin(home: Path) -> str:
    """Ask the server with this home for a long training, and wait until it has begun; its id."""
    os.environ["CONVSCOPE_HOME"] = str(home)
    pixels, labels = hand.digits(DIGITS + 100, seed=5)
    source = home / "written.npz"
    np.savez(
        source,
        x_train=pixels[:DIGITS],
        y_train=labels[:DIGITS],
        x_test=pixels[DIGITS:],
        y_test=labels[DIGITS:],
    )
    recipe = Recipe(epochs=200, synthetic=0, outliers=0, generated=0, averaging=0, validation=1000)
    (run,) = Dispatcher().enqueue(
        [TrainingPlan("Load", Design("convscope"), recipe)], owner=OWNER, source=str(source)
    )
    for _ in range(10 * BEGINS_WITHIN):
        if len(read_pulses(run.id)) > 3:
            return run.id
        await asyncio.sleep(0.1)
    raise TimeoutError(f"The training did not begin: {store.find(run.id)}")


def speed(run_id: str) -> float:
    """Tell how many digits a second the training has learned from, at the median of its pulses."""
    return float(np.median([pulse["speed"] for pulse in read_pulses(run_id)[2:]]))


async def end(run_id: str) -> None:
    """Cancel the training and wait until nothing is left of it."""
    Dispatcher().cancel(run_id, OWNER)
    while store.listings():
        await asyncio.sleep(0.1)
