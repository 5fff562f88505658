"""The optimizers and schedules that a recipe can name, as Keras has them."""

from collections.abc import Callable

import keras

from model.experiments.recipes import (
    EXPONENTIAL_END,
    MOMENTUM,
    ONE_CYCLE_BEGIN,
    ONE_CYCLE_END,
    Recipe,
)
from model.training.health import monitored

_OPTIMIZERS: dict[str, tuple[type[keras.Optimizer], dict[str, object]]] = {
    "sgd": (keras.optimizers.SGD, {}),
    "momentum": (keras.optimizers.SGD, {"momentum": MOMENTUM}),
    "nesterov": (keras.optimizers.SGD, {"momentum": MOMENTUM, "nesterov": True}),
    "rmsprop": (keras.optimizers.RMSprop, {}),
    "adam": (keras.optimizers.Adam, {}),
    "adamw": (keras.optimizers.AdamW, {"weight_decay": 0.0}),
}


def optimizer(recipe: Recipe, steps: int) -> keras.Optimizer:
    """Return a recipe's optimizer for so many steps; health.py can read its gradients.

    Where the recipe averages, it keeps a moving average of the weights as well.
    """
    kind, settings = _OPTIMIZERS[recipe.optimizer]
    if recipe.averaging:
        momentum = 1 - 1 / max(1, steps * recipe.averaging)
        settings = {**settings, "use_ema": True, "ema_momentum": momentum}
    if recipe.weight_decay:
        settings = {**settings, "weight_decay": recipe.weight_decay}
    made = monitored(kind)(_SCHEDULES[recipe.schedule](recipe, steps), **settings)
    if recipe.weight_decay:
        made.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return made


def _one_cycle(recipe: Recipe, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Return a schedule that rises, then falls along half a cosine.

    After L. Smith and N. Topin, "Super-convergence", 2018.
    """
    warmup = round(steps * recipe.warmup)
    return keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / ONE_CYCLE_BEGIN,
        max(1, steps - warmup),
        alpha=ONE_CYCLE_END,
        warmup_target=recipe.learning_rate,
        warmup_steps=warmup,
    )


def _cosine(recipe: Recipe, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    return keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)


def _exponential(recipe: Recipe, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Return a schedule that falls to a hundredth, by the same share in each step."""
    return keras.optimizers.schedules.ExponentialDecay(recipe.learning_rate, steps, EXPONENTIAL_END)


_SCHEDULES: dict[str, Callable[[Recipe, int], object]] = {
    "constant": lambda recipe, steps: recipe.learning_rate,
    "one-cycle": _one_cycle,
    "cosine": _cosine,
    "exponential": _exponential,
}
