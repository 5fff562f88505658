"""Experiments to start with: a question first, then what to expect and why, and their trainings.

To add one, add a `Preset`. Each is over in about two minutes on two processor cores.
"""

from dataclasses import dataclass, replace

from model.base.errors import N_
from model.data.augmentation import Augmentation
from model.experiments.designs import OWN, Design
from model.experiments.plans import TrainingPlan
from model.experiments.recipes import PLAIN, Recipe


@dataclass(frozen=True)
class Preset:
    """An experiment: one training, or two or three beside each other."""

    id: str
    title: str
    question: str
    answers: tuple[str, ...]
    right: int  # the index of the answer that comes true
    expect: str  # what will be seen, and why
    watch: str  # where to look
    minutes: int  # that it takes on two cores
    plans: tuple[TrainingPlan, ...]


def on_fewer(recipe: Recipe) -> Recipe:
    """Return a recipe for the small digits of scikit-learn: each is seen more often instead."""
    asked = recipe.digits or _MNIST
    if asked <= _SMALL:
        return recipe
    return replace(recipe, digits=0, epochs=round(recipe.epochs * asked / _SMALL))


_MNIST, _SMALL = 58_000, 1_151  # digits that are left to learn from when some are kept to choose by

# What every experiment shares, so that a race differs only in what it asks about.
_SHARED = replace(
    PLAIN,
    epochs=1,
    batch_size=64,
    optimizer="adam",
    schedule="constant",
    learning_rate=1e-3,
    warmup=0,
    weight_decay=0,
    validation=2_000,
)

_MOMENTUM = replace(_SHARED, optimizer="momentum", learning_rate=0.05, digits=10_000)
_DEEP = replace(_SHARED, digits=30_000, schedule="one-cycle", learning_rate=5e-3, warmup=0.2)
_FEW = replace(_SHARED, digits=500, batch_size=32, epochs=40)
_TEXTBOOK = replace(_SHARED, digits=20_000, epochs=5)


def _conv(filters: int) -> dict[str, object]:
    return {"kind": "conv", "filters": filters, "kernel_size": 3, "activation": "relu"}


_TEXTBOOK_CNN = Design(
    OWN,
    (
        _conv(32),  # (26, 26, 32)
        {"kind": "max_pool", "pool_size": 2},
        _conv(64),  # (11, 11, 64)
        {"kind": "max_pool", "pool_size": 2},
        _conv(64),  # (3, 3, 64)
        {"kind": "dense", "units": 64, "activation": "relu"},
    ),
)
_TEXTBOOK_DENSE = Design(
    OWN, ({"kind": "dense", "units": 512, "activation": "relu"}, {"kind": "dropout", "rate": 0.2})
)

