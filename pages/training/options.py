"""What can be chosen about a training, and where a design and a recipe stand among it."""

from dataclasses import asdict, replace
from typing import Any

from model.experiments.designs import Design
from model.experiments.recipes import PLAIN, STRENGTHS, Recipe, strength_of
from pages.training import training_texts
from pages.visitor.language import _

RATES = (*(float(f"{n}e{power}") for power in range(-5, 1) for n in (1, 2, 5)), 10.0)
BATCHES = (8, 16, 32, 64, 128, 256, 512)
COUNTS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 0)  # 0 is all
DECAYS = (0.0, 0.0001, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1)
DROPOUTS = (0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75)
MOST_EPOCHS = 100

BEGINNING = replace(
    PLAIN,
    epochs=3,
    batch_size=64,
    optimizer="adam",
    learning_rate=2e-3,
    warmup=0.2,
    weight_decay=0,
    digits=10_000,
    validation=2_000,
)


def values(design: Design, recipe: Recipe) -> dict[str, Any]:
    """Return the form's values for a design and a recipe: the nearest that can be chosen."""
    return {
        "network": design.architecture,
        "activation": design.activation,
        "initializer": _initializer(design),
        "dropout": nearest(design.dropout, DROPOUTS),
        "optimizer": recipe.optimizer,
        "schedule": recipe.schedule,
        "rate": nearest(recipe.learning_rate, RATES),
        "batch": nearest(recipe.batch_size, BATCHES),
        "decay": nearest(recipe.weight_decay, DECAYS),
        "epochs": min(recipe.epochs, MOST_EPOCHS),
        "digits": recipe.digits and nearest(recipe.digits, COUNTS),
        "seed": recipe.seed,
        "mixed_precision": recipe.mixed_precision,
        "tensorboard": recipe.tensorboard,
        "strength": strength_of(recipe.augmentation),
        **asdict(recipe.augmentation),
    }


def _initializer(design: Design) -> str:
    """Return how the kernels of a design are initialized; "" is Keras's default."""
    known = training_texts.INITIALIZERS
    return design.kernel_initializer if design.kernel_initializer in known else ""


def nearest(value: float, steps: tuple[float, ...]) -> float:
    """Return the step that is closest to a value."""
    return min(steps, key=lambda step: abs(step - value))


def strengths() -> dict[str, str]:
    """Return the names of the strengths of augmentation."""
    return {name: _(training_texts.STRENGTHS[name]) for name in STRENGTHS}
