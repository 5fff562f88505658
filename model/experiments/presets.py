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
        N_("Training from scratch"),
        N_(
            "An untrained network is right one time in ten, by chance. How many training images "
            "must it see before it gets 90% of new digits right?"
        ),
        (N_("About 500"), N_("About 5,000"), N_("All 58,000, for several epochs")),
        1,
        N_(
            "A few thousand images are enough, and that takes seconds: a convolution shares its "
            "weights across the image, so what it learns in one place works everywhere. The last "
            "few percent take far longer: each remaining error is an unusual digit."
        ),
        N_(
            "Drag the timeline and watch the first layer's kernels turn from noise into edge "
            "detectors."
        ),
        1,
        (
            TrainingPlan(
                N_("Training from scratch"),
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
        N_("Overfitting"),
        N_(
            "Two identical networks train on the same 500 images for 40 epochs. The second one "
            "also uses data augmentation and 50% dropout. Which does better?"
        ),
        (
            N_("The first, on both"),
            N_("The first on its training images, the second on new ones"),
            N_("The second, on both"),
        ),
        1,
        N_(
            "The first soon reaches 100% on its 500 training images: it has memorized them, and "
            "what it learns from then on does not generalize to new digits. That is overfitting. "
            "The second never sees the same image twice (augmentation) and cannot rely on any "
            "single unit (dropout), so it has to learn what all 4s have in common. Its training "
            "accuracy is lower, its validation accuracy higher."
        ),
        N_(
            "Compare training and validation accuracy: a wide gap in the first run, a small or "
            "even reversed one in the second."
        ),
        2,
        (
            TrainingPlan(N_("500 images, unchanged"), Design("convscope"), _FEW),
            TrainingPlan(
                N_("Same images, with dropout and augmentation"),
                Design("convscope", dropout=0.5),
                replace(_FEW, augmentation=Augmentation()),
            ),
        ),
    ),
    Preset(
        "vanishing",
        N_("Vanishing gradients"),
        N_(
            "Eleven convolutional layers in a row. Backpropagation carries the gradient from the "
            "last layer to the first. With sigmoid activations, how much of it arrives?"
        ),
        (
            N_("About as much as reaches the last layer"),
            N_("About a tenth"),
            N_("Less than a hundredth"),
        ),
        2,
        N_(
            "At every layer, backpropagation multiplies the gradient by the slope of the sigmoid, "
            "at most 1/4. After eleven layers almost nothing is left: the first layers hardly "
            "change and the network keeps guessing. ReLU has slope 1 wherever a unit is active. "
            "The residual network also uses sigmoids, but every pair of its layers only adds to "
            "its input, so the gradient has a shortcut past them."
        ),
        N_("Watch the gradient norm of the first layer and the badge “vanishing gradient”."),
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
        N_("Learning rate too high"),
        N_(
            "This network trains well with a learning rate of 0.05. What happens at 5, a hundred "
            "times higher?"
        ),
        (
            N_("It trains about 100 times faster"),
            N_("It still trains, only less precisely"),
            N_("The loss blows up and training fails"),
        ),
        2,
        N_(
            "Each step moves the weights downhill, by learning rate × gradient (and momentum). Too "
            "large a step overshoots the valley and lands higher on the other side, where the "
            "gradient is larger still: the loss grows with every step. After a few hundred images "
            "it is NaN; training stops, says so, and keeps the last good snapshot."
        ),
        N_(
            "Watch the first points of the loss curve and the update-to-weight ratio of each layer."
        ),
        1,
        (
            TrainingPlan(N_("Learning rate 0.05"), Design("convscope"), _MOMENTUM),
            TrainingPlan(
                N_("Learning rate 5"), Design("convscope"), replace(_MOMENTUM, learning_rate=5.0)
            ),
        ),
    ),
    Preset(
        "initialization",
        N_("Weight initialization"),
        N_(
            "Every weight needs a value before training starts. Three identical networks start "
            "from all zeros, all ones, and small random numbers. Which of them learn?"
        ),
        (N_("All three"), N_("All except the one with zeros"), N_("Only the random one")),
        2,
        N_(
            "With zeros every hidden unit outputs 0, so no gradient reaches the kernels and the "
            "loss stays at 2.30 = ln 10, pure guessing. With ones, most layers multiply their "
            "input by hundreds, and all filters of a layer get the same gradient and stay "
            "identical. Random values break this symmetry, and He initialization (2015) scales "
            "them so that the signal neither grows nor fades."
        ),
        N_("Watch the first layer's kernels: in two of the networks they all look alike."),
        1,
        (
            TrainingPlan(
                N_("All zeros"), Design("convscope", kernel_initializer="zeros"), _MOMENTUM
            ),
            TrainingPlan(N_("All ones"), Design("convscope", kernel_initializer="ones"), _MOMENTUM),
            TrainingPlan(
                N_("He initialization"),
                Design("convscope", kernel_initializer="he_normal"),
                _MOMENTUM,
            ),
        ),
    ),
    Preset(
        "textbook",
        N_("Dense or convolutional?"),
        N_(
            "Keras tutorials often start with one of two networks: a dense one with 407,050 "
            "parameters, or a small CNN with 93,322. After the same five epochs, which is more "
            "accurate on new digits?"
        ),
        (
            N_("The dense one: it has over four times the parameters"),
            N_("The CNN"),
            N_("They are equal"),
        ),
        1,
        N_(
            "A dense layer treats every pixel as a separate input: a stroke shifted by two pixels "
            "is new to it. A convolution looks for the same pattern everywhere (weight sharing), "
            "so it does more with fewer parameters. Settings: Adam, batch size 64, five epochs, "
            "20,000 images."
        ),
        N_("Compare validation accuracy and training speed (images per second)."),
        1,
        (
            TrainingPlan(N_("CNN, 93,322 parameters"), _TEXTBOOK_CNN, _TEXTBOOK),
            TrainingPlan(N_("Dense network, 407,050 parameters"), _TEXTBOOK_DENSE, _TEXTBOOK),
        ),
    ),
)
