"""Trains one network on one device and on two that share each batch: `python -m … FOLDER`.

The two are halves of the processor, so that no GPU is needed. Writes what came of each.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

from model.data.augmentation import NONE
from model.data.datasets import Dataset, Digits
from model.experiments.recipes import Recipe
from model.handwriting import hand
from model.runs import snapshots
from model.training import device
from model.training.batches import gather
from model.training.callbacks import TrainingCallbacks
from model.training.loop import train

RECIPE = Recipe(
    epochs=2,
    batch_size=32,
    learning_rate=0.01,
    synthetic=0.25,
    outliers=0,
    generated=200,
    validation=100,
    averaging=0.1,
    augmentation=NONE,
)


def main(folder: Path) -> None:
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    pixels, labels = hand.digits(500, seed=1)
    digits = Digits(pixels, labels)
    data = gather(Dataset("ours", digits, digits[:0]), RECIPE)
    for name, devices in (("one", []), ("two", ["CPU:0", "CPU:1"])):
        device._gpus = lambda found=devices: found
        made = folder / name
        made.mkdir()
        losses: list[float] = []
        trained = train(
            "tiny",
            data,
            RECIPE,
            folder=made,
            callbacks=TrainingCallbacks(
                on_batch=lambda done, total, loss, to=losses: to.append(loss)
            ),
        )
        told = {
            "replicas": device.replicas(RECIPE.batch_size),
            "losses": losses,
            "snapshots": snapshots.numbers_in(made),
            "history": [epoch.validation_accuracy for epoch in trained.history],
        }
        (made / "told.json").write_text(json.dumps(told))
        np.savez(made / "weights.npz", *trained.cnn.get_weights())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