PRESETS = (
    Preset(
        "baseline",
        N_("A good start"),
        N_(
            "A fresh network guesses and is right once in ten. How many digits does it have to "
            "see until it reads nine of ten new ones right?"
        ),
        (N_("About 500"), N_("About 5,000"), N_("All 55,000, several times")),
        1,
        N_(
            "A few thousand are enough, and that takes seconds: a convolution uses everywhere what "
            "it has learnt in one place. What comes after takes much longer: each of the last "
            "errors is a digit unlike the others."
        ),
        N_(
            "Move the time machine and see the kernels of the first layer turn from noise to edges."
        ),
        1,
        (
            TrainingPlan(
                N_("A good start"),
                Design("convscope"),
                replace(
                    _SHARED,
                    optimizer="adamw",
                    weight_decay=0.02,
                    schedule="one-cycle",
                    learning_rate=3e-3,
                    warmup=0.06,
                ),
            ),
        ),
    ),
    Preset(
        "overfitting",
        N_("Learnt by heart"),
        N_(
            "Two equal networks learn from the same 500 digits, forty times over. The second one "
            "sees them turned, shifted and bent, and with half of its last numbers left out. "
            "Which one does better?"
        ),
        (
            N_("The first, on its own 500 digits and on new ones"),
            N_("The first on its own 500 digits, the second on new ones"),
            N_("The second, on its own 500 digits and on new ones"),
        ),
        1,
        N_(
            "The first soon reads its own 500 digits without an error: it has learnt them by "
            "heart, and what it learns from then on helps with no other digit. That is "
            "overfitting. The second never sees the same picture twice and cannot rely on any one "
            "number, so it has to find what all 4s have in common. It errs more often on what it "
            "is shown, and less often on what is new."
        ),
        N_(
            "Watch the gap between training and validation: wide in the first, narrow or even "
            "reversed in the second."
        ),
        2,
        (
            TrainingPlan(N_("500 digits as they are"), Design("convscope"), _FEW),
            TrainingPlan(
                N_("The same, with dropout and augmentation"),
                Design("convscope", dropout=0.5),
                replace(_FEW, augmentation=Augmentation()),
            ),
        ),
    ),
    Preset(
        "vanishing",
        N_("The gradient that gets lost"),
        N_(
            "Eleven convolutions, one behind the other. What they are to learn comes back from the "
            "last to the first as a gradient. With sigmoids, how much of it reaches the first?"
        ),
        (
            N_("About as much as the last one gets"),
            N_("About a tenth"),
            N_("Less than a hundredth"),
        ),
        2,
        N_(
            "On its way back the gradient is multiplied by the slope of each sigmoid, which is a "
            "quarter at most. After eleven layers next to nothing is left, the first ones stay as "
            "they were, and the network goes on guessing. The slope of ReLU is 1 wherever a unit "
            "is active. The residual twin has sigmoids too, but every two of its layers only add "
            "to what comes in, so that the gradient also finds a way straight past them."
        ),
        N_("Watch the gradient of the first layer, and the badge that says “vanishing”."),
        2,
        (
            TrainingPlan(N_("Sigmoid"), Design("deep_sigmoid"), _DEEP),
            TrainingPlan(N_("ReLU"), Design("deep_relu"), _DEEP),
            TrainingPlan(
                N_("Sigmoid with residual connections"),
                Design("deep_residual"),
                _DEEP,
            ),
        ),
    ),
    Preset(
        "exploding",
        N_("Too fast"),
        N_(
            "With a learning rate of 0.05 this network learns well. What happens with 5, a hundred "
            "times as much?"
        ),
        (
            N_("It learns about a hundred times as fast"),
            N_("It learns as well, only less exactly"),
            N_("The loss shoots up, and the training breaks down"),
        ),
        2,
        N_(
            "A step goes against the gradient, as far as the learning rate says. Too long a step "
            "leaps across the valley and lands higher on the other side, where the gradient is "
            "larger and the next step longer still. After some hundred digits the loss is no "
            "number any more: the training stops, says so, and keeps the last good snapshot."
        ),
        N_("Watch the loss at its first points, and the steps beside the weights of each layer."),
        1,
        (
            TrainingPlan(N_("Learning rate 0.05"), Design("convscope"), _MOMENTUM),
            TrainingPlan(
                N_("Learning rate 5"), Design("convscope"), replace(_MOMENTUM, learning_rate=5.0)
            ),
        ),
    ),
    Preset(
        "initialisation",
        N_("Where to begin"),
        N_(
            "Before the first digit every weight needs a value. Three equal networks begin with "
            "all 0, with all 1, and with small random numbers. Which of them learn?"
        ),
        (N_("All three"), N_("All but the one with 0"), N_("Only the one with random numbers")),
        2,
        N_(
            "With 0 nothing comes through, so there is no gradient either, and the loss stays at "
            "2.30, that of guessing among ten. With 1 every layer multiplies what it gets by more "
            "than a hundred, and all filters of a layer are the same and would stay so. Random "
            "numbers make each filter different, and He's rule (2015) gives them the size with "
            "which the signal neither grows nor fades."
        ),
        N_("Watch the kernels of the first layer: in two networks all of them look the same."),
        1,
        (
            TrainingPlan(N_("All 0"), Design("convscope", kernel_initializer="zeros"), _MOMENTUM),
            TrainingPlan(N_("All 1"), Design("convscope", kernel_initializer="ones"), _MOMENTUM),
            TrainingPlan(
                N_("Random, by He's rule"),
                Design("convscope", kernel_initializer="he_normal"),
                _MOMENTUM,
            ),
        ),
    ),
    Preset(
        "textbook",
        N_("The two of every textbook"),
        N_(
            "Articles on Keras begin with one of these two: a network of dense layers with "
            "407,050 parameters, or a small convolutional one with 93,322. Which one reads more "
            "new digits right after the same five epochs?"
        ),
        (
            N_("The dense one: it has four times as many parameters"),
            N_("The convolutional one"),
            N_("Both the same"),
        ),
        1,
        N_(
            "To the dense network every pixel is a number of its own: a stroke that has moved by "
            "two pixels is something new to it. A convolution looks for the same stroke at every "
            "place and needs fewer parameters for more. The article that this app grew from "
            "teaches such networks; the settings here are those usual for them (Adam, batches of "
            "64, five epochs), on 20,000 digits so that it does not take long."
        ),
        N_("Compare the validation accuracy, and how many digits a second each one learns."),
        1,
        (
            TrainingPlan(N_("Convolutional, 93,322 parameters"), _TEXTBOOK_CNN, _TEXTBOOK),
            TrainingPlan(N_("Dense only, 407,050 parameters"), _TEXTBOOK_DENSE, _TEXTBOOK),
        ),
    ),
)
